"""What the shop can expect to sell: units per day of each product at each of its two hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..lines import UNITS
from ..people import HOME_SHARE
from ..season import REGIONS, line_ends
from ..world import AFTERWARDS, World

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..lines import Numbers

HUBS = ("HUB-1", "HUB-2")
HUB_OF_REGION = np.array([0, 1, 0, 1, 0, 0, 0])
"""By index into SETTLED_REGIONS."""
AWAY = 0.12
"""Share of orders that are sent somewhere else than home."""
AT_LEAST = 30
"""Thousandths of a unit a day: what nobody asks for is kept on the shelf all the same."""
SMOOTHED_OVER = 28
"""Days."""


def demand(world: World, lines: int) -> Numbers:
    """Thousandths of a unit per day: row by day since the start, with AFTERWARDS days more; column by series.

    Series are all products of the first hub, then all of the second.
    """
    per_day, units = _lines_per_day(world, lines), 1 + float(np.sum(1 - UNITS))
    of_month = np.stack([_shares(world, month) for month in range(12)])
    wanted: Numbers = np.floor(1_000 * units * per_day[:, None] * of_month[world.month]).astype(np.int64)
    return np.maximum(wanted, AT_LEAST)


def series_of(product: Numbers, hub: Numbers, products: int) -> Numbers:
    """Number of the series of a product at a hub."""
    return hub * products + product


def _lines_per_day(world: World, lines: int) -> NDArray[np.float64]:
    """Order lines of each day as somebody sees them who looks at four weeks at a time."""
    sold = np.diff(line_ends(world.start, world.days, lines, busy=world.unusual.busy), prepend=0).astype(np.float64)
    known = np.concatenate([sold, np.full(AFTERWARDS, lines / world.days)])
    ends = np.concatenate([[0.0], np.cumsum(known)])
    day = np.arange(len(known))
    first, last = np.maximum(day - SMOOTHED_OVER // 2, 0), np.minimum(day + SMOOTHED_OVER // 2, len(known))
    smooth: NDArray[np.float64] = (ends[last] - ends[first]) / (last - first)
    return smooth


def _shares(world: World, month: int) -> NDArray[np.float64]:
    """Share of each series in the lines of a month (0 for January)."""
    of_region = (1 - AWAY) * np.array(HOME_SHARE) + AWAY / len(REGIONS)
    categories = np.diff(world.categories_up_to[month], axis=1, prepend=0.0)
    ranks = np.diff(world.products_up_to, prepend=0.0)
    hubs = [
        (of_region[:, None] * categories)[HUB_OF_REGION[: len(REGIONS)] == hub].sum(axis=0) for hub in range(len(HUBS))
    ]
    return np.concatenate([np.outer(of_category, ranks).ravel() for of_category in hubs])
