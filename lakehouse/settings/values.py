"""What conf says, as frozen values: Settings of a run and one Source per file in `conf/sources`."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.business import Business

Format = Literal["csv", "json", "parquet", "text"]
OnNewColumn = Literal["keep", "ignore", "stop"]
IdenticalRows = Literal["drop", "keep"]
Case = Literal["", "upper", "lower", "title", "sentence"]
Near = tuple[str, ...] | str
Delivers = Literal["", "changes", "snapshot"]
"""`snapshot`: each file lists everything there is, so that what is missing was deleted; empty: changes."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file; the closed list of `read.options`."""

    header: bool = True
    separator: str = ","
    quote: str = '"'
    escape: str = '"'
    encoding: str = "UTF-8"
    multiline: bool | None = None
    """Whether quoted fields may hold line ends; None: found out per file."""


@dataclass(frozen=True)
class Read:
    """Where the files of a source lie and what they are."""

    format: Format
    path: str
    """Glob with the roots already put in: `/var/landing/online_retail/*.csv*`."""
    options: ReadOptions = field(default_factory=ReadOptions)


@dataclass(frozen=True)
class Mapped:
    """How one contract column comes from one delivered column (`origin`, the header as delivered) or a fixed value."""

    column: str
    origin: str = ""
    value: str | None = None
    formats: tuple[str, ...] = ()
    zone: str = ""
    decimal: str = "."
    thousands: str = ","
    nulls: tuple[str, ...] = ()
    drop_suffix: str = ""
    spellings: Mapping[str, str] = field(default_factory=dict)
    near: Near = ()
    """Reference spellings, or `silver.products.product_name`."""
    case: Case = ""
    starts_with: str | None = None
    equals: tuple[str, ...] = ()
    negative: bool = False


@dataclass(frozen=True)
class Source:
    """One feed of files, mapped onto the contract of the table it feeds."""

    name: str
    doc: str
    owner: str
    read: Read
    feeds: str
    system: str
    map: tuple[Mapped, ...]
    identity: tuple[str, ...] = ()
    """Contract columns that tell lines apart when `line_id` is not mapped; empty: all mapped ones."""
    identical_rows: IdenticalRows = "keep"
    arrives_within_seconds: int | None = None
    on_new_column: OnNewColumn = "keep"
    settle_seconds: float = 2.0
    not_products: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    delivers: Delivers = ""
    deleted: Mapped | None = None
    """How `is_deleted` comes from a delivered column, where the source marks what it no longer lists."""
    adapter: str = ""
    rows: str = ""
    """Of a source made of several parts, the one whose rows are the source's; `read` is of this part."""
    beside: Mapping[str, Source] = field(default_factory=dict)
    """The other parts by name, each with files and a Bronze table of its own: `bronze.<source>_<part>`."""
    file: str = ""
    """The YAML file, for messages."""
    hash: str = ""
    """Of everything in it that decides how rows are judged."""

    @property
    def bronze(self) -> str:
        """Name of the Bronze table that its rows lie in."""
        return f"bronze.{self.name}_{self.rows}" if self.rows else f"bronze.{self.name}"

    @property
    def each_part(self) -> tuple[Source, ...]:
        """What lands files: the source with its rows, then each of its other parts."""
        return (self, *self.beside.values())

    def mapped(self, column: str) -> Mapped | None:
        """How `column` is mapped, or None."""
        return next((mapped for mapped in self.every_mapped if mapped.column == column), None)

    @property
    def every_mapped(self) -> tuple[Mapped, ...]:
        """Mapped columns, and the one that marks deleted rows."""
        return (*self.map, self.deleted) if self.deleted else self.map

    @property
    def zone(self) -> str:
        """Business zone of its rows: the first zone that a mapped column names."""
        return next((mapped.zone for mapped in self.map if mapped.zone), "UTC")


@dataclass(frozen=True)
class Roots:
    """Folders or object-store addresses of everything that is read and produced."""

    landing: str
    lake: str
    docs: str
    state: str
    jars: str


@dataclass(frozen=True)
class Retention:
    """How long things are kept, in days."""

    releases: int = 30
    docs: int = 30
    quarantine: int = 180


@dataclass(frozen=True)
class OnResult:
    """Who is told when a run is blocked, failed or late: a command's words, or an address that takes JSON."""

    command: tuple[str, ...] = ()
    post: str = ""


@dataclass(frozen=True)
class Settings:
    """One environment, complete: what `base.yaml`, `<env>.yaml`, `--set` and `business.yaml` say."""

    env: str
    conf: str
    """The conf folder."""
    roots: Roots
    spark: Mapping[str, str]
    retention: Retention
    on_result: OnResult
    business: Business
    zone: str = "UTC"
    rebuild_above: Decimal = Decimal("0.5")
    """Share of a mart's slices; when more are touched, the mart is built whole."""
    as_of: str = "today"
    """`today`, `data` or a day `yyyy-MM-dd`."""
    hash: str = ""
