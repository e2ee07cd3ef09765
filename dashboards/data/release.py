"""The release that readers see: a set of Gold versions that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dashboards.data.place import Place, stamp
from lakehouse import ledger
from lakehouse.errors import LakehouseError
from lakehouse.lake import Lake

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Released:
    """One release of a lake: each Gold table at the version that readers may see."""

    lake: str
    number: int
    run_id: str
    at: datetime
    versions: tuple[tuple[str, int], ...]
    held: tuple[str, ...] = ()
    """Sources with a batch that the gate holds back."""

    def version(self, table: str) -> int:
        """Return the released version. Raises LakehouseError when the release does not name the table."""
        found = dict(self.versions).get(table)
        if found is None:
            raise LakehouseError(f"{table} is not in release {self.number} yet. A run makes it: jobs/run.py")
        return found

    def read(self, sql: str, **tables: str) -> list[dict[str, Any]]:
        """Run SQL over tables given by alias, each at its released version."""
        pinned = {alias: (name, self.version(name)) for alias, name in tables.items()}
        rows: list[dict[str, Any]] = Lake(self.lake).read(sql, **pinned).to_pylist()
        return rows


def newest(place: Place) -> Released | None:
    """Return what readers see now; None before the first release."""
    found = history(place)
    return found[-1] if found else None


def history(place: Place) -> tuple[Released, ...]:
    """Every release, oldest first."""
    return read_history(place.lake, stamp(place.lake, "ops.releases"))


@lru_cache(maxsize=8)
def read_history(lake: str, _stamp: int) -> tuple[Released, ...]:
    """Read all releases; `_stamp` makes a new commit a new question."""
    return tuple(
        Released(lake, one.release_id, one.run_id, one.at, tuple(sorted(one.tables.items())), one.held)
        for one in ledger.releases(Lake(lake))
    )
