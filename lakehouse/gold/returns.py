"""What comes back: how much of what each product and category sold, in units and in money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.columns import share, total_lines, total_money
from lakehouse.rules import reconciles
from lakehouse.table import DATE, LONG, MONEY, RATE, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

PRODUCTS = "is_product"


@table(
    "gold.returns",
    grain=("system", "currency", "sold_month", "category", "product_key"),
    inputs={"days": "gold.daily_products"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_month", DATE, "First day of the business month.", nullable=False),
        Column("product_key", STRING, "Key of the product; 'unknown' when missing or not listed.", nullable=False),
        Column("category", STRING, "Category; 'Unknown' when neither catalogue nor line gives one.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("sold_units", UNITS, "Units sold; returns are not subtracted.", nullable=False, unit="units"),
        Column("returned_units", UNITS, "Units taken back; 0 or more.", nullable=False, unit="units"),
        Column("sold_amount", MONEY, "Net amount of what was sold.", nullable=False, unit="currency"),
        Column(
            "returned_amount", MONEY, "Net amount of what was taken back; 0 or less.", nullable=False, unit="currency"
        ),
        Column("return_rate", RATE, "returned_units ÷ sold_units; NULL when none were sold.", unit="share"),
        Column("value_rate", RATE, "Amount taken back ÷ sold_amount; NULL when that is 0.", unit="share"),
        Column("category_return_rate", RATE, "The same in units for its category.", unit="share"),
        Column("category_value_rate", RATE, "The same in money for its category.", unit="share"),
    ),
    rules=(
        reconciles("returned_units", "gold.daily_products", where=PRODUCTS),
        reconciles("returned_amount", "gold.daily_products", where=PRODUCTS),
        reconciles("sold_amount", "gold.daily_products", where=PRODUCTS),
    ),
    write=Replace(by=("sold_month",)),
)
def returns(days: DataFrame) -> DataFrame:
    """One row per system, currency, month, category and product with at least one line sold or returned.

    A product that changed its category in the month has a row in each, and the key 'unknown' one in every category of
    its lines, so that categories add up to what was theirs.
    What comes back counts in the month in which it comes back, against what was sold in that month: the rate of a month
    can exceed 1, that of a long time does not. Postage and fees are left out.
    """
    category = Window.partitionBy("system", "currency", "sold_month", "category")
    return (
        days.where(PRODUCTS)
        .groupBy(*returns.grain)
        .agg(
            total_lines(),
            F.sum("sold_units").cast(UNITS).alias("sold_units"),
            F.sum("returned_units").cast(UNITS).alias("returned_units"),
            total_money("sold_amount"),
            total_money("returned_amount"),
        )
        .withColumn("return_rate", share("returned_units", "sold_units"))
        .withColumn("value_rate", share(taken_back(), "sold_amount"))
        .withColumn(
            "category_return_rate", share(F.sum("returned_units").over(category), F.sum("sold_units").over(category))
        )
        .withColumn(
            "category_value_rate", share(F.sum(taken_back()).over(category), F.sum("sold_amount").over(category))
        )
        .select(*returns.column_names)
    )


def taken_back() -> SparkColumn:
    """Net amount of what was taken back, 0 or more."""
    return -F.col("returned_amount")
