"""What each region earned each day, and from how many orders and customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.columns import total_money, total_units
from lakehouse.rules import reconciles
from lakehouse.table import DATE, LONG, MONEY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.daily_sales",
    grain=("system", "currency", "sold_on", "region"),
    inputs={"lines": "gold.fct_sales"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_on", DATE, "Business day in the shop's time zone.", nullable=False),
        Column("region", STRING, "Sales region; 'Unknown' when the source gives none.", nullable=False),
        Column("orders", LONG, "Orders with at least one line sold.", nullable=False),
        Column("returns", LONG, "Orders with at least one line taken back.", nullable=False),
        Column("customers", LONG, "Known customers who bought or returned.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("gross_amount", MONEY, "Before discount.", nullable=False, unit="currency"),
        Column("discount_amount", MONEY, "Taken off by the retailer.", nullable=False, unit="currency"),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
    ),
    rules=(reconciles("net_amount", "silver.sales"), reconciles("units", "silver.sales", their="quantity")),
    write=Replace(by=("sold_on",)),
)
def daily_sales(lines: DataFrame) -> DataFrame:
    """One row per system, currency, day and region with at least one line sold or returned.

    Average order = net_amount ÷ orders; an order that only takes goods back is not counted as an order.
    """
    return lines.groupBy(*daily_sales.grain).agg(
        F.count_distinct(F.when(~F.col("is_return"), F.col("order_id"))).alias("orders"),
        F.count_distinct(F.when(F.col("is_return"), F.col("order_id"))).alias("returns"),
        F.count_distinct("customer_id").alias("customers"),
        F.count_if(F.lit(True)).alias("lines"),
        total_units("quantity"),
        total_money("gross_amount"),
        total_money("discount_amount"),
        total_money("net_amount"),
    )
