"""How the segments of customers compare, and what to do about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.members import UNKNOWN
from lakehouse.columns import share, total_lines, total_money
from lakehouse.rules import reconciles
from lakehouse.table import DATE, INTEGER, LONG, MONEY, RATE, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import Business


@table(
    "gold.segment_summary",
    grain=("system", "currency", "segment"),
    inputs={"customers": "gold.customer_value"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("segment", STRING, "Segment; 'without orders' and 'unknown' where there are no scores.", nullable=False),
        Column("judged_on", DATE, "The day it is said of; sales of that day and later do not count.", nullable=False),
        Column("value_rank", INTEGER, "1 = most net amount per customer of its system and currency."),
        Column("customers", LONG, "Known customers; 0 for 'unknown'.", nullable=False),
        Column("customer_share", RATE, "Customers ÷ customers of its system and currency.", unit="share"),
        Column("orders", LONG, "Orders in which products were bought.", nullable=False),
        Column("net_amount", MONEY, "Products sold less products returned.", nullable=False, unit="currency"),
        Column("revenue_share", RATE, "Net amount ÷ net amount of its system and currency.", unit="share"),
        Column("mean_recency_days", UNITS, "Mean days since the last order.", unit="days"),
        Column("mean_orders", UNITS, "Orders ÷ customers.", unit="orders"),
        Column("mean_amount", MONEY, "Net amount ÷ customers.", unit="currency"),
        Column("expected_12_months_amount", MONEY, "Spend that the next 365 days should bring.", unit="currency"),
        Column("advice", STRING, "What to do about them, as business.yaml says."),
    ),
    rules=(reconciles("net_amount", "gold.customer_value"), reconciles("orders", "gold.customer_value")),
)
def segment_summary(customers: DataFrame, *, params: Business) -> DataFrame:
    """One row per system, currency and segment with at least one customer.

    Lines of customers that nobody knows are the segment 'unknown', so that shares of revenue are shares of all.
    Built whole from one row per customer: a new day moves customers from segment to segment.
    """
    business = Window.partitionBy("system", "currency")
    each = F.count_if(F.col("customer_key") != UNKNOWN)
    return (
        customers.groupBy(*segment_summary.grain)
        .agg(
            F.max("judged_on").alias("judged_on"),
            each.alias("customers"),
            total_lines("orders"),
            total_money("net_amount"),
            F.avg("recency_days").cast(UNITS).alias("mean_recency_days"),
            total_money("expected_12_months_amount"),
        )
        .withColumn("customer_share", share("customers", F.sum("customers").over(business)))
        .withColumn("revenue_share", share("net_amount", F.sum("net_amount").over(business)))
        .withColumn("mean_orders", F.try_divide("orders", "customers").try_cast(UNITS))
        .withColumn("mean_amount", F.try_divide("net_amount", "customers").try_cast(MONEY))
        .withColumn("value_rank", F.when(F.col("customers") > 0, place()))
        .withColumn("advice", said_of("segment", params.rfm.advice))
        .select(*segment_summary.column_names)
    )


def place() -> SparkColumn:
    """Number the segments of a business, the one with the most valuable customers first."""
    business = Window.partitionBy("system", "currency")
    return F.row_number().over(business.orderBy(F.desc_nulls_last("mean_amount"), "segment"))


def said_of(column: str, words: Mapping[str, str]) -> SparkColumn:
    """Return what is said of the value of a column; NULL where nothing is."""
    found = F.lit(None).cast("string")
    for value, said in words.items():
        found = F.when(F.col(column) == value, F.lit(said)).otherwise(found)
    return found
