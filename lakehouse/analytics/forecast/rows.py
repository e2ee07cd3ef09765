"""Forecasts and scores of many series as the rows of a table, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lakehouse.analytics.forecast.backtest import DAY, WEEKLY
from lakehouse.analytics.forecast.band import range_of
from lakehouse.analytics.forecast.demand import WEEK
from lakehouse.analytics.forecast.outlook import LEAST_WEEKS, Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lakehouse.analytics.forecast.demand import Demand, Flags, Floats, Numbers
    from lakehouse.analytics.forecast.outlook import Outlook
    from lakehouse.business import Forecast

METHODS = ("smoothing", "intermittent", "seasonal naive", "mean week", "no sale")
SMOOTHING, INTERMITTENT, NAIVE, MEAN_WEEK, NO_SALE = range(len(METHODS))
SHOWN_WEEKS = {DAY: 8, WEEKLY: 26}
"""Weeks of the past that stand beside a forecast: what one looks at with it. All days stand in the cube."""
LARGEST = 9e14
"""Units beyond which no number can be written down with three decimals."""


@dataclass(frozen=True)
class Stretch:
    """Days or weeks of many series, each by place in time and series; `which` of them are rows."""

    granularity: str
    offset: Numbers
    """Days from the first one of the forecast; negative for the past."""
    method: Numbers
    """Index into METHODS, by series."""
    which: Flags
    units: Floats
    low: Floats | None = None
    high: Floats | None = None
    actual: Floats | None = None

    def columns(self, where: Numbers) -> dict[str, NDArray[np.generic]]:
        """Return the rows column by column, NaN for what has no value; `where` tells where each series stands."""
        series, place = np.nonzero(self.which.T)
        without = np.full(self.units.shape, np.nan)
        values = {"units": self.units, "low": self.low, "high": self.high, "actual": self.actual}
        told = {name: (without if each is None else each)[place, series] for name, each in values.items()}
        return {
            "series": where[series],
            "granularity": np.full(len(series), self.granularity == WEEKLY),
            "offset": self.offset[place],
            "method": self.method[series],
            **{name: np.round(np.minimum(each, LARGEST), 3) for name, each in told.items()},
        }


def rows_of(demand: Demand, forecast: Forecast) -> Iterator[dict[str, NDArray[np.generic]]]:
    """Yield the forecast of every series from the end of its last week and what lies just behind it, in columns.

    Those with fewer days of sale than `forecast.least_days` are not modelled, which most of a large range is spared.
    """
    often = demand.sold_days[-1] >= forecast.least_days
    for where, block in demand.blocks(often):
        for stretch in modelled(block, forecast):
            yield stretch.columns(where)
    for where, block in demand.blocks(~often):
        yield mean_weeks(block, forecast).columns(where)


def modelled(demand: Demand, forecast: Forecast) -> Iterator[Stretch]:
    """Yield days and weeks ahead and behind of series with enough days of sale.

    Seasonal naive: less than LEAST_WEEKS weeks since the first. Else intermittent or smoothing, by how seldom it sells.
    """
    told = Model(demand, weeks_ahead(forecast)).after(demand.weeks - 1, float(forecast.band))
    by_gaps = np.where(told.is_intermittent, INTERMITTENT, SMOOTHING)
    method = np.where(demand.age[-1] >= LEAST_WEEKS, by_gaps, NAIVE).astype(np.int64)
    yield _days_ahead(demand, told, method, forecast=forecast)
    yield _weeks_ahead(demand, told, method, share=float(forecast.band))
    naive = demand.units[-1 - len(told.fitted) : -1]
    fitted = np.where(method == NAIVE, naive, told.fitted)
    for granularity, weeks in SHOWN_WEEKS.items():
        yield _behind(demand, fitted[-weeks:], method, granularity=granularity)


def mean_weeks(demand: Demand, forecast: Forecast) -> Stretch:
    """Return the weeks ahead of series that hardly sell: the mean since the first sale, over LEAST_WEEKS at least."""
    weeks, known = demand.units.sum(axis=1), np.maximum(demand.age[-1], LEAST_WEEKS)
    mean = weeks.sum(axis=0) / known
    shape = (weeks_ahead(forecast), len(demand))
    low, high = range_of(weeks, known, float(forecast.band))
    return Stretch(
        granularity=WEEKLY,
        offset=np.arange(shape[0]) * WEEK,
        method=np.where(demand.sold_days[-1] > 0, MEAN_WEEK, NO_SALE).astype(np.int64),
        which=np.ones(shape, dtype=bool),
        units=np.broadcast_to(mean, shape),
        low=np.broadcast_to(np.minimum(low, mean), shape),
        high=np.broadcast_to(np.maximum(high, mean), shape),
    )


def weeks_ahead(forecast: Forecast) -> int:
    """Return the number of weeks that hold the days of the horizon."""
    return -(-forecast.horizon_days // WEEK)


def weeks_behind(forecast: Forecast) -> int:
    """Return the number of whole weeks that are looked at; never too few to be modelled at all."""
    return max(forecast.history_days // WEEK, weeks_ahead(forecast) + LEAST_WEEKS)


def _days_ahead(demand: Demand, told: Outlook, method: Numbers, *, forecast: Forecast) -> Stretch:
    days, count = forecast.horizon_days, len(demand)
    naive = method == NAIVE
    low, high = range_of(demand.units.reshape(-1, count), demand.age[-1] * WEEK, float(forecast.band))
    units = np.where(naive, demand.units[-1], told.units)
    return Stretch(
        granularity=DAY,
        offset=np.arange(days),
        method=method,
        which=np.ones((days, count), dtype=bool),
        units=units.reshape(-1, count)[:days],
        low=np.minimum(np.where(naive, low, told.low), units).reshape(-1, count)[:days],
        high=np.maximum(np.where(naive, high, told.high), units).reshape(-1, count)[:days],
    )


def _weeks_ahead(demand: Demand, told: Outlook, method: Numbers, *, share: float) -> Stretch:
    weeks, naive = demand.units.sum(axis=1), method == NAIVE
    low, high = range_of(weeks, demand.age[-1], share)
    units = np.where(naive, weeks[-1], told.week_units)
    return Stretch(
        granularity=WEEKLY,
        offset=np.arange(len(units)) * WEEK,
        method=method,
        which=np.ones(units.shape, dtype=bool),
        units=units,
        low=np.minimum(np.where(naive, low, told.week_low), units),
        high=np.maximum(np.where(naive, high, told.week_high), units),
    )


def _behind(demand: Demand, fitted: Floats, method: Numbers, *, granularity: str) -> Stretch:
    """Return what was expected of the last weeks one week before, since the second week of each series.

    A single day of what sells seldom shows nothing: of that, the weeks stand alone.
    """
    weeks, count = len(fitted), len(demand)
    shown = (method != INTERMITTENT) | (granularity == WEEKLY)
    begun = shown & (demand.age[demand.weeks - weeks - 1 : -1] >= 1)
    actual = demand.units[demand.weeks - weeks :]
    if granularity == WEEKLY:
        fitted, actual = fitted.sum(axis=1, keepdims=True), actual.sum(axis=1, keepdims=True)
    each = fitted.shape[1]
    return Stretch(
        granularity=granularity,
        offset=np.arange(weeks * each) * (WEEK // each) - weeks * WEEK,
        method=method,
        which=np.repeat(begun, each, axis=0),
        units=fitted.reshape(-1, count),
        actual=actual.reshape(-1, count),
    )
