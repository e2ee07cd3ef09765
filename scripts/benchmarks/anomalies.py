"""How many of the planted unusual days are found, how many flags are right, and how late the first one comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lakehouse.lake import Lake

from .commands import generate, run

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from practice.manifest import Manifest, UnusualDay

Flag = tuple[str, str, str, str]
"""Dimension, member, day and kind."""
SQL = "SELECT dimension, member, sold_on, kind FROM a WHERE is_anomaly"
HEAD = "| lines | planted days | found | recall | flags | precision | of its own member | delay in days | CPU s |"


@dataclass(frozen=True)
class Found:
    """What was flagged beside what was planted."""

    planted: int
    """Days of one region or category."""
    found: int
    """Of them, flagged as what they are, spike or drop."""
    flags: int
    right: int
    """Flags of what was planted, and those of its day and kind in the other dimension: what a region sells more, it
    sells more of some category. A flag of another region beside a planted one is wrong."""
    delays: tuple[int, ...]
    """Days from the first of some days in a row to the first one flagged, where any was."""

    @property
    def recall(self) -> float:
        """Share of the planted days that were flagged."""
        return self.found / max(self.planted, 1)

    @property
    def precision(self) -> float:
        """Share of the flags that are right."""
        return self.right / max(self.flags, 1)

    @property
    def own(self) -> float:
        """Share of the flags on the very region or category and day that was planted."""
        return self.found / max(self.flags, 1)

    @property
    def delay(self) -> float:
        """Mean of the delays."""
        return sum(self.delays) / max(len(self.delays), 1)


def compared(planted: Sequence[UnusualDay], flags: Collection[Flag]) -> Found:
    """Compare what was flagged with what was planted."""
    wanted = {flag_of(one) for one in planted}
    return Found(
        planted=len(wanted),
        found=len(wanted & set(flags)),
        flags=len(flags),
        right=sum(is_right(flag, wanted) for flag in flags),
        delays=tuple(delays(planted, flags)),
    )


def flag_of(one: UnusualDay) -> Flag:
    """Return the flag that a planted day asks for."""
    return (one.dimension, one.member, one.day, one.kind)


def is_right(flag: Flag, wanted: Collection[Flag]) -> bool:
    """Whether a flag is one of those wanted, or of their day and kind in the other dimension."""
    dimension, _, *rest = flag
    return flag in wanted or any(rest == [*other] and dimension != where for where, _, *other in wanted)


def delays(planted: Sequence[UnusualDay], flags: Collection[Flag]) -> Iterator[int]:
    """Yield, for every planted stretch of days that was noticed, after how many days that was."""
    began: dict[tuple[str, str], date] = {}
    last: dict[tuple[str, str], date] = {}
    noticed: set[tuple[str, str, date]] = set()
    for one in sorted(planted, key=lambda each: each.day):
        member, day = (one.dimension, one.member), date.fromisoformat(one.day)
        if member not in last or (day - last[member]).days > 1:
            began[member] = day
        last[member] = day
        if flag_of(one) in flags and (*member, began[member]) not in noticed:
            noticed.add((*member, began[member]))
            yield (day - began[member]).days


def report(folder: Path, lines: int, read: Callable[[Path], Manifest]) -> str:
    """Run one lake up to the mart that flags unusual days, and return a Markdown table."""
    generate(folder, "--lines", str(lines))
    cost = run(folder, "anomalies", "--select", "+gold.revenue_anomalies")
    rows = Lake(f"{folder}/lake").read(SQL, a="gold.revenue_anomalies").to_pylist()
    flags = {(row["dimension"], row["member"], f"{row['sold_on']}", row["kind"]) for row in rows}
    found = compared(read(folder / "landing" / "_manifest.json").unusual, flags)
    shares = (f"{found.recall:.2f}", f"{found.flags}", f"{found.precision:.2f}", f"{found.own:.2f}")
    figures = (f"{lines:,}", f"{found.planted}", f"{found.found}", *shares, f"{found.delay:.2f}")
    return "\n".join([HEAD, "|---" * 9 + "|", f"| {' | '.join((*figures, f'{cost.cpu_seconds:.1f}'))} |"])
