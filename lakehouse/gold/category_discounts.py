"""Where discounts are given: how often and how deep, category by category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.columns import share, total_lines, total_money
from lakehouse.rules import reconciles
from lakehouse.table import LONG, MONEY, RATE, STRING, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.category_discounts",
    grain=("system", "currency", "category"),
    inputs={"cube": "gold.month_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("category", STRING, "Category; 'Unknown' when neither catalogue nor line gives one.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("discounted_lines", LONG, "Lines with a discount.", nullable=False),
        Column("gross_amount", MONEY, "Before discount.", nullable=False, unit="currency"),
        Column("discount_amount", MONEY, "Taken off by the retailer.", nullable=False, unit="currency"),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
        Column("discounted_share", RATE, "discounted_lines ÷ lines.", unit="share"),
        Column("average_discount", RATE, "discount_amount ÷ gross_amount; NULL when gross is 0.", unit="share"),
    ),
    rules=(
        reconciles("net_amount", "gold.month_cube"),
        reconciles("gross_amount", "gold.month_cube"),
    ),
)
def category_discounts(cube: DataFrame) -> DataFrame:
    """One row per system, currency and category with at least one line sold or returned."""
    return (
        cube.groupBy(*category_discounts.grain)
        .agg(
            total_lines(),
            total_lines("discounted_lines"),
            total_money("gross_amount"),
            total_money("discount_amount"),
            total_money("net_amount"),
        )
        .withColumn("discounted_share", share(F.col("discounted_lines"), F.col("lines")))
        .withColumn("average_discount", share("discount_amount", "gross_amount"))
    )
