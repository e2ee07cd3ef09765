"""Rows and values taken out of a table's newest version; older versions hold them until they are vacuumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deltalake import CommitProperties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.lake.tables import Lake

ABOUT = CommitProperties({"userMetadata": "maintain: forgotten"})


def delete_rows(lake: Lake, table: str, where: str) -> int:
    """Delete the rows that meet a condition, in one commit; return how many. None: no commit."""
    if not count_rows(lake, table, where):
        return 0
    return int(lake.open(table).delete(where, commit_properties=ABOUT)["num_deleted_rows"])


def set_values(lake: Lake, table: str, values: Mapping[str, str], *, where: str) -> int:
    """Give columns other values (SQL) in the rows that meet a condition, in one commit; return how many rows."""
    if not values or not count_rows(lake, table, where):
        return 0
    given = {quoted(name): value for name, value in values.items()}
    return int(lake.open(table).update(given, predicate=where, commit_properties=ABOUT)["num_updated_rows"])


def count_rows(lake: Lake, table: str, where: str) -> int:
    """Return how many rows meet a condition; 0 for a table that does not exist."""
    if not lake.exists(table):
        return 0
    return int(lake.read(f"SELECT count(*) AS rows FROM t WHERE {where}", t=table)["rows"][0].as_py())  # noqa: S608


def quoted(name: str) -> str:
    """Return a column's name as it stands in SQL, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'
