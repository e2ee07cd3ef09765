"""What each store earned each day: the sums behind every question about stores."""

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
    "gold.store_cube",
    grain=("system", "currency", "sold_on", "store_id", "region"),
    inputs={"lines": "gold.fct_sales"},
    traces={"store_id": "coalesce(store_id, 'Unknown')"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_on", DATE, "Business day in the shop's time zone.", nullable=False),
        Column("store_id", STRING, "Store that sold it; 'Unknown' when the source gives none.", nullable=False),
        Column("region", STRING, "Sales region; 'Unknown' when the source gives none.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("gross_amount", MONEY, "Before discount.", nullable=False, unit="currency"),
        Column("discount_amount", MONEY, "Taken off by the retailer.", nullable=False, unit="currency"),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
        *SUMMED,
    ),
    rules=(
        reconciles("net_amount", "gold.fct_sales", keys=("system", "currency", "sold_on", "region")),
        reconciles("units", "gold.fct_sales", their="quantity", keys=("system", "currency", "sold_on", "region")),
    ),
    write=Replace(by=("sold_on",)),
)
def store_cube(lines: DataFrame) -> DataFrame:
    """One row per system, currency, day, store and region with at least one line sold or returned."""
    return (
        lines.withColumn("store_id", F.coalesce("store_id", F.lit("Unknown")))
        .groupBy(*store_cube.grain)
        .agg(
            F.count_if(F.lit(True)).alias("lines"),
            total_units("quantity"),
            total_money("gross_amount"),
            total_money("discount_amount"),
            total_money("net_amount"),
            *sums_of_lines(),
        )
    )
