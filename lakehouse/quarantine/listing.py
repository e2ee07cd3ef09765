"""What lies in quarantine: counted by source and rule, or row by row."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lakehouse.lake import literal
from lakehouse.plan import aligned
from lakehouse.quarantine.contract import quarantine_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lakehouse.lake import Lake

PUBLISHED = "step_id IN (SELECT step_id FROM steps WHERE state IN ('published', 'done'))"
"""A row counts once its step is published."""
BY_RULE = """
    SELECT source, rule, status, count(*) AS rows, min(first_seen_at) AS oldest
    FROM (SELECT source, status, first_seen_at, unnest(string_to_array(broken, ',')) AS rule FROM q WHERE {where})
    GROUP BY source, rule, status ORDER BY source, rule, status
"""
ONE_BY_ONE = """
    SELECT source, _batch_id, _row_id, _file, broken, status, attempts, first_seen_at{raw}
    FROM q WHERE {where} ORDER BY source, _batch_id, _row_id LIMIT {limit}
"""


@dataclass(frozen=True)
class Wanted:
    """Which rows are asked for; an empty word asks for all."""

    source: str = ""
    rule: str = ""
    status: str = ""
    before: datetime | None = None
    """Rows that a step first judged no later than this."""
    batch: int | None = None
    row: int | None = None
    file: str = ""
    """A whole path, or the end of one after a slash."""

    def __str__(self) -> str:
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return " ".join(f"{name}={value}" for name, value in said.items() if value not in ("", None))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is said at all."""
        return bool(str(self))

    def condition(self) -> str:
        """Return the SQL condition on a quarantine."""
        said = [
            f"{name} = {literal(value)}" for name, value in (("source", self.source), ("status", self.status)) if value
        ]
        numbers = (("_batch_id", self.batch), ("_row_id", self.row))
        said += [f"{name} = {number}" for name, number in numbers if number is not None]
        if self.file:
            said.append(f"(_file = {literal(self.file)} OR ends_with(_file, {literal('/' + self.file)}))")
        if self.rule:
            said.append(f"array_has(string_to_array(broken, ','), {literal(self.rule)})")
        if self.before:
            said.append(f"first_seen_at <= TIMESTAMP '{self.before:%Y-%m-%dT%H:%M:%S.%fZ}'")
        return " AND ".join([PUBLISHED, *said])


def older_than(days: int, now: datetime) -> datetime:
    """Return the moment before which a row was first judged to be so many days old."""
    return now - timedelta(days=days)


def listed(lake: Lake, tables: Sequence[str], wanted: Wanted) -> str:
    """Return how many rows each rule holds, by table, source and status, and when the oldest came."""
    lines = [("table", "source", "rule", "status", "rows", "oldest")]
    for table, row in read_each(lake, tables, BY_RULE.format(where=wanted.condition())):
        lines.append(
            (table, row["source"], row["rule"], row["status"], f"{row['rows']:,}", f"{row['oldest']:%Y-%m-%d}")
        )
    return held(lines)


def shown(lake: Lake, tables: Sequence[str], wanted: Wanted, *, limit: int, with_values: bool = False) -> str:
    """Return rows one by one, at most `limit` of each table; their text only when asked for: it may name people."""
    sql = ONE_BY_ONE.format(where=wanted.condition(), limit=limit, raw=", raw" if with_values else "")
    lines = [("table", "source", "batch", "row", "file", "broken", "status", "attempts", "first seen", "")]
    for table, row in read_each(lake, tables, sql):
        place = (str(row["_batch_id"]), str(row["_row_id"]), row["_file"].rpartition("/")[2])
        state = (row["status"], str(row["attempts"]), f"{row['first_seen_at']:%Y-%m-%d %H:%M}")
        lines.append((table, row["source"], *place, row["broken"], *state, row.get("raw", "")))
    return held(lines)


def read_each(lake: Lake, tables: Sequence[str], sql: str, **others: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what a question (`q` is a quarantine) gives for each Silver table that has one, with the table's name.

    `others`: further tables by the name that the question has for them.
    """
    found = []
    for table in tables:
        name = quarantine_of(table).name
        if lake.exists(name):
            found += [(table, row) for row in lake.read(sql, q=name, steps="ops.steps", **others).to_pylist()]
    return found


def held(lines: Sequence[Sequence[str]]) -> str:
    """Return what is held under its head; a head alone says that nothing is."""
    return aligned(lines) if len(lines) > 1 else "nothing is held"
