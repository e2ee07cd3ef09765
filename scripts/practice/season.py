"""When people buy: days of the year, hours of the day, campaigns and what sells in which month and region."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

REGIONS = ("North", "South", "East", "West", "Central")
CHANNELS = ("store", "web", "app", "phone")
STORE, WEB, APP, PHONE = range(4)

MONTH = (0.85, 0.80, 0.90, 0.95, 1.00, 1.00, 0.95, 0.95, 1.00, 1.05, 1.20, 1.60)
WEEKDAY = (0.90, 0.85, 0.90, 0.95, 1.15, 1.35, 1.10)
CHANNEL = (0.50, 0.28, 0.17, 0.05)

HOURS = (7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22)
"""No sale falls in the night: hours that clocks skip or repeat do not occur."""
IN_STORE = (0, 0, 3, 5, 7, 9, 8, 6, 6, 7, 9, 9, 6, 2, 0, 0)
ONLINE = (2, 3, 3, 4, 4, 5, 5, 4, 4, 4, 5, 6, 8, 10, 9, 5)

#            Electronics Clothing Grocery Garden Toys Sports Beauty Books
CATEGORY = (
    (0.10, 0.16, 0.34, 0.06, 0.08, 0.10, 0.09, 0.07),  # North
    (0.09, 0.15, 0.30, 0.13, 0.08, 0.11, 0.09, 0.05),  # South
    (0.14, 0.17, 0.30, 0.06, 0.08, 0.07, 0.10, 0.08),  # East
    (0.13, 0.14, 0.28, 0.09, 0.07, 0.15, 0.08, 0.06),  # West
    (0.10, 0.15, 0.36, 0.08, 0.09, 0.08, 0.08, 0.06),  # Central
)
SEASONAL = {
    "Electronics": {11: 1.5, 12: 1.6},
    "Garden": {1: 0.3, 2: 0.5, 4: 1.9, 5: 2.2, 6: 1.8, 7: 1.4, 11: 0.4, 12: 0.3},
    "Toys": {11: 1.8, 12: 3.0},
    "Sports": {1: 1.6, 6: 1.4, 7: 1.5},
    "Books": {7: 1.3, 12: 1.7},
}


def days_from(start: date, days: int) -> list[date]:
    """`days` days in a row."""
    return [start + timedelta(days=number) for number in range(days)]


def line_ends(start: date, days: int, lines: int, *, busy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number of lines sold up to the end of each day; the last is `lines`. `busy`: factor of each day."""
    growth = np.linspace(0.95, 1.05, days)
    weight = (
        np.array([MONTH[day.month - 1] * WEEKDAY[day.weekday()] for day in days_from(start, days)])
        * growth
        * busy[:days]
    )
    ends: NDArray[np.int64] = np.floor(np.cumsum(weight) / weight.sum() * lines).astype(np.int64)
    ends[-1] = lines
    return ends


def campaign(day: date) -> int:
    """Percent taken off during the campaign of `day`; 0 on ordinary days."""
    if (day.month == 11 and day.day >= 24) or (day.month == 7 and 10 <= day.day <= 16):
        return 30
    if day.month == 12 and 18 <= day.day <= 24:
        return 20
    return 15 if day.weekday() >= 5 and day.day <= 7 else 0


def hour_shares() -> NDArray[np.float64]:
    """Cumulative share of sales by hour of HOURS; row 0 in stores, row 1 elsewhere."""
    weights = np.array([IN_STORE, ONLINE], dtype=np.float64)
    return cumulative(weights)


def category_shares(categories: tuple[str, ...]) -> NDArray[np.float64]:
    """Cumulative share of categories by month (0 to 11) and region."""
    season = np.array([[SEASONAL.get(name, {}).get(month, 1.0) for name in categories] for month in range(1, 13)])
    return cumulative(season[:, None, :] * np.array(CATEGORY)[None, :, :])


def cumulative(weights: NDArray[np.floating]) -> NDArray[np.float64]:
    """Cumulative shares along the last axis; its end is exactly 1."""
    sums = np.cumsum(weights, axis=-1)
    shares: NDArray[np.float64] = sums / sums[..., -1:]
    return shares
