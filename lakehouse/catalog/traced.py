"""Which input drives a mart, and how a row of the mart leads back to rows of that input."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.table import Table


def driving_input(table: Table, tables: Mapping[str, Table]) -> str | None:
    """Return the first input that every column of the grain leads to; None where no input is one."""
    for name in table.inputs.values():
        if name in tables and set(table.grain) <= {*table.traces, *tables[name].column_names}:
            return name
    return None


def leads(table: Table, driving: Table) -> dict[str, str]:
    """Return, by column of a mart, the SQL over its driving input that says the same."""
    named = {name: name for name in table.grain if name in driving.column_names}
    return {name: said for name, said in (named | dict(table.traces)).items() if said}
