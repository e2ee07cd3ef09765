"""The invented business: everything that is fixed before the first line is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from .catalogue import CATEGORIES, Catalogue, catalogue
from .people import People, customers_of, people
from .season import REGIONS, campaign, category_shares, cumulative, days_from, hour_shares
from .unusual import UNUSUAL, Unusual, unusual

if TYPE_CHECKING:
    from numpy.typing import NDArray

CATALOGUE, PEOPLE, LINES, WORDING, ECHOES, LATENESS, HISTORY, CRM, ERP = range(9)
VENDORS, PURCHASES, MOVEMENTS, RATES = range(9, 13)
"""Independent streams of chance, so that a change in one part leaves the others as they were."""

AFTERWARDS = 100
"""Days after the last day of the first delivery that dates can be written for."""


AWAY = 0.12
"""Share of orders in any of the regions, whichever the customer is at home in."""


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
    unusual: Unusual

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
    month = np.array([day.month - 1 for day in calendar], dtype=np.int8)
    everybody = people(np.random.default_rng([seed, PEOPLE]), customers_of(lines))
    regions, categories = region_share(everybody), category_shares(CATEGORIES)
    by_region = np.diff(categories, prepend=0, axis=2)[month]
    return World(
        seed=seed,
        start=start,
        days=days,
        people=everybody,
        catalogue=shelf,
        month=month,
        campaign=np.array([campaign(day) for day in calendar], dtype=np.int64),
        categories_up_to=categories,
        products_up_to=cumulative((np.arange(shelf.per_category) + 3.0) ** -0.9),
        hours_up_to=hour_shares(),
        unusual=unusual(
            np.random.default_rng([seed, UNUSUAL]),
            days=days,
            after=AFTERWARDS,
            region_share=regions,
            category_share=(regions[:, None] * by_region).sum(axis=1),
        ),
    )


def region_share(people: People) -> NDArray[np.float64]:
    """Share of orders of each region."""
    of_customer = np.diff(people.orders_up_to, prepend=0)
    at_home = np.bincount(people.home, weights=of_customer, minlength=len(REGIONS)).astype(np.float64)
    return (1 - AWAY) * at_home + AWAY / len(REGIONS)
