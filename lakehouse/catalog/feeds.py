"""Checks the sources against the contracts they feed: names of tables and columns, and words that fit their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql.types import DateType, NumericType, TimestampType

from lakehouse.catalog.graph import near_tables
from lakehouse.errors import Problem
from lakehouse.settings import nearest
from lakehouse.table import FLAG, VALIDITY, History

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyspark.sql.types import DataType

    from lakehouse.settings import Source
    from lakehouse.settings.values import Mapped
    from lakehouse.table import Table

    Tables = Mapping[str, Table]

ENGINE_FILLS = ("system", "source", "zone")
ENGINE_CAN_FILL = (*ENGINE_FILLS, "line_id")
HISTORY_WORDS = ("delivers", "deleted")
FLAG_WORDS = ("starts_with", "equals", "negative")
TIME_WORDS = ("formats", "zone")


def problems_of(source: Source, tables: Tables) -> Iterator[Problem]:
    """Everything in `source` that its contract does not know."""
    fed = [name for name in tables if name.startswith("silver.")]
    if source.feeds in fed:
        yield from _map(source, tables[source.feeds])
        yield from _missing(source, tables[source.feeds])
        yield from _lists(source, tables[source.feeds])
        yield from _over_time(source, tables[source.feeds])
    elif source.feeds:
        yield Problem(source.file, "feeds", f"{source.feeds!r} is no Silver table", nearest(source.feeds, fed))
    yield from _near(source, tables)


def _unknown(name: str, table: Table, *, source: Source, key: str) -> Problem:
    return Problem(source.file, key, f"is not a column of {table.name}", nearest(name, table.column_names))


def _map(source: Source, table: Table) -> Iterator[Problem]:
    types = {column.name: column.type for column in table.columns}
    for mapped in source.map:
        key = f"map.{mapped.column}"
        if mapped.column not in types:
            yield _unknown(mapped.column, table, source=source, key=key)
        elif mapped.column in ENGINE_FILLS:
            yield Problem(source.file, key, "is filled in for you; the source's own words say which system and zone")
        elif mapped.column in _validity(table):
            yield Problem(source.file, key, "is filled in for you; what was deleted is said by the word 'deleted'")
        else:
            yield from _fit(source, mapped, types[mapped.column])


def _fit(source: Source, mapped: Mapped, kind: DataType) -> Iterator[Problem]:
    """Words that mean nothing for a column of this type would be a mistake that nobody sees."""
    for words, fits, what in (
        (FLAG_WORDS, kind == FLAG, "true-or-false columns"),
        (TIME_WORDS, isinstance(kind, DateType | TimestampType), "dates and times"),
    ):
        for word in words:
            if getattr(mapped, word) and not fits:
                yield Problem(source.file, f"map.{mapped.column}.{word}", f"is for {what}, and this column is none")
    if (mapped.decimal, mapped.thousands) != (".", ",") and not isinstance(kind, NumericType):
        yield Problem(source.file, f"map.{mapped.column}", "decimal and thousands are for numbers, and this is none")


def _missing(source: Source, table: Table) -> Iterator[Problem]:
    """Columns without which no row of this source could be published."""
    needed = {*table.grain, *(column.name for column in table.columns if not column.nullable)}
    given = {*ENGINE_CAN_FILL, *_validity(table), *table.derives, *(mapped.column for mapped in source.map)}
    for name in table.column_names:
        if name in needed - given:
            yield Problem(source.file, f"map.{name}", f"is missing: {table.name} needs it and cannot derive it")


def _lists(source: Source, table: Table) -> Iterator[Problem]:
    for name in source.not_products:
        if name not in table.column_names:
            yield _unknown(name, table, source=source, key=f"not_products.{name}")
    mapped = [each.column for each in source.map]
    for name in source.identity:
        if name not in table.column_names:
            yield _unknown(name, table, source=source, key=f"identity.{name}")
        elif name not in mapped:
            yield Problem(source.file, f"identity.{name}", "is not mapped, so it cannot tell lines apart")


def _validity(table: Table) -> tuple[str, ...]:
    """Columns that say when a version is valid, where the table keeps versions."""
    return tuple(column.name for column in VALIDITY) if isinstance(table.write, History) else ()


def _over_time(source: Source, table: Table) -> Iterator[Problem]:
    """Words about what changes and goes mean nothing where only the newest is kept."""
    for word in HISTORY_WORDS:
        if getattr(source, word) and not isinstance(table.write, History):
            yield Problem(source.file, word, f"is for tables that keep every version, and {table.name} is none")
    if source.delivers == "snapshot" and source.deleted:
        yield Problem(source.file, "deleted", "is for changes; a snapshot leaves out what was deleted")


def _near(source: Source, tables: Tables) -> Iterator[Problem]:
    for column, name in near_tables(source).items():
        key = f"map.{column}.near"
        table, _, reference = name.rpartition(".")
        if table not in tables or tables[table].layer != "silver":
            known = [f"{each.name}.{reference}" for each in tables.values() if each.layer == "silver"]
            yield Problem(source.file, key, f"{name!r} names no column of a Silver table", nearest(name, known))
        elif reference not in tables[table].column_names:
            yield _unknown(reference, tables[table], source=source, key=key)
        elif "system" not in tables[table].column_names:
            yield Problem(source.file, key, f"{table} has no system, so its spellings belong to nobody")
