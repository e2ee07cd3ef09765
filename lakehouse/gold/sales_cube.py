"""The finest sums that pages and later marts filter: day, region, channel and category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.costs import SUMMED, sums_of_lines
from lakehouse.columns import total_money, total_units
from lakehouse.rules import reconciles, satisfies
from lakehouse.table import DATE, LONG, MONEY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

KEYS = ("system", "currency", "sold_on", "region")


@table(
    "gold.sales_cube",
    grain=("system", "currency", "sold_on", "region", "channel", "category"),
    inputs={"lines": "gold.fct_sales"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_on", DATE, "Business day in the shop's time zone.", nullable=False),
        Column("region", STRING, "Sales region; 'Unknown' when the source gives none.", nullable=False),
        Column("channel", STRING, "Way of sale; 'Unknown' when the source gives none.", nullable=False),
        Column("category", STRING, "Category; 'Unknown' when neither catalogue nor line gives one.", nullable=False),
        Column("sold_month", DATE, "First day of the month of the day.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("discounted_lines", LONG, "Lines with a discount.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("gross_amount", MONEY, "Before discount.", nullable=False, unit="currency"),
        Column("discount_amount", MONEY, "Taken off by the retailer.", nullable=False, unit="currency"),
        Column(
            "returned_amount", MONEY, "Net amount of what was taken back; 0 or less.", nullable=False, unit="currency"
        ),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
        *SUMMED,
    ),
    rules=(
        reconciles("net_amount", "silver.sales", keys=KEYS),
        reconciles("units", "silver.sales", their="quantity", keys=KEYS),
        reconciles("tax_amount", "gold.fct_sales", keys=KEYS),
        reconciles("commission_amount", "gold.fct_sales", keys=KEYS),
        reconciles("cost_amount", "gold.fct_sales", keys=KEYS),
        reconciles("margin_amount", "gold.fct_sales", keys=KEYS),
        reconciles("reporting_amount", "gold.fct_sales", keys=KEYS),
        satisfies(
            "margin_is_costed_less_cost",
            "margin_amount = costed_amount - cost_amount",
            columns=("margin_amount", "costed_amount", "cost_amount"),
        ),
    ),
    write=Replace(by=("sold_on",)),
)
def sales_cube(lines: DataFrame) -> DataFrame:
    """One row per system, currency, day, region, channel and category with at least one line."""
    returned = F.when(F.col("is_return"), F.col("net_amount")).otherwise(F.lit(0))
    return lines.groupBy(*sales_cube.grain).agg(
        F.trunc("sold_on", "month").alias("sold_month"),
        F.count_if(F.lit(True)).alias("lines"),
        F.count_if(F.col("discount_amount") != 0).alias("discounted_lines"),
        total_units("quantity"),
        total_money("gross_amount"),
        total_money("discount_amount"),
        F.sum(returned).cast(MONEY).alias("returned_amount"),
        total_money("net_amount"),
        *sums_of_lines(),
    )
