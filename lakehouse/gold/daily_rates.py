"""What each currency was worth in the reporting currency, on every day that something may have been sold.

Central banks publish reference rates on working days only. The usual practice for days without one is to use the last
published rate; a rate that is older than `reporting.carry_days` of business.yaml is no rate any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.rules import refers_to, satisfies
from lakehouse.table import CROSS_RATE, DATE, FLAG, INTEGER, STRING, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.business import Business

BASE = ("system", "base_currency")


@table(
    "gold.daily_rates",
    grain=("currency", "sold_on"),
    inputs={"rates": "silver.exchange_rates"},
    traces={"sold_on": "", "system": "system", "base_currency": "base_currency", "rated_on": "rated_on"},
    columns=(
        Column("currency", STRING, "ISO 4217 code of the currency that is priced.", nullable=False),
        Column("sold_on", DATE, "Day of sale that the rate is for.", nullable=False),
        Column("reporting_currency", STRING, "ISO 4217 code that it is priced in.", nullable=False),
        Column(
            "rate",
            CROSS_RATE,
            "Units of the reporting currency for one unit of the currency.",
            nullable=False,
            unit="reporting currency per currency",
        ),
        Column("rated_on", DATE, "Day that the rate was published for; NULL for the reporting currency itself."),
        Column("carried_days", INTEGER, "Days since then.", nullable=False, unit="days"),
        Column("is_carried", FLAG, "No rate was published for the day: an older one is used.", nullable=False),
        Column("is_provisional", FLAG, "It is carried, and no newer one was published so far.", nullable=False),
        Column("system", STRING, "Whose rates these are.", nullable=False),
        Column("base_currency", STRING, "Currency that the published rates are of.", nullable=False),
    ),
    rules=(
        refers_to("rated_on", "silver.exchange_rates"),
        satisfies("rate_positive", "rate > 0", columns=("rate",)),
        satisfies(
            "rate_of_the_day",
            "NOT is_carried OR is_provisional",
            columns=("is_carried",),
            severity="warn",
            tolerate=0.4,
        ),
    ),
    write=Replace(only_changed=True),
)
def daily_rates(rates: DataFrame, *, params: Business) -> DataFrame:
    """One row per currency and day, from its first rate until `reporting.carry_days` after its last.

    rate = rate(base → reporting currency) ÷ rate(base → currency), of one publisher and base; of several, the ones
    carried the shortest. Built whole: the rates of all days are few, and what a new one says of the days before it,
    its own row does not tell. Only rows that differ are written, so a new rate touches its own days and no others.
    Rule `rate_of_the_day` counts the days that have no rate of their own; weekends alone are 29 of 100.
    """
    reporting, most = params.reporting.currency, params.reporting.carry_days
    days = rates.where(F.col("currency") != F.col("base_currency")).transform(carried, most)
    every = days.unionByName(of_base(days))
    priced = every.where(F.col("currency") == reporting).select(
        *BASE,
        "sold_on",
        F.col("base_rate").alias("reporting_rate"),
        F.col("rated_on").alias("reporting_rated_on"),
        F.col("is_open").alias("is_open_reporting"),
    )
    is_own, is_open = F.col("currency") == reporting, F.col("is_open") | F.col("is_open_reporting")
    rate = F.when(is_own, F.lit(1)).otherwise(F.try_divide("reporting_rate", "base_rate"))
    rated_on = F.when(~is_own, F.least("rated_on", "reporting_rated_on"))
    crossed = (
        every.join(priced, on=[*BASE, "sold_on"])
        .withColumn("rate", rate.try_cast(CROSS_RATE))
        .withColumn("rated_on", rated_on)
        .withColumn("carried_days", F.coalesce(F.date_diff("sold_on", "rated_on"), F.lit(0)))
        .withColumn("is_carried", F.col("carried_days") > 0)
        .withColumn("is_provisional", F.col("is_carried") & is_open)
        .withColumn("reporting_currency", F.lit(reporting))
        .where("rate IS NOT NULL")
    )
    return shortest_carried(crossed).select(*daily_rates.column_names)


def carried(rates: DataFrame, most: int) -> DataFrame:
    """Return one row per publisher, base, currency and day: a rate holds until the next one, and `most` days longest.

    `is_open`: the day has no rate of its own and no later one is known.
    """
    following = F.lead("rated_on").over(Window.partitionBy(*BASE, "currency").orderBy("rated_on"))
    longest = F.date_add("rated_on", most)
    until = F.least(F.date_sub("next_on", 1), longest)  # of what is known: the last rate has no next one
    return (
        rates.withColumn("next_on", following)
        .withColumn("sold_on", F.explode(F.sequence("rated_on", until)))
        .withColumn("is_open", F.col("next_on").isNull() & (F.col("sold_on") > F.col("rated_on")))
        .select(*BASE, "currency", "sold_on", F.col("rate").alias("base_rate"), "rated_on", "is_open")
    )


def of_base(days: DataFrame) -> DataFrame:
    """Return each base currency in itself: 1, on every day that any of its rates holds for, published by nobody."""
    return (
        days.select(*BASE, "sold_on")
        .distinct()
        .select(
            *BASE,
            F.col("base_currency").alias("currency"),
            "sold_on",
            F.lit(1).cast(days.schema["base_rate"].dataType).alias("base_rate"),
            F.lit(None).cast(DATE).alias("rated_on"),
            F.lit(col=False).alias("is_open"),
        )
    )


def shortest_carried(rates: DataFrame) -> DataFrame:
    """Return one of the rates of each currency and day; of equals, that of the first publisher in the alphabet."""
    others = [name for name in daily_rates.column_names if name not in daily_rates.grain]
    ranked = ("carried_days", *BASE)
    best = F.min(F.struct(*ranked, *(name for name in others if name not in ranked))).alias("best")
    return rates.groupBy(*daily_rates.grain).agg(best).select(*daily_rates.grain, "best.*")
