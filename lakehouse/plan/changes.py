"""What a contract says otherwise than the table that was made from an earlier one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyspark.sql.types import DataType

    from lakehouse.catalog import Catalog
    from lakehouse.plan.facts import Facts
    from lakehouse.table import Table


@dataclass(frozen=True)
class Changes:
    """How the contract of a table differs from the table itself."""

    added: tuple[str, ...] = ()
    """New columns that may be NULL: those of older rows are."""
    required: tuple[str, ...] = ()
    """New columns that every row must have."""
    removed: tuple[str, ...] = ()
    """Columns that the contract no longer has, or has under another name."""
    retyped: tuple[str, ...] = ()
    """`quantity decimal(12,3) → decimal(14,3)`."""
    regrained: str = ""
    """`order_id → order_id, line_id`; empty: the grain is as it was."""

    @property
    def needs_refresh(self) -> bool:
        """Whether rows that are there cannot be rows of the new contract."""
        return bool(self.required or self.removed or self.retyped or self.regrained)

    def __str__(self) -> str:
        said = [f"+ column {name}" for name in (*self.required, *self.added)]
        said += [f"- column {name}" for name in self.removed]
        said += [f"type of {change}" for change in self.retyped]
        said += [f"grain {self.regrained}"] * bool(self.regrained)
        return ", ".join(said)


def changes(table: Table, facts: Facts) -> Changes:
    """Compare a contract with the stored columns of its table and the grain that its last step knew."""
    stored = facts.schemas.get(table.name)
    if stored is None:
        return Changes()
    new = [column for column in table.columns if column.name not in stored]
    return Changes(
        added=tuple(column.name for column in new if column.nullable),
        required=tuple(column.name for column in new if not column.nullable),
        removed=tuple(name for name in stored if name not in table.column_names and not name.startswith("_")),
        retyped=tuple(retyped(table, stored)),
        regrained=regrained(table, facts),
    )


def retyped(table: Table, stored: Mapping[str, DataType]) -> Iterator[str]:
    """Yield each column whose type is another now, wider ones too: older files hold the old one."""
    for column in table.columns:
        before = stored.get(column.name, column.type)
        if before != column.type:
            yield f"{column.name} {before.simpleString()} → {column.type.simpleString()}"


def regrained(table: Table, facts: Facts) -> str:
    """Say how the grain changed since the last step; an older ledger does not know it."""
    last = facts.last_done(table.name)
    before = last.inputs.get("grain") if last else None
    return (
        "" if before is None or list(before) == list(table.grain) else f"{', '.join(before)} → {', '.join(table.grain)}"
    )


def refuse_changed(catalog: Catalog, facts: Facts, full: frozenset[str]) -> None:
    """Raise ConfigError naming every table of Silver whose rows do not fit its contract and are not judged again."""
    problems = []
    for name in catalog.order():
        found = changes(catalog.table(name), facts)
        if name.startswith("silver.") and name not in full and found.needs_refresh:
            file = f"{catalog.modules.get(name, name).replace('.', '/')}.py"
            problems.append(
                Problem(file, name, f"{found}; rows that are there do not fit. Run with --full-refresh {name}")
            )
    if problems:
        raise ConfigError(problems)


def added_notes(catalog: Catalog, facts: Facts, full: frozenset[str]) -> Iterator[str]:
    """Say which columns the next step that writes adds to a table of Silver."""
    for name in catalog.order():
        found = changes(catalog.table(name), facts)
        if name.startswith("silver.") and name not in full and found.added:
            columns = ", ".join(found.added)
            yield f"{name}: + column {columns}: added by the next step that writes; NULL in the rows that are there"


def because(table: Table, facts: Facts, otherwise: str) -> str:
    """Return why a table is built or judged again: what its contract says anew, where the table tells."""
    found = str(changes(table, facts))
    return f"{otherwise}; contract: {found}" if found else otherwise
