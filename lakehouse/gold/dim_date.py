"""The calendar that every sale falls into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.rules import between, covers
from lakehouse.table import DATE, FLAG, INTEGER, STRING, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.dim_date",
    grain=("date_on",),
    inputs={"sales": "gold.daily_sales"},
    traces={"date_on": "sold_on"},
    columns=(
        Column("date_on", DATE, "The day.", nullable=False),
        Column("year", INTEGER, "Calendar year.", nullable=False),
        Column("quarter", INTEGER, "Calendar quarter, 1 to 4.", nullable=False),
        Column("month", INTEGER, "Calendar month, 1 to 12.", nullable=False),
        Column("month_on", DATE, "First day of the month.", nullable=False),
        Column("month_name", STRING, "English name of the month.", nullable=False),
        Column("iso_year", INTEGER, "Year of the ISO 8601 week.", nullable=False),
        Column("iso_week", INTEGER, "ISO 8601 week, 1 to 53.", nullable=False),
        Column("weekday", INTEGER, "ISO 8601 day of the week: Monday 1 to Sunday 7.", nullable=False),
        Column("weekday_name", STRING, "English name of the weekday.", nullable=False),
        Column("is_weekend", FLAG, "Saturday or Sunday.", nullable=False),
    ),
    rules=(
        covers("date_on", "gold.daily_sales", their="sold_on"),
        between("weekday", 1, 7),
        between("iso_week", 1, 53),
    ),
)
def dim_date(sales: DataFrame) -> DataFrame:
    """One row per day of every calendar year between the first and the last sale."""
    years = sales.agg(F.trunc(F.min("sold_on"), "year").alias("first"), F.max("sold_on").alias("last"))
    days = F.sequence("first", F.date_sub(F.add_months(F.trunc("last", "year"), 12), 1))
    thursday = F.date_add("date_on", 4 - F.col("weekday"))
    return (
        years.where("first IS NOT NULL")
        .select(F.explode(days).alias("date_on"))
        .withColumn("weekday", F.weekday("date_on") + 1)
        .select(
            "date_on",
            F.year("date_on").alias("year"),
            F.quarter("date_on").alias("quarter"),
            F.month("date_on").alias("month"),
            F.trunc("date_on", "month").alias("month_on"),
            F.date_format("date_on", "MMMM").alias("month_name"),
            F.year(thursday).alias("iso_year"),
            F.weekofyear("date_on").alias("iso_week"),
            "weekday",
            F.date_format("date_on", "EEEE").alias("weekday_name"),
            (F.col("weekday") >= 6).alias("is_weekend"),
        )
    )
