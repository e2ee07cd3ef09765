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

BUSINESS = ("system", "currency")
MONTH_BEFORE, YEAR_BEFORE = 1, 12


def beside_earlier(cube: DataFrame, member: str, measures: Mapping[str, DataType]) -> DataFrame:
    """Return sums of a cube of days by business, month and `member`, beside the net amounts of earlier months.

    `through_on` is the day up to which a month has come: while the newest month of a business lasts, its newest day
    with a sale. It is compared with the same days of earlier months, any other month with whole ones.
    """
    days = cube.groupBy(*BUSINESS, "sold_on", member).agg(*(F.sum(name).alias(name) for name in measures))
    return (
        counted_later(days)
        .groupBy(*BUSINESS, "sold_month", member)
        .agg(
            F.max("through_on").alias("through_on"),
            *(sold(name, kind).alias(name) for name, kind in measures.items()),
            sold("net_amount", MONEY, months_ago=MONTH_BEFORE).alias("month_before_amount"),
            sold("net_amount", MONEY, months_ago=YEAR_BEFORE).alias("year_before_amount"),
        )
        .withColumn("growth", growth("month_before_amount"))
        .withColumn("year_growth", growth("year_before_amount"))
    )


def counted_later(days: DataFrame) -> DataFrame:
    """Return each day once for every month in which it counts: its own, the next one, and the one a year later."""
    newest = F.max("sold_on").over(Window.partitionBy(*BUSINESS))
    is_newest = F.col("sold_month") == F.trunc("newest_on", "month")
    is_over = F.col("newest_on") == F.last_day("newest_on")
    has_come = ~is_newest | is_over | (F.dayofmonth("sold_on") <= F.dayofmonth("newest_on"))
    return (
        days.withColumn("newest_on", newest)
        .withColumn("months_ago", F.explode(F.array(F.lit(0), F.lit(MONTH_BEFORE), F.lit(YEAR_BEFORE))))
        .withColumn("sold_month", F.add_months(F.trunc("sold_on", "month"), F.col("months_ago")))
        .where((F.col("sold_month") <= F.col("newest_on")) & has_come)
        .withColumn("through_on", F.least(F.last_day("sold_month"), F.col("newest_on")))
    )


def sold(column: str, kind: DataType, *, months_ago: int = 0) -> Column:
    """Sum of what was sold so many months before."""
    return F.sum(F.when(F.col("months_ago") == months_ago, F.col(column)).otherwise(F.lit(0))).cast(kind)


def growth(before: str) -> Column:
    """Net amount ÷ that of an earlier month − 1; NULL where there was nothing to grow from."""
    return F.when(F.col(before) > 0, share(F.col("net_amount") - F.col(before), before))
