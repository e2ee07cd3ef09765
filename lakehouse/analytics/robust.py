"""Middle and spread of a few values, as arrays within a row: what outliers do not move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column

TO_SIGMA = 0.6745
"""Median absolute deviation of a normal distribution, in standard deviations (Iglewicz and Hoaglin 1993)."""
MEAN_TO_SIGMA = 1.253314
"""Standard deviation of a normal distribution, in mean absolute deviations: √(π ÷ 2)."""


def median_of(values: str | Column) -> Column:
    """Median of an array; NULL of an empty one."""
    ordered, size = F.sort_array(values), F.size(values)
    lower, upper = F.floor((size - 1) / 2).cast("int"), F.floor(size / 2).cast("int")
    return F.when(size > 0, (F.get(ordered, lower) + F.get(ordered, upper)) / 2)


def sigma_of(values: str | Column, middle: str | Column) -> Column:
    """Standard deviation as the median distance from the middle tells it; as the mean distance does where that is 0."""
    around = F.col(middle) if isinstance(middle, str) else middle
    distances = F.transform(values, lambda value: F.abs(value - around))
    mean = F.aggregate(distances, F.lit(0.0), lambda total, one: total + one) / F.size(values)
    median = median_of(distances)
    return F.when(median > 0, median / TO_SIGMA).otherwise(mean * MEAN_TO_SIGMA)
