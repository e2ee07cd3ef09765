"""A table as readers see it, and what was found wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lakehouse.lake import Lake, Pinned
    from lakehouse.table import Table

EXAMPLES = 3


@dataclass(frozen=True)
class Finding:
    """Rows of a table that break a rule; a warning fails nothing."""

    table: str
    rule: str
    count: int
    examples: tuple[str, ...] = ()
    """Keys of a few, never of people."""
    warns: bool = False


@dataclass(frozen=True)
class Published:
    """A table at one version; `others` are the versions of the tables that were read with it."""

    lake: Lake
    table: Table
    version: int
    others: Mapping[str, int] = field(default_factory=dict)

    def ask(self, sql: str, **more: str) -> list[dict[str, Any]]:
        """Return the answer to a question about the table, which is called `mine`."""
        others = {alias: self.at(name) for alias, name in more.items()}
        rows: list[dict[str, Any]] = self.lake.read(sql, mine=(self.table.name, self.version), **others).to_pylist()
        return rows

    def at(self, name: str) -> Pinned:
        """Return another table at the version that was read with this one, else its newest."""
        return (name, self.others[name]) if name in self.others else name

    def examples(self, bad: str, columns: Sequence[str], **more: str) -> tuple[str, ...]:
        """Return a few keys of the rows that a query finds, without columns that name people."""
        personal = {column.name for column in self.table.columns if column.pii}
        shown = [name for name in columns if name not in personal]
        if not shown:
            return ()
        listed = ", ".join(shown)
        rows = self.ask(f"SELECT {listed} FROM ({bad}) ORDER BY {listed} LIMIT {EXAMPLES}", **more)  # noqa: S608
        return tuple("/".join(str(row[name]) for name in shown) for row in rows)

    def finding(
        self, rule: str, bad: str, columns: Sequence[str], *, warns: bool = False, **more: str
    ) -> Finding | None:
        """Return what a query for bad rows finds; None when it finds none."""
        count = self.ask(f"SELECT count(*) AS bad FROM ({bad})", **more)[0]["bad"]  # noqa: S608 — our own words
        if not count:
            return None
        return Finding(self.table.name, rule, count, self.examples(bad, columns, **more), warns)
