"""Which products earn the most and which sell the most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.columns import total_lines, total_money, total_units
from lakehouse.rules import between, reconciles
from lakehouse.table import DATE, INTEGER, LONG, MONEY, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame


@table(
    "gold.product_sales",
    grain=("system", "currency", "product_key"),
    inputs={"cube": "gold.product_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("product_key", STRING, "Key of the product; 'unknown' when missing or not listed.", nullable=False),
        Column("product_name", STRING, "Name of the newest month."),
        Column("category", STRING, "Category of the newest month.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
        Column("last_sold_month", DATE, "Newest month with a line of it.", nullable=False),
        Column("revenue_rank", INTEGER, "1 = most net amount of its system and currency.", nullable=False),
        Column("units_rank", INTEGER, "1 = most units of its system and currency.", nullable=False),
    ),
    rules=(
        reconciles("net_amount", "gold.product_cube"),
        reconciles("units", "gold.product_cube"),
        between("revenue_rank", 1, None),
        between("units_rank", 1, None),
    ),
)
def product_sales(cube: DataFrame) -> DataFrame:
    """One row per system, currency and product ever sold or returned; ranks are unique, ties by product key."""
    return (
        cube.groupBy(*product_sales.grain)
        .agg(
            F.max_by("product_name", "sold_month").alias("product_name"),
            F.max_by("category", "sold_month").alias("category"),
            total_lines(),
            total_units("units"),
            total_money("net_amount"),
            F.max("sold_month").alias("last_sold_month"),
        )
        .withColumn("revenue_rank", rank_by("net_amount"))
        .withColumn("units_rank", rank_by("units"))
        .select(*product_sales.column_names)
    )


def rank_by(measure: str) -> SparkColumn:
    """Place in the order of the measure, largest first, within a system and currency."""
    return F.row_number().over(Window.partitionBy("system", "currency").orderBy(F.desc(measure), "product_key"))
