"""What went into and out of stock each day: the sums behind every question about stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.stock import COUNTED, FLOWS, as_parts, joined
from lakehouse.rules import reconciles
from lakehouse.table import DATE, STRING, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.stock_cube",
    grain=("system", "moved_on", "product_id", "location_id"),
    inputs={"movements": "silver.stock_movements"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("moved_on", DATE, "Business day in the time zone of the business.", nullable=False),
        Column("moved_month", DATE, "First day of the business month.", nullable=False),
        Column("product_id", STRING, "Product as the business numbers it.", nullable=False),
        Column("location_id", STRING, "Store or warehouse whose stock it is.", nullable=False),
        *FLOWS,
        *COUNTED,
    ),
    rules=(reconciles("units", "silver.stock_movements", their="quantity", where="kind <> 'count'"),),
    write=Replace(by=("moved_on",)),
)
def stock_cube(movements: DataFrame) -> DataFrame:
    """One row per system, business day, product and location with at least one movement or count.

    A day's movements stand in the order of their moment, those of one moment in the order of their ids. A count sets
    the level from there on, so that what moved before it on the same day no longer matters to the level.
    """
    days = joined(as_parts(movements), stock_cube.grain, order=("moved_at", "movement_id"))
    return days.withColumn("moved_month", F.trunc("moved_on", "month")).select(*stock_cube.column_names)
