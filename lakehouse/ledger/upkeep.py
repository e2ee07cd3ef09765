"""What maintenance did."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lakehouse.ledger.records import now
from lakehouse.ops.maintenance import maintenance

if TYPE_CHECKING:
    from lakehouse.lake import Lake


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
