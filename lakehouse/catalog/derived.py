"""The rules of a table: those that its columns and grain imply, and those that are written, all with a severity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lakehouse.rules import Rule, Severity, not_null, parses, unique
from lakehouse.table import STRING

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
    )
    return tuple(replace(rule, severity=rule.severity or usual) for rule in (*implied, *table.rules))


def _parsed(column: Column, table: Table, source: Source | None) -> bool:
    """Only Silver turns text into types."""
    typed = table.layer == "silver" and column.type != STRING
    return typed and (source is None or source.mapped(column.name) is not None)
