"""Days on which a region or a category earned far more or far less than its weekdays usually do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.robust import median_of, sigma_of
from lakehouse.columns import share
from lakehouse.rules import one_of, refers_to, satisfies
from lakehouse.table import DATE, FLAG, INTEGER, MONEY, RATE, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import Anomalies, AsOf, Business

BUSINESS = ("system", "currency")
MEMBER = (*BUSINESS, "dimension", "member")
SAME = 1e-9
"""Logarithms this close are equal: binary fractions differ in their last digits."""
LEAST_RATIO = 0.01
"""A day that earned less than this share of its weekday counts as this share: logarithms know no zero."""
RARE = 0.10
"""Share of the days before that may have been as far off: where many are, as with days without a sale, none is news."""
LEAST_DAYS = 14
"""Judgeable days in the weeks before a day without which nobody knows how far days spread."""


@table(
    "gold.revenue_anomalies",
    grain=(*MEMBER, "sold_on"),
    inputs={"cube": "gold.sales_cube"},
    traces={"dimension": "", "member": ""},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("dimension", STRING, "region or category.", nullable=False),
        Column("member", STRING, "The region, or the category.", nullable=False),
        Column("sold_on", DATE, "Business day that is judged.", nullable=False),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
        Column("expected_amount", MONEY, "What such a day usually earns.", nullable=False, unit="currency"),
        Column("least_amount", MONEY, "Below it a day is unusual, unless many are.", nullable=False, unit="currency"),
        Column(
            "most_amount",
            MONEY,
            "Above it a day is unusual, unless many are; NULL: beyond all amounts.",
            unit="currency",
        ),
        Column("score", UNITS, "Robust z-score of net ÷ weekday; NULL where all days before were the same."),
        Column("weeks", INTEGER, "Same weekdays before it that it is compared with.", nullable=False, unit="weeks"),
        Column("previous_amount", MONEY, "Net amount a week earlier.", nullable=False, unit="currency"),
        Column("change_rate", RATE, "Net amount ÷ that of a week earlier − 1; NULL without one.", unit="share"),
        Column("last_sold_on", DATE, "Newest day, up to this one, with a line.", nullable=False),
        Column("is_drop", FLAG, "It lost the share of a week earlier that business.yaml names.", nullable=False),
        Column("is_anomaly", FLAG, "Its score is as far off as business.yaml names, and that is rare.", nullable=False),
        Column("kind", STRING, "spike, drop or usual, by score.", nullable=False),
    ),
    rules=(
        refers_to("last_sold_on", "gold.sales_cube", theirs="sold_on", with_columns=("currency",)),
        satisfies("expected_in_range", "expected_amount >= least_amount AND expected_amount <= most_amount"),
        one_of("dimension", ("region", "category")),
        one_of("kind", ("spike", "drop", "usual")),
    ),
    refresh="daily at 00:30",
    release_group="anomalies",
)
def revenue_anomalies(cube: DataFrame, *, params: Business, as_of: AsOf) -> DataFrame:
    """One row per system, currency, region or category and day that can be judged, usual or not.

    A day is divided by the median of the same weekday of the weeks before it. The logarithm of that ratio is compared
    with those of all days of these weeks: robust z-score = 0.6745 × (ratio − median) ÷ median absolute deviation
    (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers), 3.5 by default; where that deviation is 0, the mean
    one takes its place. Ratios, since revenue varies in proportion to itself; all weekdays, since eight values alone
    tell their spread badly. The day itself is in none of them. Where more than a tenth of the days before were as far
    off, that is how the member sells, and no anomaly.
    From its first sale up to the newest day of the business, a day without a line earned 0. A member is judged while it
    sold on enough of the weekdays before, and after two weeks of such days. The day of judgement is not over: left out.
    Built whole, from sums alone: each day needs the weeks before it, which a slice would not hold, so that a late line
    changes every judgement that it was part of.
    """
    limit = float(params.anomalies.score_above)
    return (
        days_of_members(cube.where(F.col("sold_on") < as_of.day("system")))
        .transform(every_day)
        .transform(beside_weekdays, params.anomalies)
        .transform(beside_weeks, params.anomalies)
        .withColumn("score", F.try_divide(off_centre(), "sigma").try_cast(UNITS))
        .withColumn("expected_amount", amount_at(F.col("centre")))
        .withColumn("least_amount", amount_at(F.col("centre") - limit * F.col("sigma")))
        .withColumn("most_amount", amount_at(F.col("centre") + limit * F.col("sigma")))
        .withColumn("change_rate", F.when(F.col("previous_amount") > 0, change("previous_amount")))
        .withColumn("is_drop", F.coalesce(F.col("change_rate") <= -params.anomalies.drop_above, F.lit(False)))
        .withColumn("is_anomaly", is_far_off(limit) & F.col("is_rare"))
        .withColumn("kind", F.when(~F.col("is_anomaly"), "usual").when(off_centre() > 0, "spike").otherwise("drop"))
        .select(*revenue_anomalies.column_names)
    )


def days_of_members(cube: DataFrame) -> DataFrame:
    """Return what each region and each category earned on each day with a line."""
    members = [F.struct(F.lit(name).alias("dimension"), F.col(name).alias("member")) for name in ("region", "category")]
    told = cube.select(*BUSINESS, "sold_on", "net_amount", F.inline(F.array(*members)))
    return told.groupBy(*MEMBER, "sold_on").agg(F.sum("net_amount").cast(MONEY).alias("net_amount"))


def every_day(days: DataFrame) -> DataFrame:
    """Add the days without a line, from each member's first sale to the newest day of its system in any currency."""
    newest = F.max("sold_on").over(Window.partitionBy("system"))
    spans = (
        days.withColumn("newest_on", newest)
        .groupBy(*MEMBER)
        .agg(F.min("sold_on").alias("first_on"), F.max("newest_on").alias("newest_on"))
    )
    calendar = spans.select(*MEMBER, F.explode(F.sequence("first_on", "newest_on")).alias("sold_on"))
    until_now = Window.partitionBy(*MEMBER).orderBy("sold_on")
    sold_then = F.when(F.col("net_amount").isNotNull(), F.col("sold_on"))
    return (
        calendar.join(days, on=[*MEMBER, "sold_on"], how="left")
        .withColumn("last_sold_on", F.max(sold_then).over(until_now))
        .withColumn("net_amount", F.coalesce("net_amount", F.lit(0)).cast(MONEY))
    )


