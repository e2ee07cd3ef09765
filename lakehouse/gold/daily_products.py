"""What each product sold each day: the series behind forecasts, stock cover and returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.columns import total_money, total_units
from lakehouse.rules import reconciles
from lakehouse.table import DATE, FLAG, LONG, MONEY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.daily_products",
    grain=("system", "currency", "sold_on", "category", "is_product", "product_key"),
    inputs={"lines": "gold.fct_sales"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_on", DATE, "Business day in the shop's time zone.", nullable=False),
        Column("product_key", STRING, "Key of the product; 'unknown' when missing or not listed.", nullable=False),
        Column("sold_month", DATE, "First day of the month of the day.", nullable=False),
        Column("category", STRING, "Category; 'Unknown' when neither catalogue nor line gives one.", nullable=False),
        Column("is_product", FLAG, "False for postage, fees and the like.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("sold_units", UNITS, "Units sold; returns are not subtracted.", nullable=False, unit="units"),
        Column("returned_units", UNITS, "Units taken back; 0 or more.", nullable=False, unit="units"),
        Column("sold_amount", MONEY, "Net amount of what was sold.", nullable=False, unit="currency"),
        Column(
            "returned_amount", MONEY, "Net amount of what was taken back; 0 or less.", nullable=False, unit="currency"
        ),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
    ),
    rules=(reconciles("net_amount", "gold.fct_sales"), reconciles("units", "gold.fct_sales", their="quantity")),
    write=Replace(by=("sold_on",)),
)
def daily_products(lines: DataFrame) -> DataFrame:
    """One row per system, currency, day, category, kind of line and product with at least one line sold or returned.

    Most products have one row a day. One whose lines differ has several, so that each category keeps what is its own
    and goods stay apart from fees, among the lines of key 'unknown' above all.
    """
    sold, returned = ~F.col("is_return"), F.col("is_return")
    sums = lines.groupBy(*daily_products.grain).agg(
        F.trunc("sold_on", "month").alias("sold_month"),
        F.count_if(F.lit(True)).alias("lines"),
        F.sum(F.when(sold, F.col("quantity")).otherwise(F.lit(0))).cast(UNITS).alias("sold_units"),
        F.sum(F.when(returned, -F.col("quantity")).otherwise(F.lit(0))).cast(UNITS).alias("returned_units"),
        F.sum(F.when(sold, F.col("net_amount")).otherwise(F.lit(0))).cast(MONEY).alias("sold_amount"),
        F.sum(F.when(returned, F.col("net_amount")).otherwise(F.lit(0))).cast(MONEY).alias("returned_amount"),
        total_units("quantity"),
        total_money("net_amount"),
    )
    return sums.select(*daily_products.column_names)
