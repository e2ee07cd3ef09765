"""The forecast of many series from any week of their past: which ways are trusted, what is expected, how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lakehouse.analytics.forecast import smoothing
from lakehouse.analytics.forecast.band import ends

if TYPE_CHECKING:
    from lakehouse.analytics.forecast.demand import Demand, Flags, Floats

LEAST_WEEKS = 8
"""Weeks since the first sale from which a series is modelled: before, no error four weeks ahead is known."""
LEARNING_WEEKS = 4
"""Weeks since the first sale in which errors are not counted yet."""
SELDOM = 1.32
"""Weeks from sale to sale, on average, above which demand is intermittent (Syntetos, Boylan and Croston 2005)."""
SHARPNESS = 8
"""A way with twice the squared errors of the best weighs 2⁻⁸ of it."""
FADING = 0.95
"""What an error counts a week later: a way that fits the season of now should not wait for half a year."""
BAND_WEEKS = 26
"""Weeks whose errors make the band: half a year, enough to count and near enough to be like what comes."""
GROWTH = 2.0
"""A forecast is at most so many times the largest week so far: no trend runs away."""
NOTHING = 1e-9


@dataclass(frozen=True)
class Outlook:
    """What is expected after a week, by week ahead, day of the week and series, and what came of it before."""

    units: Floats
    low: Floats
    high: Floats
    week_units: Floats
    week_low: Floats
    week_high: Floats
    is_intermittent: Flags
    """By series."""
    fitted: Floats
    """What was expected of each of the last weeks one week before, by week, day of the week and series."""


@dataclass(frozen=True)
class Model:
    """All ways of smoothing, run over the whole past of some series; `ahead` weeks are foretold."""

    demand: Demand
    ahead: int

    @property
    def made(self) -> int:
        """Number of weeks whose forecasts can be held against all that followed."""
        return max(self.demand.weeks - self.ahead, 0)

    @cached_property
    def paths(self) -> Floats:
        """Level expected by each way, by week, week ahead and series. Steady ways, the mean, then the intermittent."""
        steady = [smoothing.simple(self.demand, least, self.ahead) for least in smoothing.GAINS]
        trended = [smoothing.damped(self.demand, trend, self.ahead) for trend in smoothing.TRENDS]
        mean = smoothing.mean_of_weeks(self.demand, self.ahead)
        return np.stack([*steady, *trended, mean, smoothing.sizes_and_chances(self.demand, self.ahead)])

    @cached_property
    def pattern(self) -> Floats:
        """Weekday pattern as known at the end of each week."""
        return smoothing.weekday_pattern(self.demand)

    @cached_property
    def counted(self) -> Flags:
        """Whether the errors of a forecast made at the end of a week count, by week and series."""
        return self.demand.age >= LEARNING_WEEKS

    @cached_property
    def loss(self) -> Floats:
        """Squared errors of each way over the forecasts made up to a week, older ones counting less, by week."""
        made = self.made
        total = np.zeros((len(self.paths), made, len(self.demand)))
        for ahead in range(self.ahead):
            total += (self.paths[:, :made, ahead] - self.demand.level[ahead + 1 : made + ahead + 1]) ** 2
        total = np.where(self.counted[:made], total, 0.0)
        for week in range(1, made):
            total[:, week] += FADING * total[:, week - 1]
        return total

    @cached_property
    def strength(self) -> Floats:
        """Share of the weekday pattern that came true, by least squares, up to a forecast; from 0 to 1."""
        made = self.made
        differs = self.demand.units - self.demand.level[:, None]
        ahead = sum((differs[n : made + n] for n in range(1, self.ahead + 1)), np.zeros_like(differs[:made]))
        season = np.where(self.counted[:made, None], self.pattern[:made], 0.0)
        came = np.cumsum((season * ahead).sum(axis=1), axis=0)
        meant = np.cumsum((season**2).sum(axis=1), axis=0) * self.ahead
        share: Floats = np.clip(came / np.maximum(meant, NOTHING), 0.0, 1.0)
        return share

    def is_intermittent(self, week: int) -> Flags:
        """Whether a series sells so seldom that sizes and chances are smoothed apart."""
        seldom: Flags = self.demand.age[week] > SELDOM * self.demand.sold_weeks[week]
        return seldom

    def weights(self, week: int) -> Floats:
        """Weigh the ways by how near they came, judged by forecasts whose weeks are all over.

        A weighted mean, since the best on the past alone is often best by chance (Bates and Granger 1969).
        """
        seldom = self.is_intermittent(week)
        ways = np.arange(len(self.paths))[:, None]
        mean, last = len(self.paths) - 2, len(self.paths) - 1
        fits = np.where(seldom, ways >= mean, ways < last)
        known = week - self.ahead
        loss = self.loss[:, known] if known >= 0 else np.zeros((len(self.paths), len(self.demand)))
        loss = np.where(fits, loss, np.inf) + NOTHING
        weight: Floats = (loss / loss.min(axis=0)) ** -SHARPNESS
        weight /= weight.sum(axis=0)
        return weight

    def after(self, week: int, share: float) -> Outlook:
        """Foretell the weeks after `week`, as of its end; a band holds `share` of what follows."""
        first = max(week - BAND_WEEKS, 0)
        told = self._told(first, week)
        missed = [self._missed(told, first, week, ahead=ahead) for ahead in range(self.ahead)]
        days = np.array([ends(errors.reshape(-1, errors.shape[2]), share) for errors in missed])
        weeks = np.array([ends(errors.sum(axis=1), share) for errors in missed])
        units, weekly = told[-1], told[-1].sum(axis=1)
        return Outlook(
            units=units,
            low=np.clip(units + days[:, :1], 0.0, units),
            high=np.maximum(units + days[:, 1:], units),
            week_units=weekly,
            week_low=np.clip(weekly + weeks[:, 0], 0.0, weekly),
            week_high=np.maximum(weekly + weeks[:, 1], weekly),
            is_intermittent=self.is_intermittent(week),
            fitted=told[:-1, 0],
        )

    def _missed(self, told: Floats, first: int, week: int, *, ahead: int) -> Floats:
        """Return actual less expected, so many weeks ahead, where the week was over; NaN where it is not counted."""
        over = told[: max(week - first - ahead, 0), ahead]
        came = self.demand.units[first + ahead + 1 : week + 1]
        return np.where(self.counted[first : first + len(over), None], came - over, np.nan)

    def _told(self, first: int, last: int) -> Floats:
        """Return what the ways, weighed as of the last week, foretold at the end of each week, not below zero."""
        weight = self.weights(last)
        level = np.maximum(np.einsum("ms,mwas->was", weight, self.paths[:, first : last + 1]), 0.0)
        known, season = last - self.ahead, self.pattern[first : last + 1]
        strength = self.strength[known] if known >= 0 else np.zeros(len(self.demand))
        # a pattern deeper than its level is flattened: cut off at zero, it would raise the sum of the week
        room = level / np.maximum(-season.min(axis=1), NOTHING)[:, None]
        told = level[:, :, None] + np.minimum(strength, room)[:, :, None] * season[:, None]
        most = GROWTH * self.demand.units[: last + 1].max(axis=(0, 1))
        bounded: Floats = np.nan_to_num(np.clip(told, 0.0, most))
        return bounded
