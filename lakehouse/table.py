"""What a table is: its columns, grain, rules, write mode and build, as frozen values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import signature
from typing import TYPE_CHECKING, Any

from pyspark.sql.types import (
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.rules import Rule

MONEY = DecimalType(18, 4)
QUANTITY = DecimalType(12, 3)
UNITS = DecimalType(18, 3)
"""A sum of quantities."""
RATE = DecimalType(9, 6)
EXCHANGE_RATE = DecimalType(18, 8)
"""Units of one currency for one unit of another."""
CROSS_RATE = DecimalType(24, 12)
"""The same, worked out of two such rates: small enough that large amounts of small money stay exact."""
INSTANT = TimestampType()
DATE = DateType()
STRING = StringType()
INTEGER = IntegerType()
LONG = LongType()
FLAG = BooleanType()

PROVENANCE = ("_batch_id", "_file", "_row_id")
"""What a published Silver table keeps beside its contract: where in Bronze each row came from."""


CORRECTED = "_corrected"
"""The ids of what was put right in a row of Silver, kept beside its provenance; NULL in rows of older versions."""


@dataclass(frozen=True)
class Column:
    """One column of a contract; `unit` is a currency, a zone or seconds where the number alone does not tell."""

    name: str
    type: DataType
    doc: str
    nullable: bool = field(default=True, kw_only=True)
    unit: str = field(default="", kw_only=True)
    pii: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Append:
    """New rows are added; nothing is ever changed."""


@dataclass(frozen=True)
class Replace:
    """The rows of the touched `by` keys give way to the new ones; without `by`, the whole table does."""

    by: tuple[str, ...] = ()
    leaves_out_null: bool = field(default=False, kw_only=True)
    """Rows of an input that have no `by` key yet belong to no row of the mart: its build leaves them out."""
    only_changed: bool = field(default=False, kw_only=True)
    """Where the whole table is built, rows that say what they said are not written again, so that they do not travel
    on to marts that read it."""


@dataclass(frozen=True)
class Merge:
    """The newest version of each grain key wins; `prune` bounds the files that a merge has to read."""

    newest: tuple[str, ...] = ("updated_at",)
    prune: str = ""


@dataclass(frozen=True)
class History:
    """Every version of a key is kept with the time it was valid; `track` are the columns that make a version.

    The contract ends with VALIDITY, and its grain is the key and `valid_from_at`.
    """

    key: tuple[str, ...]
    sequence: str
    track: tuple[str, ...]


VALIDITY = (
    Column(
        "valid_from_at", INSTANT, "From when this version holds; 1900-01-01: ever since.", nullable=False, unit="UTC"
    ),
    Column("valid_to_at", INSTANT, "When the next version took its place; NULL: it holds still.", unit="UTC"),
    Column("is_current", FLAG, "The version holds still.", nullable=False),
    Column("is_deleted", FLAG, "From then on the business no longer lists it.", nullable=False),
)
"""What the engine fills in of a table with `History`, after the columns that the business delivers."""


@dataclass(frozen=True)
class Since:
    """How a mart replaced by a day looks a table up of which a row matters from its own day on.

    A changed row touches the driving rows that have its `keys` and whose `by` is its `day` or later, and no others.
    """

    keys: tuple[str, ...]
    day: str = field(kw_only=True)


LookUp = tuple[str, ...] | Since
"""The columns by which driving rows join a table that is looked up, alone or with the day from which on."""


def keys_of(look_up: LookUp) -> tuple[str, ...]:
    """Return the columns that driving rows have too."""
    return look_up.keys if isinstance(look_up, Since) else look_up


def columns_of(look_up: LookUp) -> tuple[str, ...]:
    """Return the columns of the looked-up table that say which driving rows one of its rows matters to."""
    return (*look_up.keys, look_up.day) if isinstance(look_up, Since) else look_up


WriteMode = Append | Replace | Merge | History
Build = Callable[..., "DataFrame"]


@dataclass(frozen=True)
class Table:
    """A contract and, where it has one, the pure build that fulfils it. Calling it runs the build."""

    name: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    inputs: Mapping[str, str] = field(default_factory=dict)
    looks_up: Mapping[str, LookUp] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    write: WriteMode = field(default_factory=Replace)
    refresh: str = ""
    """How often a mart is built: empty with every run, else `every 5 minutes`, `every 2 hours`, `daily at 00:30`, or
    `live`: never by a run."""
    ceiling: float = 0.10
    partition_by: tuple[str, ...] = ()
    release_group: str = "core"
    derives: tuple[str, ...] = ()
    """Columns that the build can fill when the source does not map them."""
    amends: tuple[str, ...] = ()
    """Columns that the build cannot fill but may put right; counted as corrected, as those are that it derives."""
    recovers: tuple[str, ...] = ()
    """Columns that the build works out of a row's other values; a text that cannot be read then does no harm."""
    traces: Mapping[str, str] = field(default_factory=dict)
    """Gold: column -> what it says of the input that drives the table, in the SQL of `Lake.read`, where that input does
    not carry a column of the grain under its name; empty for one that leads to no row of it."""
    doc: str = ""
    build: Build | None = field(default=None, compare=False)

    def __call__(self, **inputs: Any) -> DataFrame:
        """Run the build on the named inputs."""
        if self.build is None:
            raise TypeError(f"{self.name} has no build: its rows come from outside the engine")
        return self.build(**inputs)

    def asks(self, name: str) -> bool:
        """Whether the build takes `params` or `as_of`."""
        return self.build is not None and name in signature(self.build).parameters

    @property
    def layer(self) -> str:
        """`silver` of `silver.sales`."""
        return self.name.partition(".")[0]

    @property
    def short_name(self) -> str:
        """`sales` of `silver.sales`."""
        return self.name.partition(".")[2]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Contract columns in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def by(self) -> tuple[str, ...]:
        """Columns that a mart is replaced by; none where the whole of it is, or rows are not replaced."""
        return self.write.by if isinstance(self.write, Replace) else ()

    @property
    def newest(self) -> tuple[str, ...]:
        """Columns that say which version of a merged key is the newest; none where rows are not merged."""
        return self.write.newest if isinstance(self.write, Merge) else ()

    @property
    def prune(self) -> str:
        """Column that bounds the files which a merge reads; empty where there is none."""
        return self.write.prune if isinstance(self.write, Merge) else ""

    def schema(self) -> StructType:
        """Contract as a Spark schema. Nullability is a rule, checked on the data, so every field may be NULL here."""
        return StructType([StructField(column.name, column.type) for column in self.columns])


def table(
    name: str,
    *,
    grain: tuple[str, ...],
    columns: tuple[Column, ...],
    **declared: Any,
) -> Callable[[Build], Table]:
    """Turn a build into its frozen Table. The docstring's first line states the grain and becomes `doc`."""

    def declare(build: Build) -> Table:
        return Table(name, grain=grain, columns=columns, doc=(build.__doc__ or "").strip(), build=build, **declared)

    return declare
