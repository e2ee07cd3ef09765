"""What every step is given, and how its time is taken."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.settings import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from pyspark.sql import SparkSession

    from lakehouse.business import AsOf
    from lakehouse.catalog import Catalog
    from lakehouse.gate import Auditor
    from lakehouse.lake import Lake
    from lakehouse.ledger import StepRecord
    from lakehouse.settings import Settings, Source
    from lakehouse.table import Table

MANY_ROWS = 500_000
"""Of so many rows a step puts each month into files of its own."""
FEW_ROWS = 200_000
"""So many changed rows are merged without Spark; of so many incoming rows the keys are looked up first."""


@dataclass(frozen=True)
class Context:
    """The lake, the session and the rules of one run."""

    lake: Lake
    spark: SparkSession
    settings: Settings
    catalog: Catalog
    auditor: Auditor
    run_id: str
    as_of: Callable[[], AsOf]
    """Fixed when the first mart that depends on a day starts."""
    began_at: datetime | None = None
    """When the run began."""
    tell: Callable[[str], None] = print
    """Where a person is told what needs their eyes."""

    def table(self, record: StepRecord) -> Table:
        """Return the contract of the table that a step writes."""
        return self.catalog.table(record.table)


@dataclass(frozen=True)
class Stopwatch:
    """Wall and CPU time since it was made, in seconds; CPU of this process and those it started."""

    wall: float = field(default_factory=time.monotonic)
    cpu: float = field(default_factory=lambda: cpu_seconds())

    def so_far(self) -> dict[str, Decimal]:
        """As the ledger keeps it."""
        wall, cpu = time.monotonic() - self.wall, cpu_seconds() - self.cpu
        return {"seconds": Decimal(f"{wall:.3f}"), "cpu_seconds": Decimal(f"{max(cpu, 0):.3f}")}


def cpu_seconds() -> float:
    """CPU time of this process and its living descendants; of this process alone where /proc is not there."""
    own = time.process_time()
    tick = os.sysconf("SC_CLK_TCK")
    stats = [stat_of(path) for path in Path("/proc").glob("[0-9]*/stat")]
    parents = {pid: parent for pid, parent, _ in stats}
    return own + sum(ticks for pid, _, ticks in stats if _descends(pid, parents)) / tick


def _descends(pid: int, parents: Mapping[int, int]) -> bool:
    me = os.getpid()
    while (pid := parents.get(pid, 0)) > 1:
        if pid == me:
            return True
    return False


def stat_of(path: Path) -> tuple[int, int, int]:
    """Return number, parent and CPU ticks of a process; zeros when it ended meanwhile."""
    try:
        pid, _, rest = path.read_text().partition(" (")
    except OSError:
        return 0, 0, 0
    words = rest.rpartition(")")[2].split()
    return int(pid), int(words[1]), int(words[11]) + int(words[12])


def judged_by(catalog: Catalog, settings: Settings, table: Table, *, source: Source | None = None) -> str:
    """Return the hash of all that decides how rows of a table, from a source, are judged."""
    contract = catalog.hash_of(table, settings.business)
    return fingerprint([contract, source.hash, catalog.code_reading(source)]) if source else contract


def hashes_of(catalog: Catalog, settings: Settings) -> dict[str, str]:
    """Return the hash of every Gold table, and of every Silver table with each of its sources."""
    hashes = {name: judged_by(catalog, settings, catalog.table(name)) for name in catalog.order()}
    for source in catalog.sources.values():
        table = catalog.table(source.feeds)
        hashes[f"{table.name}@{source.name}"] = judged_by(catalog, settings, table, source=source)
    return hashes
