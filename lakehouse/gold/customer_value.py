"""What each customer is worth: how recently, how often and for how much they bought, and what may still come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.expected import expected_amount, faded
from lakehouse.analytics.members import UNKNOWN
from lakehouse.analytics.rfm import scored, segment
from lakehouse.columns import share, total_lines, total_money, total_units
from lakehouse.rules import between, reconciles, refers_to, satisfies
from lakehouse.table import DATE, INTEGER, LONG, MONEY, RATE, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import AsOf, Business, Tiers

BUSINESS = ("system", "currency")


@table(
    "gold.customer_value",
    grain=("system", "currency", "customer_key"),
    inputs={"days": "gold.customer_cube", "customers": "gold.dim_customer"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("customer_key", STRING, "Key of the customer; 'unknown' stands for all that are not.", nullable=False),
        Column("judged_on", DATE, "The day it is said of; sales of that day and later do not count.", nullable=False),
        Column("region", STRING, "Home region on that day, else that of the last day with a line.", nullable=False),
        Column("segment", STRING, "Name of the pair of recency and frequency scores.", nullable=False),
        Column("tier", STRING, "Champion, VIP, Frequent or Regular by the last months; NULL for 'unknown'."),
        Column("recency_score", INTEGER, "1 to 5, 5 = bought last; NULL without an order.", unit="score"),
        Column("frequency_score", INTEGER, "1 to 5, 5 = ordered most often; NULL without an order.", unit="score"),
        Column("monetary_score", INTEGER, "1 to 5, 5 = spent most; NULL without an order.", unit="score"),
        Column("recency_days", INTEGER, "Days since the last order; 1 = the day before.", unit="days"),
        Column("tenure_days", INTEGER, "Days since the first order.", unit="days"),
        Column("first_ordered_on", DATE, "Day of the first order."),
        Column("last_ordered_on", DATE, "Day of the last order."),
        Column("orders", LONG, "Orders in which products were bought.", nullable=False),
        Column("returns", LONG, "Orders in which products were taken back.", nullable=False),
        Column("units", UNITS, "Units of products sold less units returned.", nullable=False, unit="units"),
        Column("sold_amount", MONEY, "Net amount of products that were sold.", nullable=False, unit="currency"),
        Column(
            "returned_amount", MONEY, "Net amount of products taken back; 0 or less.", nullable=False, unit="currency"
        ),
        Column("net_amount", MONEY, "Lifetime value so far: sold less returned.", nullable=False, unit="currency"),
        Column("average_order_amount", MONEY, "Sold amount ÷ orders.", unit="currency"),
        Column("return_rate", RATE, "Returned amount ÷ sold amount, as a share.", unit="share"),
        Column("recent_orders", LONG, "Orders of the last months that make the tier.", nullable=False),
        Column("recent_amount", MONEY, "Sold less returned in these months.", nullable=False, unit="currency"),
        Column("loyalty_points", LONG, "Points earned less points lost, so far.", nullable=False, unit="points"),
        Column("expected_12_months_amount", MONEY, "Spend that the next 365 days should bring.", unit="currency"),
    ),
    rules=(
        reconciles("net_amount", "gold.customer_cube", before=("sold_on", "judged_on")),
        reconciles("orders", "gold.customer_cube", before=("sold_on", "judged_on")),
        reconciles("loyalty_points", "gold.customer_cube", before=("sold_on", "judged_on")),
        refers_to("customer_key", "gold.dim_customer"),
        between("recency_days", 1, None),
        satisfies("scored_when_ordered", f"(orders > 0 AND customer_key <> '{UNKNOWN}') = (recency_score IS NOT NULL)"),
    ),
    refresh="daily at 00:30",
    release_group="customers",
)
def customer_value(days: DataFrame, customers: DataFrame, *, params: Business, as_of: AsOf) -> DataFrame:
    """One row per system, currency and customer with a line before the day of judgement; 'unknown' is one of them.

    Products alone are looked at; postage, fees and the like are no purchase. A customer of two currencies is judged in
    each, among those who pay in it. Recency counts days, not hours. Scores and segments (Hughes 1994; `analytics/rfm`)
    are those among the customers of a system and currency that ordered; who only brought back is 'without orders'.
    Tiers go by orders and spend of the whole months before the day. Expected spend (Bühlmann 1967;
    `analytics/expected`) is what a customer spent, newer days weighing more, drawn towards the mean as far as even and
    odd weeks disagree. A listed customer without any line has no currency and stands in `gold.dim_customer` alone.
    Built whole from the cube: any sale moves the quintiles of all, and a new day moves everybody's recency.
    """
    judged = days.withColumn("judged_on", as_of.day("system")).where(F.col("sold_on") < F.col("judged_on"))
    return (
        judged.transform(so_far, params.tiers)
        .join(homes(customers, as_of), on=["system", "customer_key"], how="left")
        .transform(scored, BUSINESS, ties=params.rfm.ties)
        .withColumn("region", F.coalesce(F.when(is_known(), F.coalesce("home", "region")), F.lit("Unknown")))
        .withColumn("segment", F.coalesce(segment(params.rfm.segments), no_segment()))
        .withColumn("tier", F.when(is_known(), tier(params.tiers)))
        .withColumn("average_order_amount", F.try_divide("sold_amount", "orders").try_cast(MONEY))
        .withColumn("return_rate", share(-F.col("returned_amount"), "sold_amount"))
        .withColumn("expected_12_months_amount", still_to_come())
        .select(*customer_value.column_names)
    )


def so_far(days: DataFrame, tiers: Tiers) -> DataFrame:
    """Add up all that each customer did; days without an order move neither recency nor tenure."""
    ordered_on = F.when(F.col("orders") > 0, F.col("sold_on"))
    recent = F.col("sold_on") >= F.add_months("judged_on", -tiers.months)
    age = F.date_diff("judged_on", "sold_on")
    return (
        days.groupBy(*customer_value.grain, "judged_on")
        .agg(
            F.max_by("region", "sold_on").alias("region"),
            F.min("sold_on").alias("first_seen_on"),
            F.min(ordered_on).alias("first_ordered_on"),
            F.max(ordered_on).alias("last_ordered_on"),
            *(total_lines(name) for name in ("orders", "returns", "loyalty_points")),
            total_units("units"),
            *(total_money(name) for name in ("sold_amount", "returned_amount", "net_amount")),
            F.sum(F.when(recent, F.col("orders")).otherwise(F.lit(0))).cast(LONG).alias("recent_orders"),
            F.sum(F.when(recent, F.col("net_amount")).otherwise(F.lit(0))).cast(MONEY).alias("recent_amount"),
            faded("net_amount", age, odd=False).alias("even_weeks"),
            faded("net_amount", age, odd=True).alias("odd_weeks"),
        )
        .withColumn("recency_days", F.when(is_known(), F.date_diff("judged_on", "last_ordered_on")))
        .withColumn("tenure_days", F.when(is_known(), F.date_diff("judged_on", "first_ordered_on")))
    )


def is_known() -> SparkColumn:
    """Whether the row speaks of one customer."""
    return F.col("customer_key") != UNKNOWN


def homes(customers: DataFrame, as_of: AsOf) -> DataFrame:
    """Return the region of each customer's last version before the day of judgement, as `home`."""
    last = F.max_by("region", "valid_from_at").alias("home")
    known = customers.where(F.col("valid_from_at") < as_of.day("system"))
    return known.groupBy("system", "customer_key").agg(last)


def no_segment() -> SparkColumn:
    """Say why a row has no scores."""
    return F.when(is_known(), F.lit("without orders")).otherwise(F.lit(UNKNOWN))


def tier(tiers: Tiers) -> SparkColumn:
    """Champion: often and much; VIP: much; Frequent: often; Regular: neither."""
    often = F.col("recent_orders") >= tiers.frequent_orders
    much = F.col("recent_amount") >= F.lit(tiers.vip_spend)
    return (
        F.when(often & much, F.lit("Champion"))
        .when(much, F.lit("VIP"))
        .when(often, F.lit("Frequent"))
        .otherwise(F.lit("Regular"))
    )


def still_to_come() -> SparkColumn:
    """Return the expected spend of those who ordered, among each other."""
    business = Window.partitionBy(*BUSINESS)
    ordered = F.col("recency_days").isNotNull()
    halves = [F.when(ordered, F.col(name)) for name in ("even_weeks", "odd_weeks")]
    days = F.date_diff("judged_on", F.min("first_seen_on").over(business))
    return expected_amount(*halves, days=days, business=business)
