"""What a month is compared with: the month before it and the same month of the year before, as far as it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.columns import share
from lakehouse.table import MONEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import Column, DataFrame
    from pyspark.sql.types import DataType

    from lakehouse.business import AsOf

BUSINESS = ("system", "currency")
MONTH_BEFORE, YEAR_BEFORE = 1, 12
WHOLE_FROM_DAY = 3
"""The month of a business's first sale is whole when that was on this day of the month or before it."""


def beside_earlier(cube: DataFrame, member: str, measures: Mapping[str, DataType], *, as_of: AsOf) -> DataFrame:
    """Return sums of a cube of days by business, month and `member`, beside the net amounts of earlier months.

    `through_on` is the day up to which a month has come: while the newest month of a system lasts, the newest day
    before that of `as_of` on which it sold anything, in whatever currency. What has come is compared with the same days
    of earlier months, any other month with whole ones. Later days are summed and not compared.
    No growth is told from months that the system did not sell in from their beginning on.
    """
    days = cube.groupBy(*BUSINESS, "sold_on", member).agg(*(F.sum(name).alias(name) for name in measures))
    return (
        counted_later(days, as_of)
        .groupBy(*BUSINESS, "sold_month", member)
        .agg(
            F.max("through_on").alias("through_on"),
            F.max("whole_from").alias("whole_from"),
            *(sold(name, kind).alias(name) for name, kind in measures.items()),
            F.sum(F.when(F.expr("months_ago = 0 AND has_come"), F.col("net_amount"))).alias("come_amount"),
            sold("net_amount", MONEY, months_ago=MONTH_BEFORE).alias("month_before_amount"),
            sold("net_amount", MONEY, months_ago=YEAR_BEFORE).alias("year_before_amount"),
        )
        .withColumn("growth", growth("month_before_amount", MONTH_BEFORE))
        .withColumn("year_growth", growth("year_before_amount", YEAR_BEFORE))
    )


def counted_later(days: DataFrame, as_of: AsOf) -> DataFrame:
    """Return each day once for every month in which it counts: its own, the next one, and the one a year later."""
    system = Window.partitionBy("system")
    is_newest = F.col("sold_month") == F.trunc("newest_on", "month")
    is_over = F.col("newest_on") == F.last_day("newest_on")
    is_as_far = ~is_newest | is_over | (F.dayofmonth("sold_on") <= F.dayofmonth("newest_on"))
    is_own = F.col("months_ago") == 0
    yesterday = F.date_sub(as_of.day("system"), 1)
    return (
        days.withColumn("newest_on", F.least(F.max("sold_on").over(system), yesterday))
        .withColumn("whole_from", whole_from(F.min("sold_on").over(system)))
        .withColumn("has_come", F.col("sold_on") <= F.col("newest_on"))
        .withColumn("months_ago", F.explode(F.array(F.lit(0), F.lit(MONTH_BEFORE), F.lit(YEAR_BEFORE))))
        .withColumn("sold_month", F.add_months(F.trunc("sold_on", "month"), F.col("months_ago")))
        .where(is_own | ((F.col("sold_month") <= F.col("newest_on")) & is_as_far))
        .withColumn("through_on", F.least(F.last_day("sold_month"), F.col("newest_on")))
    )


def whole_from(first: Column) -> Column:
    """First month that is known from its beginning on, of a system that first sold on a day."""
    late = F.when(F.dayofmonth(first) > WHOLE_FROM_DAY, 1).otherwise(0)
    return F.add_months(F.trunc(first, "month"), late)


def sold(column: str, kind: DataType, *, months_ago: int = 0) -> Column:
    """Sum of what was sold so many months before."""
    return F.sum(F.when(F.col("months_ago") == months_ago, F.col(column)).otherwise(F.lit(0))).cast(kind)


def growth(before: str, months_ago: int) -> Column:
    """Net amount that has come ÷ that of an earlier month − 1; NULL where there was nothing, or no whole month."""
    is_whole = F.add_months("sold_month", -months_ago) >= F.col("whole_from")
    change = share(F.coalesce("come_amount", F.lit(0)) - F.col(before), before)
    return F.when((F.col(before) > 0) & is_whole, change)
