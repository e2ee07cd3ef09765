"""What each product earned each month: the sums behind every question about products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.costs import SUMMED, sums_of_lines
from lakehouse.columns import total_money, total_units
from lakehouse.rules import reconciles
from lakehouse.table import DATE, LONG, MONEY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.product_cube",
    grain=("system", "currency", "sold_month", "product_key"),
    inputs={"lines": "gold.fct_sales"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_month", DATE, "First day of the business month.", nullable=False),
        Column("product_key", STRING, "Key of the product; 'unknown' when missing or not listed.", nullable=False),
        Column("product_name", STRING, "Last name in the alphabet among those of the month; 'Unknown' for 'unknown'."),
        Column("category", STRING, "Category, chosen as the name is.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("gross_amount", MONEY, "Before discount.", nullable=False, unit="currency"),
        Column("discount_amount", MONEY, "Taken off by the retailer.", nullable=False, unit="currency"),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
        *SUMMED,
    ),
    rules=(
        reconciles("net_amount", "gold.fct_sales"),
        reconciles("units", "gold.fct_sales", their="quantity"),
        reconciles("cost_amount", "gold.fct_sales"),
        reconciles("margin_amount", "gold.fct_sales"),
        reconciles("reporting_amount", "gold.fct_sales"),
    ),
    write=Replace(by=("sold_month",)),
)
def product_cube(lines: DataFrame) -> DataFrame:
    """One row per system, currency, month and product with at least one line sold or returned."""
    is_known = F.col("product_key") != "unknown"
    return lines.groupBy(*product_cube.grain).agg(
        F.max(F.when(is_known, F.col("product_name")).otherwise(F.lit("Unknown"))).alias("product_name"),
        F.max(F.when(is_known, F.col("category")).otherwise(F.lit("Unknown"))).alias("category"),
        F.count_if(F.lit(True)).alias("lines"),
        total_units("quantity"),
        total_money("gross_amount"),
        total_money("discount_amount"),
        total_money("net_amount"),
        *sums_of_lines(),
    )
