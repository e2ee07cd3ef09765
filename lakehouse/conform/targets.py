"""Which delivered column fills which contract column, and what may happen to it on the way. No data is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql.types import DateType, DecimalType, IntegralType, StringType, TimestampType

from lakehouse.conform.formats import EPOCHS, UnknownFormatError, shape_of, variants
from lakehouse.errors import ConfigError, LakehouseError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql.types import DataType, StructType

    from lakehouse.settings.values import Mapped, Source
    from lakehouse.table import Table

KEPT = ("_batch_id", "_file", "_row_id")
ARRIVED = "_ingested_at"
"""When a batch reached Bronze; goes on where Bronze has it."""


@dataclass(frozen=True)
class Target:
    """One mapped contract column and the names of its stages: text, spelled, near, cased, value."""

    mapped: Mapped
    type: DataType
    zone: str

    @property
    def name(self) -> str:
        """Contract column."""
        return self.mapped.column

    @property
    def origin(self) -> str:
        """Trimmed text as delivered; targets with one origin share it."""
        return f"_value_{self.name}" if self.mapped.value is not None else f"_origin_{self.mapped.origin}"

    @property
    def text(self) -> str:
        """Delivered text after trim, suffix and nulls."""
        return f"_text_{self.name}"

    @property
    def spelled(self) -> str:
        """The text after `spellings`."""
        return f"_spelled_{self.name}" if self.mapped.spellings else self.text

    @property
    def near(self) -> str:
        """The reference spelling that the text is near to, NULL where there is none."""
        return f"_near_{self.name}"

    @property
    def cased(self) -> str:
        """What is parsed: the text after near and case. A stage that does nothing has no column to be copied."""
        return f"_cased_{self.name}" if self.mapped.near or self.mapped.case else self.spelled

    @property
    def plain(self) -> str:
        """The number, where it needed no cleaning."""
        return f"_plain_{self.name}"

    @property
    def is_number(self) -> bool:
        """Whether the contract wants a decimal or whole number."""
        return isinstance(self.type, DecimalType | IntegralType)

    @property
    def is_text(self) -> bool:
        """Whether the contract wants text."""
        return isinstance(self.type, StringType)

    @property
    def is_time(self) -> bool:
        """Whether the contract wants an instant or a day."""
        return isinstance(self.type, TimestampType | DateType)

    @property
    def is_respelled(self) -> bool:
        """Whether the value may differ from what was delivered by more than its form."""
        return bool(self.mapped.spellings or self.mapped.near)


def targets_of(source: Source, table: Table) -> tuple[Target, ...]:
    """Mapped contract columns in the order of the contract; what is mapped beside the contract is left out."""
    types = {column.name: column.type for column in table.columns}
    by_column = {mapped.column: mapped for mapped in source.every_mapped}
    return tuple(
        Target(by_column[name], types[name], by_column[name].zone or source.zone) for name in types if name in by_column
    )


def corrections_of(source: Source, table: Table) -> tuple[str, ...]:
    """Every id that `_corrected` can hold for this source, in the order of the contract."""
    return tuple(name for target in targets_of(source, table) for name in corrections(target))


def corrections(target: Target) -> Iterator[str]:
    """Ids of what conform may correct in one column."""
    if target.mapped.spellings:
        yield f"{target.name}.spellings"
    if target.mapped.near:
        yield f"{target.name}.near"
    if target.is_number:
        yield f"{target.name}.number"


def bronze_column(schema: StructType, origin: str) -> str | None:
    """Bronze column that holds the delivered header `origin`, or None.

    The comment, which keeps the header as delivered, is looked at before the name.
    """
    by_comment = [field.name for field in schema.fields if field.metadata.get("comment") == origin]
    by_name = [field.name for field in schema.fields if field.name == origin and not field.name.startswith("_")]
    return next(iter(by_comment + by_name), None)


def check(targets: tuple[Target, ...], schema: StructType, source: Source) -> None:
    """Raise one ConfigError that names every mapped header that is not delivered and every unreadable pattern.

    Behind an adapter a missing header may be the fault of the files: then a LakehouseError, so that others go on.
    """
    problems = [problem for target in targets for problem in problems_of(target, schema, source)]
    if problems and source.adapter:
        raise LakehouseError("\n".join(map(str, problems)))
    if problems:
        raise ConfigError(problems)


def problems_of(target: Target, schema: StructType, source: Source) -> Iterator[Problem]:
    """Mistakes in how one column is mapped."""
    mapped, key = target.mapped, f"map.{target.name}"
    if mapped.value is None and bronze_column(schema, mapped.origin) is None:
        where = f"made by adapter {source.adapter}" if source.adapter else f"delivered in {source.bronze}"
        yield Problem(source.file, f"{key}.from", f"{mapped.origin!r} is not {where}")
    for pattern in mapped.formats:
        if pattern in EPOCHS:
            continue
        try:
            for variant in variants(pattern):
                shape_of(variant)
        except UnknownFormatError as unknown:
            yield Problem(source.file, f"{key}.formats", str(unknown))
