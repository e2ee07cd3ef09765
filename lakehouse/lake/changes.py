"""What changed between two versions of a table, and which of its files hold the rows of some keys."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake.exceptions import DeltaError

from lakehouse.errors import LakehouseError

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


CLEANED_AWAY = (DeltaError, LakehouseError, OSError, pa.ArrowException)
"""What reading an older version raises once its log or one of its files was cleaned away."""


def row_version(lake: Lake, table: str) -> int | None:
    """Return the oldest version known to have the rows of the newest one; None for a table that does not exist.

    Where the log forgot the commit that changed rows last, that is the one before the oldest commit that it knows:
    nobody can tell whether older ones had the same rows.
    """
    if not lake.exists(table):
        return None
    for limit in (RECENT, None):
        commits = lake.commits(table, limit)
        for commit in commits:
            if changes_rows(commit):
                return int(commit["version"])
    return max(int(commits[-1]["version"]) - 1, 0) if commits else lake.version(table)


def version_like(lake: Lake, table: str, version: int) -> int:
    """Return the newest version with the rows of an older one: its files are kept the longest."""
    found = lake.version(table) or version
    for commit in lake.commits(table):
        if changes_rows(commit):
            if int(commit["version"]) <= version:
                break
            found = int(commit["version"]) - 1
    return max(found, version)


def changes_rows(commit: Mapping[str, Any]) -> bool:
    """Whether a commit may have changed a row."""
    return commit.get("operation") not in KEEPS_ROWS and commit.get("userMetadata") != FILES_JOINED


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
    except CLEANED_AWAY:
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
