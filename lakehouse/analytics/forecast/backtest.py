"""The forecast tried from days in the past against what followed, beside the two simplest ones."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from lakehouse.analytics.forecast.outlook import LEAST_WEEKS, Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.analytics.forecast.demand import Demand, Flags, Floats

DAY, WEEKLY = "day", "week"
CHOSEN = "chosen"
YARDSTICKS = {DAY: ("seasonal naive", "mean of 8 weeks"), WEEKLY: ("last value", "mean of 8 weeks")}


@dataclass(frozen=True)
class Scores:
    """Sums over the cuts, by series, of one method."""

    cuts: Floats
    """Cuts at which the series was judged."""
    points: Floats
    """Days or weeks foretold."""
    actual: Floats
    error: Floats
    """Expected less actual."""
    absolute: Floats
    covered: Floats
    """Points inside the band; 0 of a method without one."""
    scaled: Floats
    """Mean absolute error ÷ that of the naive forecast on the past of the cut (Hyndman and Koehler 2006), per cut."""
    scaled_cuts: Floats
    """Cuts at which the naive forecast had an error at all."""

    def __add__(self, other: Scores) -> Scores:
        return Scores(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


Judged = dict[tuple[str, str], Scores]
"""By granularity and method."""


def backtest(demand: Demand, *, ahead: int, cuts: int, share: float, least_days: int) -> Judged:
    """Judge the forecasts of `ahead` weeks made at `cuts` ends of weeks, the last of which is just over.

    Each cut lies `ahead` weeks before the next, so no week is judged twice. A series is judged where it was modelled:
    so many days with a sale, and LEAST_WEEKS weeks since the first. All methods are judged on the same series.
    """
    model = Model(demand, ahead)
    total: Judged = {}
    for cut in range(1, cuts + 1):
        week = demand.weeks - 1 - ahead * cut
        if week < 0:
            break
        judged = (demand.age[week] >= LEAST_WEEKS) & (demand.sold_days[week] >= least_days)
        found = at_cut(model, week, judged, share=share)
        total = {key: total[key] + scores for key, scores in found.items()} if total else found
    return total


def at_cut(model: Model, week: int, judged: Flags, *, share: float) -> Judged:
    """Judge the forecasts made at the end of one week."""
    demand, ahead = model.demand, model.ahead
    past, came = demand.units[: week + 1], demand.units[week + 1 : week + 1 + ahead]
    told = model.after(week, share)
    weeks, week_came = past.sum(axis=1), came.sum(axis=1)
    inside = (told.low <= came) & (came <= told.high)
    week_inside = (told.week_low <= week_came) & (week_came <= told.week_high)
    last, mean = past[-1:], past[-LEAST_WEEKS:].mean(axis=0, keepdims=True)
    found: Judged = {}
    if past.shape[1] > 1:
        scale = naive_error(past, demand.age[week], came.shape[1])
        expected = dict(zip((CHOSEN, *YARDSTICKS[DAY]), (told.units, last, mean), strict=True))
        found |= _scored(DAY, expected, came, scale=scale, judged=judged, inside=inside)
    scale = naive_error(weeks[:, None], demand.age[week], 1)
    last, mean = last.sum(axis=1), mean.sum(axis=1)
    expected = dict(zip((CHOSEN, *YARDSTICKS[WEEKLY]), (told.week_units, last, mean), strict=True))
    return found | _scored(
        WEEKLY,
        {name: values[:, None] for name, values in expected.items()},
        week_came[:, None],
        scale=scale,
        judged=judged,
        inside=week_inside[:, None],
    )


def naive_error(past: Floats, age: Floats, days: int) -> Floats:
    """Return the mean absolute difference from the week before, since the week of the first sale, by series."""
    known = np.arange(len(past))[1:, None] > len(past) - age
    differs = np.abs(np.diff(past, axis=0)).sum(axis=1)
    mean: Floats = np.where(known, differs, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0) * days, 1)
    return mean


def _scored(
    granularity: str, expected: Mapping[str, Floats], came: Floats, *, scale: Floats, judged: Flags, inside: Flags
) -> Judged:
    """Compare each method with what came, by week ahead, day and series; a series that is not judged counts 0."""
    return {
        (granularity, name): _compared(told, came, scale=scale, judged=judged, inside=inside & (name == CHOSEN))
        for name, told in expected.items()
    }


def _compared(told: Floats, came: Floats, *, scale: Floats, judged: Flags, inside: Flags) -> Scores:
    points = came.shape[0] * came.shape[1]
    error = told - came
    absolute = np.abs(error).sum(axis=(0, 1))
    scalable = judged & (scale > 0)
    one = judged.astype(np.float64)
    return Scores(
        cuts=one,
        points=one * points,
        actual=one * came.sum(axis=(0, 1)),
        error=one * error.sum(axis=(0, 1)),
        absolute=one * absolute,
        covered=one * inside.sum(axis=(0, 1)),
        scaled=np.where(scalable, absolute / points / np.where(scalable, scale, 1.0), 0.0),
        scaled_cuts=scalable.astype(np.float64),
    )
