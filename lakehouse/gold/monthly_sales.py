"""What each business earned each month: revenue, units and average discount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.columns import share, total_lines, total_money, total_units
from lakehouse.rules import reconciles
from lakehouse.table import DATE, LONG, MONEY, RATE, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.monthly_sales",
    grain=("system", "currency", "sold_month"),
    inputs={"cube": "gold.month_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_month", DATE, "First day of the business month.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("gross_amount", MONEY, "Before discount.", nullable=False, unit="currency"),
        Column("discount_amount", MONEY, "Taken off by the retailer.", nullable=False, unit="currency"),
        Column("net_amount", MONEY, "Revenue: after discount, before tax.", nullable=False, unit="currency"),
        Column("average_discount", RATE, "discount_amount ÷ gross_amount; NULL when gross is 0.", unit="share"),
    ),
    rules=(reconciles("net_amount", "gold.month_cube"), reconciles("units", "gold.month_cube")),
    write=Replace(by=("sold_month",)),
)
def monthly_sales(cube: DataFrame) -> DataFrame:
    """One row per system, currency and month with at least one line sold or returned.

    The average discount is weighted by money: what was taken off ÷ what the lines would have cost.
    """
    return (
        cube.groupBy(*monthly_sales.grain)
        .agg(
            total_lines(),
            total_units("units"),
            total_money("gross_amount"),
            total_money("discount_amount"),
            total_money("net_amount"),
        )
        .withColumn("average_discount", share("discount_amount", "gross_amount"))
    )
