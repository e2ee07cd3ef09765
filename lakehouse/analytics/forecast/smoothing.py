"""Ways of carrying a level of demand forward, each for all series at once and for every week in one pass.

Every way returns `path[week, ahead, series]`: the mean units a day that, at the end of a week, it expects of the first,
second, … week after it. Nothing in it knows of a later week, so one pass serves the forecast and all its backtests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lakehouse.analytics.forecast.demand import Demand, Floats

GAINS = (0.05, 0.1, 0.2, 0.45, 1.0)
"""Of simple smoothing: share of a week's surprise that the level takes over."""
TRENDS = ((0.3, 0.2, 0.9), (0.5, 0.2, 0.8), (0.65, 0.3, 0.9))
"""Of the damped trend: gain of the level, gain of the trend, what is left of the trend a week later."""
SIZE_GAIN, CHANCE_GAIN = 0.1, 0.2
MEAN_WEEKS = 13
PATTERN_GAIN = 0.05


def gain(least: float, age: Floats) -> Floats:
    """Return the share of a surprise that is taken over: a plain mean at first, 0 before the first sale."""
    return np.where(age > 0, np.maximum(least, 1 / np.maximum(age, 1)), 0.0)


def simple(demand: Demand, least: float, ahead: int) -> Floats:
    """Smooth the level: ETS(A,N,·) (Hyndman, Koehler, Ord and Snyder 2008, section 2.3)."""
    level, path = np.zeros(len(demand)), np.empty((demand.weeks, ahead, len(demand)))
    for week, seen in enumerate(demand.level):
        level = level + gain(least, demand.age[week]) * (seen - level)
        path[week] = level
    return path


def damped(demand: Demand, trend: tuple[float, float, float], ahead: int) -> Floats:
    """Smooth level and damped trend: ETS(A,Ad,·) (Gardner and McKenzie 1985)."""
    of_level, of_trend, keeps = trend
    reach = np.cumsum(keeps ** np.arange(1, ahead + 1))[:, None]
    level, slope = np.zeros(len(demand)), np.zeros(len(demand))
    path = np.empty((demand.weeks, ahead, len(demand)))
    for week, seen in enumerate(demand.level):
        age = demand.age[week]
        surprise = np.where(age > 0, seen - level - keeps * slope, 0.0)
        level = level + keeps * slope + gain(of_level, age) * surprise
        slope = keeps * slope + np.where(age * of_level > 1, of_level * of_trend, 0.0) * surprise
        path[week] = level + slope * reach
    return path


def sizes_and_chances(demand: Demand, ahead: int) -> Floats:
    """Smooth the size of a sale and the chance of one apart: TSB (Teunter, Syntetos and Babai 2011).

    Croston's method (1972) and its unbiased form SBA (Syntetos and Boylan 2005) learn from weeks with a sale alone, so
    they never forget a product that stopped selling; the chance of TSB fades week by week.
    """
    chance, size = np.zeros(len(demand)), np.zeros(len(demand))
    path = np.empty((demand.weeks, ahead, len(demand)))
    for week, seen in enumerate(demand.level):
        sold = seen > 0
        chance = chance + gain(CHANCE_GAIN, demand.age[week]) * (sold - chance)
        size = size + np.where(sold, gain(SIZE_GAIN, demand.sold_weeks[week]) * (seen - size), 0.0)
        path[week] = chance * size
    return path


def mean_of_weeks(demand: Demand, ahead: int, weeks: int = MEAN_WEEKS) -> Floats:
    """Return the mean of the last weeks, of as many as there are since the first sale."""
    sums = np.cumsum(demand.level, axis=0)
    sums[weeks:] -= sums[:-weeks].copy()
    mean = sums / np.clip(demand.age, 1, weeks)
    return np.repeat(mean[:, None], ahead, axis=1)


def weekday_pattern(demand: Demand) -> Floats:
    """Return how each day of the week differs from its week, smoothed: the season of ETS(A,·,A). Its sum is 0."""
    differs = demand.units - demand.level[:, None]
    season, found = np.zeros(differs.shape[1:]), np.empty_like(differs)
    for week, seen in enumerate(differs):
        season = season + gain(PATTERN_GAIN, demand.age[week]) * (seen - season)
        found[week] = season
    return found
