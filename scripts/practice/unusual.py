"""Days on which a region or a category sells far more or far less than usual: planted, and listed in the manifest.

Nothing is added to the delivery and nothing taken out of it. Such a day has more lines or fewer of its region or
category alone; the lines of all other days make up for it, each by next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .catalogue import CATEGORIES
from .manifest import UnusualDay
from .season import REGIONS, cumulative

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from numpy.typing import NDArray

    Shares = NDArray[np.float64]
    Numbers = NDArray[np.int64]

UNUSUAL = 100
"""Stream of chance, apart from all others."""
FIRST, EVERY, LONGEST = 63, 14, 3
"""Day on which the first one begins, so that there is something to compare it with; days from one to the next; days."""
SPIKE, DROP = (3.0, 6.0), (0.05, 0.20)
"""Least and largest factor by which lines are more, or fewer."""


@dataclass(frozen=True)
class Episode:
    """Some days in a row on which one region or category sells `factor` times its usual lines."""

    days: range
    dimension: str
    member: int
    factor: float


@dataclass(frozen=True)
class Unusual:
    """What is planted, and what it does to the days; every array has one row per day since the start."""

    episodes: tuple[Episode, ...]
    region: Shares
    """Factor of each region."""
    category: Shares
    """Factor of each category."""
    region_share: Shares
    """Share of lines of each region on any day."""
    busy: Shares
    """Factor of the lines of the day as a whole."""

    def relocated(self, rng: np.random.Generator, day: Numbers, region: Numbers) -> Numbers:
        """Return the region of each order; on unusual days some are of another one, as few as that takes."""
        rows = np.flatnonzero((self.region[day] != 1).any(axis=1))
        wanted = self.region_share * self.region[day[rows]]
        wanted /= wanted.sum(axis=1, keepdims=True)
        stays = (wanted / self.region_share)[np.arange(len(rows)), region[rows]]
        moves = rng.random(len(rows)) >= stays
        gains = cumulative(np.maximum(wanted - self.region_share, 0)[moves])
        moved = region.copy()
        moved[rows[moves]] = (rng.random(moves.sum())[:, None] >= gains).sum(axis=1)
        return moved

    def tilted(self, shares: Shares, day: Numbers) -> Shares:
        """Return the cumulative shares of categories of each line as they are on its day."""
        rows = np.flatnonzero((self.category[day] != 1).any(axis=1))
        tilted = shares.copy()
        tilted[rows] = cumulative(np.diff(shares[rows], prepend=0, axis=1) * self.category[day[rows]])
        return tilted

    def told(self, day: Callable[[int], date]) -> tuple[UnusualDay, ...]:
        """Return every planted day as the manifest lists it; `day` gives the date of a number."""
        names = {"region": REGIONS, "category": CATEGORIES}
        return tuple(
            UnusualDay(
                day=f"{day(number)}",
                dimension=one.dimension,
                member=names[one.dimension][one.member],
                kind="spike" if one.factor > 1 else "drop",
                factor=one.factor,
            )
            for one in self.episodes
            for number in one.days
        )


def unusual(
    rng: np.random.Generator, *, days: int, after: int, region_share: Shares, category_share: Shares
) -> Unusual:
    """Plant the unusual days of a business that sells for `days` days; the `after` days that follow are as usual.

    `category_share`: share of lines by day and category, over all regions.
    """
    episodes = tuple(_episode(rng, begins, days) for begins in range(FIRST, days, EVERY))
    factors = {"region": np.ones((days + after, len(REGIONS))), "category": np.ones((days + after, len(CATEGORIES)))}
    for one in episodes:
        factors[one.dimension][one.days, one.member] = one.factor
    region, category = factors["region"], factors["category"]
    busy = (region * region_share).sum(axis=1) * (category * category_share).sum(axis=1)
    return Unusual(episodes, region, category, region_share, busy)


def _episode(rng: np.random.Generator, begins: int, days: int) -> Episode:
    dimension, members = (("region", REGIONS), ("category", CATEGORIES))[rng.integers(2)]
    lowest, highest = (SPIKE, DROP)[rng.integers(2)]
    length = int(rng.integers(1, LONGEST + 1))
    return Episode(
        range(begins, min(begins + length, days)),
        dimension,
        int(rng.integers(len(members))),
        round(float(rng.uniform(lowest, highest)), 2),
    )
