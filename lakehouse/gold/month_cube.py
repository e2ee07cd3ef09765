"""What each region, channel and category earned each month: the coarse sums behind every question that needs no day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.costs import SUMMED, sums_of_cells
from lakehouse.columns import total_lines, total_money, total_units
from lakehouse.rules import reconciles
from lakehouse.table import DATE, LONG, MONEY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.month_cube",
    grain=("system", "currency", "sold_month", "region", "channel", "category"),
    inputs={"cube": "gold.sales_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_month", DATE, "First day of the month.", nullable=False),
        Column("region", STRING, "Sales region; 'Unknown' when the source gives none.", nullable=False),
        Column("channel", STRING, "Way of sale; 'Unknown' when the source gives none.", nullable=False),
        Column("category", STRING, "Category; 'Unknown' when neither catalogue nor line gives one.", nullable=False),
        Column("first_sold_on", DATE, "First business day of the month with a line.", nullable=False),
        Column("last_sold_on", DATE, "Last business day of the month with a line.", nullable=False),
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
        reconciles("net_amount", "gold.sales_cube"),
        reconciles("units", "gold.sales_cube"),
        reconciles("cost_amount", "gold.sales_cube"),
        reconciles("margin_amount", "gold.sales_cube"),
        reconciles("reporting_amount", "gold.sales_cube"),
    ),
    write=Replace(by=("sold_month",)),
)
def month_cube(cube: DataFrame) -> DataFrame:
    """One row per system, currency, month, region, channel and category with at least one line."""
    return cube.groupBy(*month_cube.grain).agg(
        F.min("sold_on").alias("first_sold_on"),
        F.max("sold_on").alias("last_sold_on"),
        total_lines(),
        total_lines("discounted_lines"),
        total_units("units"),
        total_money("gross_amount"),
        total_money("discount_amount"),
        total_money("returned_amount"),
        total_money("net_amount"),
        *sums_of_cells(),
    )
