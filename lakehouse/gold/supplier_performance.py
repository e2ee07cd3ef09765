"""How well each supplier keeps its word: in time, in full, in order, and at what price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.members import UNKNOWN
from lakehouse.analytics.supplier_choice import lead_time, lead_time_spread
from lakehouse.columns import share, total_lines
from lakehouse.rules import between, covers
from lakehouse.table import DATE, INTEGER, LONG, RATE, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.business import AsOf

COUNTS = ("ordered_lines", "received_lines", "promised_lines", "on_time_lines", "lead_days", "lead_days_squared")
UNITS_OF = ("ordered_units", "told_units", "received_units", "rejected_units")


@table(
    "gold.supplier_performance",
    grain=("system", "supplier_id"),
    inputs={"purchases": "gold.purchase_cube", "suppliers": "silver.suppliers"},
    traces={"supplier_id": "supplier_key"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("supplier_id", STRING, "Supplier; 'unknown' stands for orders that do not tell.", nullable=False),
        Column("supplier_name", STRING, "Name of the company; NULL when it is not listed."),
        Column("country", STRING, "Country of the address."),
        Column("as_of_on", DATE, "What was ordered and received before this day counts.", nullable=False),
        Column("orders", LONG, "Purchase orders.", nullable=False),
        Column("lines", LONG, "Lines ordered.", nullable=False),
        Column("received_lines", LONG, "Lines received.", nullable=False),
        Column("open_lines", LONG, "Lines ordered and not received yet.", nullable=False),
        Column("on_time_rate", RATE, "Lines on time ÷ received lines that had a promised day.", unit="share"),
        Column("fill_rate", RATE, "Units accepted ÷ units ordered, of lines received and counted.", unit="share"),
        Column("reject_rate", RATE, "Units rejected ÷ units received.", unit="share"),
        Column("lead_time_days", UNITS, "Mean days from order to receipt.", unit="days"),
        Column("lead_time_spread_days", UNITS, "Sample standard deviation of these days.", unit="days"),
        Column("promised_lead_time_days", INTEGER, "Days that the supplier promises.", unit="days"),
        Column("price_index", RATE, "What its units cost ÷ what they cost on average; 1 = average.", unit="ratio"),
        Column("last_ordered_on", DATE, "Day of the last order; NULL: nothing was ordered yet."),
    ),
    rules=(
        covers("supplier_id", "silver.suppliers"),
        between("on_time_rate", 0, 1),
        between("reject_rate", 0, 1),
        between("open_lines", 0, None),
    ),
)
def supplier_performance(purchases: DataFrame, suppliers: DataFrame, *, as_of: AsOf) -> DataFrame:
    """One row per system and supplier, listed or ordered from; rates are NULL while there is nothing to judge.

    On time = received on the promised day or before. Fill rate = (received - rejected) ÷ ordered units of the
    received lines that tell how many came; above 1 where more came. Price index = cost of the units ordered ÷ what the
    same units cost at each product's mean over all suppliers of its currency: a price index of Paasche's form (weights
    are the units bought).
    Built whole, from one row per supplier's order line and day in the cube: each mean is over all suppliers.
    """
    happened = purchases.where(F.col("happened_on") < as_of.day("system"))
    listed = suppliers.select(
        "system", "supplier_id", "supplier_name", "country", F.col("lead_time_days").alias("promised_lead_time_days")
    )
    known = totals(happened).join(prices(happened), on=["system", "supplier_id"], how="left")
    accepted = F.col("received_units") - F.col("rejected_units")
    return (
        listed.join(known, on=["system", "supplier_id"], how="full")
        .withColumn("as_of_on", as_of.day("system"))
        .withColumn("lines", F.coalesce("ordered_lines", F.lit(0)))
        .withColumn("orders", F.coalesce("orders", F.lit(0)))
        .withColumn("received_lines", F.coalesce("received_lines", F.lit(0)))
        .withColumn("open_lines", F.col("lines") - F.col("received_lines"))
        .withColumn("on_time_rate", share("on_time_lines", "promised_lines"))
        .withColumn("fill_rate", share(accepted, F.col("told_units")))
        .withColumn("reject_rate", share("rejected_units", "received_units"))
        .withColumn("lead_time_days", lead_time())
        .withColumn("lead_time_spread_days", lead_time_spread())
        .select(*supplier_performance.column_names)
    )


def totals(happened: DataFrame) -> DataFrame:
    """Return the sums of each supplier."""
    is_order = F.col("ordered_lines") > 0
    return happened.groupBy("system", F.col("supplier_key").alias("supplier_id")).agg(
        F.count_distinct(F.when(is_order, F.col("purchase_order_id"))).alias("orders"),
        F.max("ordered_on").alias("last_ordered_on"),
        *(total_lines(name) for name in COUNTS),
        *(F.sum(name).cast(UNITS).alias(name) for name in UNITS_OF),
    )


def prices(happened: DataFrame) -> DataFrame:
    """Return the price index of each supplier, over products that are known."""
    product = ("system", "currency", "product_key")
    bought = happened.where((F.col("product_key") != UNKNOWN) & (F.col("ordered_units") > 0))
    sums = bought.groupBy(*product, "supplier_key").agg(
        F.sum("ordered_amount").alias("amount"), F.sum("ordered_units").alias("units")
    )
    of_all = Window.partitionBy(*product)
    mean = F.try_divide(F.sum("amount").over(of_all), F.sum("units").over(of_all)).try_cast("decimal(18,6)")
    expected = sums.withColumn("expected", (F.col("units").cast(UNITS) * mean).try_cast("decimal(30,6)"))
    return expected.groupBy("system", F.col("supplier_key").alias("supplier_id")).agg(
        share(F.sum("amount"), F.sum("expected")).alias("price_index")
    )
