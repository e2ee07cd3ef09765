"""How customers answered each campaign: who used its coupons, and whether they bought more than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.members import UNKNOWN
from lakehouse.columns import share, total_money
from lakehouse.rules import between, refers_to, satisfies
from lakehouse.table import DATE, FLAG, INTEGER, LONG, MONEY, RATE, STRING, Column, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

CAMPAIGN = ("system", "campaign_id")
SHARE, MONEY_UNIT = "share", "currency"
DAYS_OF_WEEK = 7


@table(
    "gold.campaign_response",
    grain=("system", "currency", "campaign_id"),
    inputs={
        "campaigns": "silver.campaigns",
        "redemptions": "silver.coupon_redemptions",
        "cube": "gold.order_cube",
    },
    traces={"currency": ""},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code of the sales.", nullable=False),
        Column("campaign_id", STRING, "Campaign as the business numbers it.", nullable=False),
        Column("campaign_type", STRING, "Kind of campaign as the business sees it."),
        Column("begins_on", DATE, "First day of the campaign.", nullable=False),
        Column("ends_on", DATE, "Last day of the campaign.", nullable=False),
        Column("before_begins_on", DATE, "First day of the equally long time before it.", nullable=False),
        Column("days", INTEGER, "Length of the campaign.", nullable=False, unit="days"),
        Column("is_complete", FLAG, "Sales are known of all its days and of those before it.", nullable=False),
        Column("households", LONG, "Customers whom it reached.", nullable=False),
        Column("redeeming_households", LONG, "Those of them who used a coupon of it.", nullable=False),
        Column("redemptions", LONG, "Coupons of it that they used.", nullable=False),
        Column("redemption_share", RATE, "Redeeming households ÷ households.", unit=SHARE),
        Column("measured_households", LONG, "Reached customers with sales under their own key.", nullable=False),
        Column("campaign_amount", MONEY, "Net sales to them from first to last day.", nullable=False, unit=MONEY_UNIT),
        Column("before_amount", MONEY, "Net sales to them in the time before.", nullable=False, unit=MONEY_UNIT),
        Column("weekly_amount", MONEY, "Of the campaign, per household and week.", unit=MONEY_UNIT),
        Column("weekly_before_amount", MONEY, "Of the time before, per household and week.", unit=MONEY_UNIT),
        Column(
            "lift",
            RATE,
            "Campaign amount ÷ before amount − 1; NULL unless complete and grown from something.",
            unit=SHARE,
        ),
    ),
    rules=(
        refers_to("campaign_id", "silver.campaigns"),
        between("redemption_share", 0, 1),
        satisfies(
            "fewer_of_more",
            "redeeming_households <= households AND measured_households <= households",
            columns=("redeeming_households", "measured_households", "households"),
        ),
    ),
    refresh="daily at 00:30",
    release_group="campaigns",
)
def campaign_response(campaigns: DataFrame, redemptions: DataFrame, cube: DataFrame) -> DataFrame:
    """One row per system, currency it sells in and campaign, whether its customers bought anything or not.

    Redemption share is that of households, each counted once. Lift = incremental ÷ baseline sales (P. Farris et al.,
    "Marketing Metrics", 3rd ed. 2016, chapter 8: "Baseline Sales, Incremental Sales, and Promotional Lift"), where the
    baseline is what the same households spent in as many days before the campaign began. So each household is its own
    measure; seasons and other campaigns of the time are not taken out of it.

    A campaign that runs on after the last day with sales, or whose time before began ahead of the first, is not
    complete: its sums are those so far, its weeks and lift NULL. Households that the business does not list share one
    key, so they are reached but not measured. A business without any sale on record has no currency, and no row here.
    Built whole: a day of sales is part of many campaigns.
    """
    reached = campaigns.join(uses(redemptions), on=[*CAMPAIGN, "customer_id"], how="left")
    days = cube.where(F.col("customer_key") != UNKNOWN).withColumn("customer_id", F.col("customer_key"))
    described = (
        reached.transform(summed_up).join(known_days(cube), on="system").withColumn("is_complete", is_complete())
    )
    return (
        described.join(measured(campaigns, days), on=list(CAMPAIGN), how="left")
        .join(spent(campaigns, days, described), on=list(campaign_response.grain), how="left")
        .fillna(0, ["measured_households", "campaign_amount", "before_amount"])
        .withColumn("redemption_share", share("redeeming_households", "households"))
        .withColumn("weekly_amount", per_household_and_week("campaign_amount"))
        .withColumn("weekly_before_amount", per_household_and_week("before_amount"))
        .withColumn("lift", if_complete(lift()))
        .select(*campaign_response.column_names)
    )


def uses(redemptions: DataFrame) -> DataFrame:
    """Count the coupons of each campaign that each customer used."""
    return redemptions.groupBy(*CAMPAIGN, "customer_id").agg(F.count_if(F.lit(True)).alias("uses"))


def summed_up(reached: DataFrame) -> DataFrame:
    """Return each campaign with its days, and how many of its customers used how many coupons."""
    return (
        reached.groupBy(*CAMPAIGN)
        .agg(
            F.min("campaign_type").alias("campaign_type"),
            F.min("begins_on").alias("begins_on"),
            F.max("ends_on").alias("ends_on"),
            F.count_if(F.lit(True)).alias("households"),
            F.count_if(F.col("uses").isNotNull()).alias("redeeming_households"),
            F.coalesce(F.sum("uses"), F.lit(0)).alias("redemptions"),
        )
        .withColumn("days", F.date_diff("ends_on", "begins_on") + 1)
        .withColumn("before_begins_on", F.date_sub("begins_on", F.col("days")))
    )


def known_days(cube: DataFrame) -> DataFrame:
    """Return the currencies of each business, and the first and last day with any sale of it."""
    business = Window.partitionBy("system")
    sold = cube.groupBy("system", "currency").agg(F.min("sold_on").alias("first"), F.max("sold_on").alias("last"))
    return sold.withColumns(
        {"first_sold_on": F.min("first").over(business), "last_sold_on": F.max("last").over(business)}
    ).drop("first", "last")


def measured(campaigns: DataFrame, days: DataFrame) -> DataFrame:
    """Count the customers of each campaign who have sales under their own key, whenever that was."""
    buyers = days.select("system", "customer_id").distinct()
    found = campaigns.join(buyers, on=["system", "customer_id"], how="left_semi")
    return found.groupBy(*CAMPAIGN).agg(F.count_if(F.lit(True)).alias("measured_households"))


def spent(campaigns: DataFrame, days: DataFrame, described: DataFrame) -> DataFrame:
    """Sum what the customers of each campaign bought during it, and in as many days before."""
    times = described.select(*CAMPAIGN, "begins_on", "ends_on", "before_begins_on").distinct()
    span = times.groupBy("system").agg(F.min("before_begins_on").alias("from_on"), F.max("ends_on").alias("to_on"))
    near = days.join(F.broadcast(span), on="system").where(F.col("sold_on").between(F.col("from_on"), F.col("to_on")))
    daily = near.groupBy("system", "currency", "customer_id", "sold_on").agg(total_money("net_amount"))
    bought = (
        campaigns.select(*CAMPAIGN, "customer_id")
        .join(times, on=list(CAMPAIGN))
        .join(daily, on=["system", "customer_id"])
        .where(F.col("sold_on").between(F.col("before_begins_on"), F.col("ends_on")))
    )
    during = F.col("sold_on") >= F.col("begins_on")
    return bought.groupBy(*campaign_response.grain).agg(
        F.sum(F.when(during, F.col("net_amount"))).cast(MONEY).alias("campaign_amount"),
        F.sum(F.when(~during, F.col("net_amount"))).cast(MONEY).alias("before_amount"),
    )


def is_complete() -> SparkColumn:
    """Whether the known days hold the campaign and as many days before it."""
    return (F.col("before_begins_on") >= F.col("first_sold_on")) & (F.col("ends_on") <= F.col("last_sold_on"))


def lift() -> SparkColumn:
    """Return how much more was spent than in the time before; NULL where that was nothing, or more came back."""
    more = share(F.col("campaign_amount") - F.col("before_amount"), "before_amount")
    return F.when(F.col("before_amount") > 0, more)


def if_complete(value: SparkColumn) -> SparkColumn:
    """Return a value of a complete campaign; NULL of any other."""
    return F.when(F.col("is_complete"), value)


def per_household_and_week(amount: str) -> SparkColumn:
    """Return what a measured household spent in a week of it."""
    weekly = F.try_divide(F.col(amount) * DAYS_OF_WEEK, F.col("measured_households") * F.col("days"))
    return if_complete(weekly.try_cast(MONEY))
