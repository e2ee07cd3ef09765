"""How customers are told apart: tiers and segments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from lakehouse.business.checks import at_least, not_negative

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CELLS = re.compile(r"R([1-5])(?:-([1-5]))? F([1-5])(?:-([1-5]))?")


@dataclass(frozen=True)
class Tiers:
    """Frequent: that many orders; VIP: that much spent; Champion: both; Regular: neither."""

    months: int = 12
    """Whole months before the day of judgement that count."""
    frequent_orders: int = 10
    vip_spend: Decimal = Decimal(1000)
    """In the currency of the business."""

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield a time without a month, and what everybody or nobody reaches."""
        yield from at_least(1, months=self.months, frequent_orders=self.frequent_orders)
        yield from not_negative(vip_spend=self.vip_spend)


@dataclass(frozen=True)
class Rfm:
    """How recency and frequency scores name a segment of customers."""

    ties: str = "value"
    """`value`: equal counts of orders score alike; `rank`: ties are told apart in order of customer."""
    segments: Mapping[str, str] = field(
        default_factory=lambda: {
            "champions": "R5 F4-5",
            "loyal customers": "R3-4 F4-5",
            "potential loyalists": "R4-5 F2-3",
            "new customers": "R5 F1",
            "promising": "R4 F1",
            "need attention": "R3 F3",
            "about to sleep": "R3 F1-2",
            "can't lose": "R1-2 F5",
            "at risk": "R1-2 F3-4",
            "hibernating": "R1-2 F1-2",
        }
    )
    """Name -> its scores, 5 the best: `R3-4 F4-5`. All 25 pairs belong to exactly one."""
    advice: Mapping[str, str] = field(default_factory=dict)
    """Segment -> what to do about its customers, in words."""

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield scores that cannot be read, that no segment has, or that two have."""
        if self.ties not in ("value", "rank"):
            yield "ties", f"{self.ties!r} is neither value nor rank"
        for name in self.advice:
            if name not in self.segments:
                yield f"advice.{name}", "is no segment"
        broken = [name for name, cells in self.segments.items() if not CELLS.fullmatch(cells)]
        for name in broken:
            yield f"segments.{name}", f"{self.segments[name]!r} are no scores like R3-4 F4-5"
        if not broken:
            found = [pair for cells in self.segments.values() for pair in pairs_of(cells)]
            for pair in sorted({(r, f) for r in range(1, 6) for f in range(1, 6)}):
                if found.count(pair) != 1:
                    yield "segments", f"R{pair[0]} F{pair[1]} belongs to {found.count(pair)} segments, not to one"


def pairs_of(cells: str) -> list[tuple[int, int]]:
    """Return the scores that `R3-4 F4-5` means, as pairs of recency and frequency."""
    found = CELLS.fullmatch(cells)
    r, r_to, f, f_to = found.groups() if found else ("1", "0", "1", "0")
    recency, frequency = range(int(r), int(r_to or r) + 1), range(int(f), int(f_to or f) + 1)
    return [(one, other) for one in recency for other in frequency]
