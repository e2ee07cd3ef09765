"""How the stock of each product stood at the end of each month, and what changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.stock import FLOWS, ITEM
from lakehouse.rules import reconciles, satisfies
from lakehouse.table import DATE, FLAG, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.monthly_stock",
    grain=("system", "moved_month", "product_id", "location_id"),
    inputs={"cube": "gold.stock_month_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("moved_month", DATE, "First day of the business month.", nullable=False),
        Column("product_id", STRING, "Product as the business numbers it.", nullable=False),
        Column("location_id", STRING, "Store or warehouse whose stock it is.", nullable=False),
        Column(
            "opening_units", UNITS, "Level at the end of the month before; 0 at first.", nullable=False, unit="units"
        ),
        *FLOWS,
        Column(
            "adjusted_units",
            UNITS,
            "What counts found more, or less (negative), than the book said.",
            nullable=False,
            unit="units",
        ),
        Column("closing_units", UNITS, "Level at the end of the month.", nullable=False, unit="units"),
        Column("is_negative", FLAG, "The book says that less than nothing is there.", nullable=False),
        Column("first_moved_on", DATE, "First day ever with a movement or count.", nullable=False),
        Column("last_moved_on", DATE, "Last day so far with a movement or count.", nullable=False),
        Column("last_counted_on", DATE, "Last day so far with a count; NULL: nobody counted yet."),
    ),
    rules=(
        reconciles("units", "gold.stock_month_cube"),
        satisfies(
            "levels_add_up",
            "closing_units = opening_units + units + adjusted_units",
            columns=("closing_units", "opening_units", "units", "adjusted_units"),
        ),
        satisfies("stock_not_negative", "closing_units >= 0", columns=("closing_units",), severity="warn"),
    ),
)
def monthly_stock(cube: DataFrame) -> DataFrame:
    """One row per system, month, product and location with at least one movement or count in the month.

    Level = what the last count found + what came and went after it; without a count all that ever came and went.
    What moved before a count, however late it arrives, leaves the level after that count as it is.
    Adjusted = closing - opening - units. Built whole, from one row per item and month: a late movement or count
    corrects the levels of all later months.
    """
    so_far = Window.partitionBy(*ITEM).orderBy("moved_month").rowsBetween(Window.unboundedPreceding, Window.currentRow)
    moved = F.sum("units").over(so_far)
    counted = F.col("counted_units") + F.col("units_since_count") - F.col("moved_so_far")
    opening = F.lag("closing_units", 1).over(Window.partitionBy(*ITEM).orderBy("moved_month"))
    return (
        cube.withColumn("moved_so_far", moved)
        .withColumn("found_more", F.last(counted, ignorenulls=True).over(so_far))
        .withColumn("closing_units", (F.coalesce("found_more", F.lit(0)) + F.col("moved_so_far")).cast(UNITS))
        .withColumn("opening_units", F.coalesce(opening, F.lit(0)).cast(UNITS))
        .withColumn("adjusted_units", (F.expr("closing_units - opening_units - units")).cast(UNITS))
        .withColumn("is_negative", F.col("closing_units") < 0)
        .withColumn("first_moved_on", F.min("first_moved_on").over(so_far))
        .withColumn("last_moved_on", F.max("last_moved_on").over(so_far))
        .withColumn("last_counted_on", F.max("last_counted_on").over(so_far))
        .select(*monthly_stock.column_names)
    )
