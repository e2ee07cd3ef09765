"""What must be true of the versions of a key: no gap, no overlap, one current unless the key was deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.table import History

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lakehouse.maintain.checking.values import Finding, Published

CHAIN = """
    SELECT *, lead(valid_from_at) OVER (PARTITION BY {key} ORDER BY valid_from_at) AS next_from_at,
        row_number() OVER (PARTITION BY {key} ORDER BY valid_from_at) AS place
    FROM mine
"""
BEGINS_LATE = "place = 1 AND valid_from_at <> TIMESTAMP '1900-01-01T00:00:00Z'"
NOT_CONTIGUOUS = "next_from_at IS NOT NULL AND valid_to_at IS DISTINCT FROM next_from_at"
ENDS = "next_from_at IS NULL AND valid_to_at IS NOT NULL AND NOT is_deleted"
WRONGLY_CURRENT = "is_current IS DISTINCT FROM (next_from_at IS NULL AND NOT is_deleted)"


def broken_histories(shown: Published) -> Iterator[Finding]:
    """Yield what is wrong with the versions of a table that keeps history."""
    if not isinstance(shown.table.write, History):
        return
    keys = shown.table.write.key
    chain = CHAIN.format(key=", ".join(keys))
    for rule, wrong in (
        ("history.begins", BEGINS_LATE),
        ("history.contiguous", f"({NOT_CONTIGUOUS}) OR ({ENDS})"),
        ("history.one_current", WRONGLY_CURRENT),
    ):
        bad = f"SELECT DISTINCT {', '.join(keys)} FROM ({chain}) WHERE {wrong}"  # noqa: S608 — our own words
        if found := shown.finding(rule, bad, keys):
            yield found
