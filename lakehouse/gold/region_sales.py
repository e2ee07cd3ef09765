"""How the regions of a business compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.columns import share, total_lines, total_money, total_units
from lakehouse.rules import reconciles
from lakehouse.table import DATE, INTEGER, LONG, MONEY, RATE, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.region_sales",
    grain=("system", "currency", "region"),
    inputs={"cube": "gold.month_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("region", STRING, "Sales region; 'Unknown' when the source gives none.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("discount_amount", MONEY, "Taken off by the retailer.", nullable=False, unit="currency"),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
        Column("first_sold_on", DATE, "First business day with a line.", nullable=False),
        Column("last_sold_on", DATE, "Last business day with a line.", nullable=False),
        Column("revenue_share", RATE, "Net amount ÷ net amount of its system and currency.", unit="share"),
        Column("revenue_rank", INTEGER, "1 = most net amount of its system and currency.", nullable=False),
    ),
    rules=(reconciles("net_amount", "gold.month_cube"), reconciles("units", "gold.month_cube")),
)
def region_sales(cube: DataFrame) -> DataFrame:
    """One row per system, currency and region with at least one line sold or returned."""
    business = Window.partitionBy("system", "currency")
    return (
        cube.groupBy(*region_sales.grain)
        .agg(
            total_lines(),
            total_units("units"),
            total_money("discount_amount"),
            total_money("net_amount"),
            F.min("first_sold_on").alias("first_sold_on"),
            F.max("last_sold_on").alias("last_sold_on"),
        )
        .withColumn("revenue_share", share("net_amount", F.sum("net_amount").over(business)))
        .withColumn("revenue_rank", F.row_number().over(business.orderBy(F.desc("net_amount"), "region")))
    )
