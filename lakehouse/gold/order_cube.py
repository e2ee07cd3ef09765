"""What each order came to: the sums behind every question about orders, baskets and customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.columns import total_lines, total_money, total_units
from lakehouse.rules import reconciles
from lakehouse.table import DATE, FLAG, INTEGER, LONG, MONEY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ORDER = ("system", "currency", "sold_on", "order_id", "customer_key", "is_return", "is_product")
"""What is the same there and here; a way of payment that is missing there is 'Unknown' here."""


@table(
    "gold.order_cube",
    grain=(
        "system",
        "currency",
        "sold_on",
        "order_id",
        "customer_key",
        "region",
        "channel",
        "payment_method",
        "sold_hour",
        "is_return",
        "is_product",
    ),
    inputs={"lines": "gold.fct_sales"},
    traces={"payment_method": "coalesce(payment_method, 'Unknown')"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_on", DATE, "Business day in the shop's time zone.", nullable=False),
        Column("order_id", STRING, "Order, basket or invoice.", nullable=False),
        Column("customer_key", STRING, "Key of the customer; 'unknown' when missing or not listed.", nullable=False),
        Column("region", STRING, "Sales region; 'Unknown' when the source gives none.", nullable=False),
        Column("channel", STRING, "Way of sale; 'Unknown' when the source gives none.", nullable=False),
        Column("payment_method", STRING, "How it was paid; 'Unknown' when the source does not say.", nullable=False),
        Column(
            "sold_hour", INTEGER, "Hour of sale in the shop's time zone, 0 to 23.", nullable=False, unit="hour of day"
        ),
        Column("is_return", FLAG, "These lines take goods back.", nullable=False),
        Column("is_product", FLAG, "False for postage, fees and the like.", nullable=False),
        Column("sold_month", DATE, "First day of the month of the day.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("gross_amount", MONEY, "Before discount.", nullable=False, unit="currency"),
        Column("discount_amount", MONEY, "Taken off by the retailer.", nullable=False, unit="currency"),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
        Column("loyalty_points", LONG, "Points earned less points lost.", nullable=False, unit="points"),
    ),
    rules=(
        reconciles("net_amount", "gold.fct_sales", keys=ORDER),
        reconciles("units", "gold.fct_sales", their="quantity", keys=ORDER),
    ),
    write=Replace(by=("sold_on",)),
)
def order_cube(lines: DataFrame) -> DataFrame:
    """One row per order, split where its lines differ in customer, region, channel, payment, hour or kind.

    Most orders have one row. Orders are counted by distinct `order_id` of rows that are no return.
    """
    return (
        lines.withColumn("payment_method", F.coalesce("payment_method", F.lit("Unknown")))
        .groupBy(*order_cube.grain)
        .agg(
            F.trunc("sold_on", "month").alias("sold_month"),
            F.count_if(F.lit(True)).alias("lines"),
            total_units("quantity"),
            total_money("gross_amount"),
            total_money("discount_amount"),
            total_money("net_amount"),
            total_lines("loyalty_points"),
        )
    )