def beside_weekdays(days: DataFrame, asked: Anomalies) -> DataFrame:
    """Add the median of the same weekdays before, and the logarithm of the day's ratio to it where it can be judged."""
    alike = Window.partitionBy(*MEMBER, F.weekday("sold_on")).orderBy("sold_on").rowsBetween(-asked.weeks, -1)
    with_sales = F.count_if(F.col("last_sold_on") == F.col("sold_on")).over(alike)
    ratio = F.col("net_amount").cast("double") / F.col("weekday_amount")
    is_judged = (with_sales >= asked.least_weeks) & (F.col("weekday_amount") > 0)
    return (
        days.withColumn("before", F.collect_list(F.col("net_amount").cast("double")).over(alike))
        .withColumn("previous_amount", F.last("net_amount").over(alike))
        .withColumn("weeks", F.size("before"))
        .withColumn("weekday_amount", median_of("before"))
        .withColumn("ratio", F.when(is_judged, F.ln(F.greatest(ratio, F.lit(LEAST_RATIO)))))
    )


def beside_weeks(days: DataFrame, asked: Anomalies) -> DataFrame:
    """Keep the days that can be judged; add middle and spread of the ratios of the weeks before."""
    lately = Window.partitionBy(*MEMBER).orderBy("sold_on").rowsBetween(-7 * asked.weeks, -1)
    return (
        days.withColumn("ratios", F.collect_list("ratio").over(lately))
        .where(F.col("ratio").isNotNull() & (F.size("ratios") >= LEAST_DAYS))
        .withColumn("centre", median_of("ratios"))
        .withColumn("sigma", sigma_of("ratios", "centre"))
        .withColumn("sigma", F.when(F.col("sigma") > SAME, F.col("sigma")).otherwise(F.lit(0.0)))
        .withColumn("is_rare", F.size(F.filter("ratios", is_as_far)) <= RARE * F.size("ratios"))
    )


def is_as_far(other: SparkColumn) -> SparkColumn:
    """Whether another day's ratio is as low as this day's low one, or as high as its high one."""
    return F.when(off_centre() < 0, other <= F.col("ratio")).otherwise(other >= F.col("ratio"))


def off_centre() -> SparkColumn:
    """How far the logarithm of the day's ratio lies from the middle."""
    return F.col("ratio") - F.col("centre")


def is_far_off(limit: float) -> SparkColumn:
    """Whether the score reaches the limit, either way; where all days before were the same, any other day does."""
    reaches = F.abs(off_centre()) >= limit * F.col("sigma")
    return F.when(F.col("sigma") > 0, reaches).otherwise(F.abs(off_centre()) > SAME)


def amount_at(ratio: SparkColumn) -> SparkColumn:
    """Net amount of a day of such a ratio, as a logarithm."""
    return (F.col("weekday_amount") * F.exp(ratio)).try_cast(MONEY)


def change(before: str) -> SparkColumn:
    """Net amount ÷ an earlier one − 1."""
    return share(F.col("net_amount") - F.col(before), before)
