"""Units that the order lines of the shop take out of its hubs and bring back, summed up while the lines are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .demand import HUB_OF_REGION, HUBS, series_of

if TYPE_CHECKING:
    from ..lines import Lines, Numbers
    from ..world import World


class Sold:
    """Sums by day and series over some days; memory does not grow with the lines."""

    def __init__(self, world: World, *, first_day: int, days: int) -> None:
        self.first_day = first_day
        self._products = len(world.catalogue)
        shape = (days, len(HUBS) * self._products)
        self.out: Numbers = np.zeros(shape, dtype=np.int64)
        self.back: Numbers = np.zeros(shape, dtype=np.int64)

    def add(self, lines: Lines) -> None:
        """Add order lines as they truly were; those of other days are left out."""
        day = lines.day - self.first_day
        of_days = (day >= 0) & (day < len(self.out))
        series = series_of(lines.product, HUB_OF_REGION[lines.region], self._products)
        place = (day[of_days], series[of_days])
        np.add.at(self.out, place, np.maximum(lines.quantity[of_days], 0))
        np.add.at(self.back, place, np.maximum(-lines.quantity[of_days], 0))
