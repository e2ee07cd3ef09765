"""The rules of a table: those that its columns and grain imply, and those that are written, all with a severity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lakehouse.rules import Rule, Severity, contiguous, not_null, one_current, parses, unique
from lakehouse.table import STRING, History

if TYPE_CHECKING:
    from lakehouse.settings import Source
    from lakehouse.table import Column, Table


def rules_of(table: Table, source: Source | None = None) -> tuple[Rule, ...]:
    """Every rule of `table` with its severity resolved; with `source`, only those `parses` that its map can break."""
    usual: Severity = "quarantine" if table.layer == "silver" else "block"
    implied = (
        *(not_null(column.name) for column in table.columns if not column.nullable),
        *(parses(column.name) for column in table.columns if _parsed(column, table, source)),
        unique(*table.grain, name="grain.unique", severity="block"),
        *timeline(table),
    )
    return tuple(replace(rule, severity=rule.severity or usual) for rule in (*implied, *table.rules))


def timeline(table: Table) -> tuple[Rule, ...]:
    """Return what holds between the versions of a key, where the table keeps them."""
    write = table.write
    return (contiguous(*write.key), one_current(*write.key)) if isinstance(write, History) else ()


def _parsed(column: Column, table: Table, source: Source | None) -> bool:
    """Only Silver turns text into types."""
    typed = table.layer == "silver" and column.type != STRING
    return typed and (source is None or source.mapped(column.name) is not None)
