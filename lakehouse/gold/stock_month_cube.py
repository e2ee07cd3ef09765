"""What went into and out of stock each month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.stock import COUNTED, FLOWS, joined
from lakehouse.rules import reconciles
from lakehouse.table import DATE, STRING, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.stock_month_cube",
    grain=("system", "moved_month", "product_id", "location_id"),
    inputs={"cube": "gold.stock_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("moved_month", DATE, "First day of the business month.", nullable=False),
        Column("product_id", STRING, "Product as the business numbers it.", nullable=False),
        Column("location_id", STRING, "Store or warehouse whose stock it is.", nullable=False),
        *FLOWS,
        *COUNTED,
        Column("first_moved_on", DATE, "First day of the month with a movement or count.", nullable=False),
        Column("last_moved_on", DATE, "Last day of the month with a movement or count.", nullable=False),
        Column("last_counted_on", DATE, "Last day of the month with a count; NULL: nobody counted."),
    ),
    rules=(reconciles("units", "gold.stock_cube"), reconciles("movements", "gold.stock_cube")),
    write=Replace(by=("moved_month",)),
)
def stock_month_cube(cube: DataFrame) -> DataFrame:
    """One row per system, month, product and location with at least one movement or count."""
    days = (
        F.min("moved_on").alias("first_moved_on"),
        F.max("moved_on").alias("last_moved_on"),
        F.max(F.when(F.col("counted_units").isNotNull(), F.col("moved_on"))).alias("last_counted_on"),
    )
    return joined(cube, stock_month_cube.grain, order=("moved_on",), also=days).select(*stock_month_cube.column_names)
