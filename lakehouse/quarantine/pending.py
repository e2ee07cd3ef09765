"""Decisions that no run has taken up yet: how many rows they are about, never the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.lake import literal
from lakehouse.quarantine.contract import quarantine_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.lake import Lake

JUDGED_AGAIN = ("fix", "replay")
"""Actions after which a row is judged again; the others only give it up."""

NEWEST = """
    SELECT source, batch_id, row_id, action, event_id FROM (
        SELECT *, row_number() OVER (PARTITION BY source, batch_id, row_id ORDER BY "at" DESC, event_id DESC) AS place
        FROM actions WHERE "table" = {table} AND row_id IS NOT NULL
    ) WHERE place = 1
"""
OPEN_DECISIONS = """
    SELECT q.source AS source, n.action AS action, q._batch_id AS batch, count(*) AS rows
    FROM ({newest}) n JOIN q ON q.source = n.source AND q._batch_id = n.batch_id AND q._row_id = n.row_id
    WHERE {decision} IS NULL OR {decision} <> n.event_id
    GROUP BY q.source, n.action, q._batch_id ORDER BY q.source, n.action, q._batch_id
"""
WITHOUT_PENDING = """
    LEFT ANTI JOIN ({newest}) n ON q.source = n.source AND q._batch_id = n.batch_id AND q._row_id = n.row_id
    AND ({decision} IS NULL OR {decision} <> n.event_id)
"""


@dataclass(frozen=True)
class Pending:
    """Decisions about rows of one source that the next run takes up."""

    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows by action: fix, replay, waive, expire."""
    batches: tuple[int, ...] = ()
    """Batches of the rows to be judged again."""


def pending(lake: Lake, table: str) -> dict[str, Pending]:
    """Return what was decided about the quarantine of a Silver table and waits, by source."""
    held = quarantine_of(table).name
    if not (lake.exists(quarantine_actions.name) and lake.exists(held)):
        return {}
    sql = OPEN_DECISIONS.format(**words_of(lake, table))
    rows: dict[str, dict[str, int]] = {}
    batches: dict[str, set[int]] = {}
    for row in lake.read(sql, actions=quarantine_actions.name, q=held).to_pylist():
        mine = rows.setdefault(row["source"], {})
        mine[row["action"]] = mine.get(row["action"], 0) + row["rows"]
        if row["action"] in JUDGED_AGAIN:
            batches.setdefault(row["source"], set()).add(row["batch"])
    return {name: Pending(found, tuple(sorted(batches.get(name, ())))) for name, found in rows.items()}


def without_pending(lake: Lake, table: str) -> str:
    """Return the SQL after `FROM q` that leaves out rows about which a decision (in `actions`) waits for the next run.

    Empty where nobody has decided anything yet.
    """
    if not (lake.exists(quarantine_actions.name) and lake.exists(quarantine_of(table).name)):
        return ""
    return WITHOUT_PENDING.format(**words_of(lake, table))


def words_of(lake: Lake, table: str) -> dict[str, str]:
    """Return the SQL for the newest decisions about a table's rows, and for the one that a row of `q` knows."""
    knows = "decision" in lake.columns(quarantine_of(table).name)
    return {
        "newest": NEWEST.format(table=literal(table)),
        "decision": "q.decision" if knows else "CAST(NULL AS VARCHAR)",
    }
