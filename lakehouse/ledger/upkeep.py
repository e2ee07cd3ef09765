"""What maintenance did, and which versions of a table say the same as the one before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lakehouse.ledger.records import now
from lakehouse.ops.maintenance import maintenance

if TYPE_CHECKING:
    from lakehouse.lake import Lake

ONLY_FILES = ("compact", "vacuum")
"""What changes the files of a table and none of its rows."""


@dataclass(frozen=True)
class Upkeep:
    """One piece of maintenance on one table."""

    table: str
    action: str
    version_before: int | None = None
    version_after: int | None = None
    files: int = 0
    bytes: int = 0
    rows: int = 0
    note: str = ""


def note_upkeep(lake: Lake, done: Upkeep) -> None:
    """Record what was done."""
    lake.append(maintenance, [asdict(done) | {"at": now()}])


def idle_versions(lake: Lake) -> dict[str, frozenset[int]]:
    """Return, by table, the versions whose rows are those of the version before."""
    if not lake.exists(maintenance.name):
        return {}
    found: dict[str, frozenset[int]] = {}
    sql = f"SELECT * FROM m WHERE action IN {ONLY_FILES!r} AND version_after > version_before"  # noqa: S608 — our words
    for row in lake.read(sql, m=maintenance.name).to_pylist():
        idle = range(row["version_before"] + 1, row["version_after"] + 1)
        found[row["table"]] = found.get(row["table"], frozenset()) | frozenset(idle)
    return found
