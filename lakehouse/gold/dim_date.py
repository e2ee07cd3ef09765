"""The calendar that every sale falls into: civil, ISO 8601 and fiscal, and the days on which the business is open.

Weeks are those of ISO 8601 (the week belongs to the year of its Thursday). A fiscal year is named after the calendar
year in which it ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.rules import between, covers
from lakehouse.table import DATE, FLAG, INTEGER, STRING, Column, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import Business


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
        Column("fiscal_year", INTEGER, "Year of the fiscal calendar of business.yaml, by its end.", nullable=False),
        Column("fiscal_quarter", INTEGER, "Quarter of the fiscal year, 1 to 4.", nullable=False),
        Column("fiscal_month", INTEGER, "Month of the fiscal year, 1 to 12.", nullable=False),
        Column("holiday_name", STRING, "Name of the holiday in business.yaml; NULL: none."),
        Column("is_holiday", FLAG, "A holiday of business.yaml.", nullable=False),
        Column("is_open", FLAG, "Neither a holiday nor a weekday on which the business is closed.", nullable=False),
    ),
    rules=(
        covers("date_on", "gold.daily_sales", their="sold_on"),
        between("weekday", 1, 7),
        between("iso_week", 1, 53),
        between("fiscal_quarter", 1, 4),
        between("fiscal_month", 1, 12),
    ),
)
def dim_date(sales: DataFrame, *, params: Business) -> DataFrame:
    """One row per day of every calendar year between the first and the last sale.

    Built whole from a cube: a new year adds all its days at once, and there are some hundred rows a year.
    """
    begins = params.calendar.fiscal_year_begins
    fiscal = F.add_months("date_on", (13 - begins) % 12)
    holiday = name_of("date_on", params.calendar.holidays)
    is_closed = F.col("weekday_name").isin(list(params.calendar.closed_on))
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
            F.year(fiscal).alias("fiscal_year"),
            F.quarter(fiscal).alias("fiscal_quarter"),
            F.month(fiscal).alias("fiscal_month"),
            holiday.alias("holiday_name"),
            holiday.isNotNull().alias("is_holiday"),
        )
        .withColumn("is_open", ~F.col("is_holiday") & ~is_closed)
    )


def name_of(day: str, holidays: Mapping[str, str]) -> SparkColumn:
    """Name of the holiday that a day is; NULL: none."""
    found = F.lit(None).cast(STRING)
    for date, name in holidays.items():
        found = F.when(F.col(day) == F.lit(date).cast(DATE), F.lit(name)).otherwise(found)
    return found
