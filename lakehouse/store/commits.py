"""Tables as they are created, and what their commits did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lakehouse.table import DATE

if TYPE_CHECKING:
    from lakehouse.lake import Lake
    from lakehouse.table import Table

SPARE_DAYS = 7
RECENT = 20


@dataclass(frozen=True)
class Commit:
    """What one commit did to a table."""

    version: int
    added: int
    """Rows inserted or rewritten with new content."""
    removed: int
    """Rows that gave way."""


def properties(table: Table, retention_days: int) -> dict[str, str]:
    """Table properties: changes are fed on, and older versions stay readable as long as releases are kept.

    Statistics for skipping files are taken of the columns that rows are looked up by; of all, they cost more than
    the write itself.
    """
    kept = f"interval {retention_days + SPARE_DAYS} days"
    return {
        "delta.dataSkippingStatsColumns": ",".join(looked_up_by(table)),
        "delta.enableChangeDataFeed": "true",
        "delta.deletedFileRetentionDuration": kept,
        "delta.logRetentionDuration": kept,
    }


def looked_up_by(table: Table) -> tuple[str, ...]:
    """Return the columns of a table that reads and merges are bounded by: its keys, and every day or month."""
    dates = (column.name for column in table.columns if column.type == DATE)
    return tuple(dict.fromkeys(filter(None, (*table.grain, *table.by, table.prune, *dates))))


def commit_of(lake: Lake, table: str, app_id: str) -> Commit:
    """Return what the commit of `app_id` did, also when an earlier process made it."""
    found = (one for limit in (RECENT, None) for one in lake.commits(table, limit) if one.get("userMetadata") == app_id)
    commit = next(found)
    if "rows" in commit:
        return Commit(int(commit["version"]), added=int(commit["rows"]), removed=0)
    metrics = commit.get("operationMetrics", {})
    return Commit(int(commit["version"]), _rows_added(metrics), _rows_removed(metrics))


def _rows_added(metrics: dict[str, Any]) -> int:
    if {"numTargetRowsInserted", "num_target_rows_inserted"}.isdisjoint(metrics):
        return int(metrics.get("numOutputRows", 0))
    return _counted(metrics, "Inserted") + _counted(metrics, "Updated")


def _rows_removed(metrics: dict[str, Any]) -> int:
    return _counted(metrics, "Updated") + _counted(metrics, "Deleted")


def _counted(metrics: dict[str, Any], what: str) -> int:
    """Rows of the target that a merge inserted, updated or deleted, in Spark's words or in those of delta-rs."""
    return int(metrics.get(f"numTargetRows{what}", metrics.get(f"num_target_rows_{what.lower()}", 0)))
