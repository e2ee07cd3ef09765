"""What changed between two versions of a table, and which of its files hold the rows of some keys."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake.exceptions import DeltaError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from deltalake import DeltaTable

    from lakehouse.lake.tables import Lake

Key = tuple[Any, ...]
"""Values of some columns, in their order."""

KEEPS_ROWS = frozenset({"OPTIMIZE", "VACUUM START", "VACUUM END", "SET TBLPROPERTIES", "SET TABLE PROPERTIES"})
"""Commits after which a table has the rows that it had before."""
FILES_JOINED = "maintain: files joined, no row changed"
RECENT = 5


def row_version(lake: Lake, table: str) -> int | None:
    """Return the oldest version with the rows of the newest one; None for a table that does not exist."""
    if not lake.exists(table):
        return None
    for limit in (RECENT, None):
        for commit in lake.commits(table, limit):
            if commit.get("operation") not in KEEPS_ROWS and commit.get("userMetadata") != FILES_JOINED:
                return int(commit["version"])
    return 0


def changed_keys(
    lake: Lake, table: str, columns: Sequence[str], *, after: int, upto: int, most: int
) -> set[Key] | None:
    """Return the values of some columns in rows that were added, changed or removed after one version, up to another.

    Both images of an updated row count. None: the change feed no longer reaches back so far, or more than `most`
    values were touched.
    """
    found: set[Key] = set()
    try:
        feed = lake.open(table, upto).load_cdf(after + 1, upto, columns=[*columns, "_change_type"])
        for batch in pa.RecordBatchReader.from_stream(feed):
            if batch.num_rows:
                touched = pa.table(batch.select(list(columns))).group_by(list(columns)).aggregate([])
                found.update(zip(*(touched[column].to_pylist() for column in columns), strict=True))
            if len(found) > most:
                return None
    except (DeltaError, OSError):  # the log or a file of the feed was cleaned away
        return None
    return found


def files_within(log: DeltaTable, wanted: Mapping[str, Collection[Any]]) -> frozenset[str]:
    """Return the paths of the files that may hold a row with one of the wanted values in every named column."""
    actions = pa.table(log.get_add_actions(flatten=True))
    chosen = [True] * actions.num_rows
    for column, values in wanted.items():
        if {f"min.{column}", f"max.{column}"} <= set(actions.column_names):
            bounds = zip(actions[f"min.{column}"].to_pylist(), actions[f"max.{column}"].to_pylist(), strict=True)
            ordered = sorted(values)
            chosen = [known and _meets(ordered, *pair) for known, pair in zip(chosen, bounds, strict=True)]
    return frozenset(path for path, held in zip(actions["path"].to_pylist(), chosen, strict=True) if held)


def _meets(ordered: Sequence[Any], low: Any, high: Any) -> bool:
    """Whether a value lies between two bounds, of which either may be unknown."""
    place = 0 if low is None else bisect_left(ordered, low)
    return place < len(ordered) and (high is None or ordered[place] <= high)
