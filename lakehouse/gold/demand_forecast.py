"""How much of each product will be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.rules import refers_to
from lakehouse.table import DATE, FLAG, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.demand_forecast",
    grain=("system", "product_key", "granularity", "forecast_on"),
    inputs={"sold": "gold.daily_products"},
    traces={"granularity": "", "forecast_on": "sold_on"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("product_key", STRING, "Key of the product.", nullable=False),
        Column("granularity", STRING, "day or week.", nullable=False),
        Column("forecast_on", DATE, "Day foretold.", nullable=False),
        Column("units", UNITS, "Units foretold.", nullable=False, unit="units"),
        Column("is_history", FLAG, "In sample.", nullable=False),
    ),
    rules=(refers_to("product_key", "gold.daily_products"),),
)
def demand_forecast(sold: DataFrame) -> DataFrame:
    """One row per system, product, granularity and day; stands in until the real one comes."""
    return sold.groupBy(
        "system", "product_key", F.lit("day").alias("granularity"), F.col("sold_on").alias("forecast_on")
    ).agg(F.sum("sold_units").cast(UNITS).alias("units"), F.lit(True).alias("is_history"))
