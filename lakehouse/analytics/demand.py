"""How much is asked for a day, and how evenly, from the sums and squares of what single days sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType

from lakehouse.table import UNITS

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn

SQUARES = DecimalType(38, 6)


def sums(units: str) -> tuple[SparkColumn, SparkColumn]:
    """Aggregates `sold` and `squares` over rows that are one day each."""
    squares = F.sum((F.col(units) * F.col(units)).cast(SQUARES)).cast(SQUARES)
    return F.sum(units).cast(UNITS).alias("sold"), squares.alias("squares")


def mean(sold: str, days: str | SparkColumn) -> SparkColumn:
    """Units a day; 0 where nothing was sold."""
    return F.coalesce(F.try_divide(sold, days), F.lit(0)).cast(UNITS)


def spread(sold: str, squares: str, days: str | SparkColumn) -> SparkColumn:
    """Sample standard deviation of the units of a day; 0 where fewer than two days are known.

    √((Σx² - (Σx)² ÷ n) ÷ (n - 1)), days without a sale among the n.
    """
    total, number = F.col(sold).cast("double"), F.col(days).cast("double") if isinstance(days, str) else days
    variance = F.try_divide(F.col(squares).cast("double") - F.try_divide(total * total, number), number - 1)
    return F.round(F.sqrt(F.greatest(F.coalesce(variance, F.lit(0.0)), F.lit(0.0))), 3).cast(UNITS)
