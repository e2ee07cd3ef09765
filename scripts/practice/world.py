"""The invented business: everything that is fixed before the first line is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from .catalogue import CATEGORIES, Catalogue, catalogue
from .people import People, customers_of, people
from .season import campaign, category_shares, cumulative, days_from, hour_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

CATALOGUE, PEOPLE, LINES, WORDING, ECHOES, LATENESS, HISTORY, CRM, ERP = range(9)
VENDORS, PURCHASES, MOVEMENTS, RATES = range(9, 13)
"""Independent streams of chance, so that a change in one part leaves the others as they were."""

AFTERWARDS = 100
"""Days after the last day of the first delivery that dates can be written for."""


@dataclass(frozen=True)
class World:
    """One business of a given seed and size, selling for `days` days from `start`."""

    seed: int
    start: date
    days: int
    people: People
    catalogue: Catalogue
    month: NDArray[np.int8]
    """0 for January, by day since `start`, with AFTERWARDS days more."""
    campaign: NDArray[np.int64]
    """Percent off in the day's campaign, by day since `start`."""
    categories_up_to: NDArray[np.float64]
    products_up_to: NDArray[np.float64]
    hours_up_to: NDArray[np.float64]

    def chance(self, *stream: int) -> np.random.Generator:
        """Return the random numbers of one part; the same for the same arguments, wherever it is asked from."""
        return np.random.default_rng([self.seed, *stream])

    def day(self, number: int) -> date:
        """Date of a day counted from `start`."""
        return self.start + timedelta(days=number)


def world(seed: int, lines: int, *, start: date, days: int) -> World:
    """Found the business whose first delivery has `lines` order lines."""
    shelf = catalogue(np.random.default_rng([seed, CATALOGUE]))
    calendar = days_from(start, days + AFTERWARDS)
    return World(
        seed=seed,
        start=start,
        days=days,
        people=people(np.random.default_rng([seed, PEOPLE]), customers_of(lines)),
        catalogue=shelf,
        month=np.array([day.month - 1 for day in calendar], dtype=np.int8),
        campaign=np.array([campaign(day) for day in calendar], dtype=np.int64),
        categories_up_to=category_shares(CATEGORIES),
        products_up_to=cumulative((np.arange(shelf.per_category) + 3.0) ** -0.9),
        hours_up_to=hour_shares(),
    )
