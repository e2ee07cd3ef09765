"""Demand of many series side by side, cut into whole weeks that end where the forecast begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

WEEK = 7
BLOCK = 1_000
"""Series worked on at once: what fits a processor's cache."""


@dataclass(frozen=True)
class Demand:
    """Units by week, day of the week and series; the last week ends on the day before the forecast begins.

    A series known by the week alone has one "day" a week. Series stand last, so that each step works on all of them.
    """

    units: Floats

    @classmethod
    def of_days(cls, series: Numbers, days_ago: Numbers, units: Floats, *, count: int, weeks: int) -> Demand:
        """Lay out sales, in any order, of `count` series; 1 day ago is the last. What is older than `weeks` is left."""
        day = weeks * WEEK - days_ago
        known = (day >= 0) & (days_ago >= 1)
        place = day[known] * count + series[known]
        cells = np.bincount(place, weights=units[known], minlength=weeks * WEEK * count)
        return cls(cells.astype(np.float64).reshape(weeks, WEEK, count))

    @classmethod
    def of_weeks(cls, units: Floats) -> Demand:
        """Take a table of series × weeks."""
        return cls(np.ascontiguousarray(units.T)[:, None, :])

    def __len__(self) -> int:
        return int(self.units.shape[2])

    @property
    def weeks(self) -> int:
        """Number of weeks."""
        return len(self.units)

    @cached_property
    def level(self) -> Floats:
        """Mean units a day, by week and series."""
        found: Floats = self.units.mean(axis=1)
        return found

    @cached_property
    def age(self) -> Floats:
        """Weeks since the first sale, that week included, by week and series; 0 before it."""
        begun = np.logical_or.accumulate(self.level > 0, axis=0)
        return np.cumsum(begun, axis=0, dtype=np.float64)

    @cached_property
    def sold_weeks(self) -> Floats:
        """Weeks with a sale so far, by week and series."""
        return np.cumsum(self.level > 0, axis=0, dtype=np.float64)

    @cached_property
    def sold_days(self) -> Numbers:
        """Days with a sale so far, by week and series."""
        return np.cumsum((self.units > 0).sum(axis=1), axis=0)

    def blocks(self, which: Flags) -> Iterator[tuple[Numbers, Demand]]:
        """Yield the series that are meant in blocks, each with where they stand."""
        meant = np.flatnonzero(which)
        for start in range(0, len(meant), BLOCK):
            where = meant[start : start + BLOCK]
            yield where, Demand(np.ascontiguousarray(self.units[:, :, where]))
