"""What a customer will spend in the next twelve months: own spend, newer days weighing more, as far as it tells.

Each day's spend is weighted by its age (exponential smoothing; Brown, R. G. (1959), *Statistical Forecasting for
Inventory Control*), which turns it into a spend per day. That of a single customer is partly chance, so it is drawn
towards the mean of the business (credibility; Bühlmann, H. (1967), *Experience rating and credibility*, ASTIN Bulletin
4). How far, the business's own sales tell: what customers spent in even weeks is compared with what the same customers
spent in odd weeks (split-half reliability; Spearman and Brown, 1910). Where the halves agree, a customer's own past is
what to expect; where they do not, everybody is expected to spend the mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType

from lakehouse.table import MONEY, RATE

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import WindowSpec

HALF_LIFE_DAYS = 180
"""Age at which a day's spend weighs half; tried 60 to 365 on three shops, all of one quality from 90 to 365."""
LEAST_DAYS = 42
"""A younger business counts as so old: its first days are not taken for the pace of a year."""
YEAR_DAYS = 365

WEIGHT = DecimalType(10, 9)
SPENT = DecimalType(18, 4)
"""Small enough that sums of products of two keep all their decimals."""
FADED = 0.5 ** (1 / HALF_LIFE_DAYS)


def faded(amount: str, age: SparkColumn, *, odd: bool) -> SparkColumn:
    """Sum of amounts, each weighted by its age in days, of the weeks of one half; exact, so that no order matters."""
    weight = F.pow(F.lit(FADED), age).cast(WEIGHT)
    of_half = F.floor(age / F.lit(7)) % 2 == F.lit(int(odd))
    return F.sum(F.when(of_half, F.col(amount) * weight).otherwise(F.lit(0)))


def expected_amount(even: SparkColumn, odd: SparkColumn, *, days: SparkColumn, business: WindowSpec) -> SparkColumn:
    """Spend that the next 365 days should bring; NULL where `even` and `odd` are.

    `even` and `odd` are sums by `faded`, `days` is how long the business has sold; it is compared within `business`.
    """
    own = F.when(even + odd < 0, F.lit(0)).otherwise(even + odd)
    trust = credibility(even, odd, business).cast("double")
    mean = F.avg(own).over(business).cast("double")
    a_day = (trust * own.cast("double") + (1 - trust) * mean) / exposure(days)
    return F.round(a_day * YEAR_DAYS, 2).try_cast(MONEY)


def credibility(even: SparkColumn, odd: SparkColumn, business: WindowSpec) -> SparkColumn:
    """Share of a customer's own spend that is to be trusted, 0 to 1: 2ρ ÷ (1 + ρ), ρ the correlation of the halves.

    0 where the halves contradict each other, or there is nothing to compare.
    """
    one, other = even.try_cast(SPENT), odd.try_cast(SPENT)
    spread = F.sqrt(covariance(one, one, business)) * F.sqrt(covariance(other, other, business))
    alike = F.coalesce(F.try_divide(covariance(one, other, business).cast("double"), spread), F.lit(0.0))
    agreed = F.least(F.greatest(alike, F.lit(0.0)), F.lit(1.0))
    return F.round(2 * agreed / (1 + agreed), 6).cast(RATE)


def covariance(one: SparkColumn, other: SparkColumn, business: WindowSpec) -> SparkColumn:
    """Covariance × n², of exact sums, so that no order matters; NULL where such a sum has more than 30 whole digits."""
    together, first, second = (F.try_sum(each).over(business) for each in (one * other, one, other))
    among = F.count(one * other).over(business)
    return F.try_subtract(F.try_multiply(together, among), F.try_multiply(first, second))


def exposure(days: SparkColumn) -> SparkColumn:
    """Weight of all days since the business began to sell."""
    counted = F.greatest(days, F.lit(LEAST_DAYS))
    weights: SparkColumn = FADED * (1 - F.pow(F.lit(FADED), counted)) / (1 - FADED)
    return weights
