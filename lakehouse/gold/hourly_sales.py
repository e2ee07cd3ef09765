"""When people buy: which hours of which weekdays, and how much of it outside business hours."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.columns import total_lines, total_money, total_units
from lakehouse.rules import between, reconciles
from lakehouse.table import DATE, FLAG, INTEGER, LONG, MONEY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import Business, Calendar


@table(
    "gold.hourly_sales",
    grain=("system", "currency", "sold_month", "weekday", "sold_hour", "is_business_hour"),
    inputs={"orders": "gold.order_cube"},
    traces={"weekday": "(date_part('dow', sold_on) + 6) % 7 + 1", "is_business_hour": ""},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_month", DATE, "First day of the business month.", nullable=False),
        Column("weekday", INTEGER, "ISO 8601 day of the week: Monday 1 to Sunday 7.", nullable=False),
        Column(
            "sold_hour",
            INTEGER,
            "Hour of sale in the shop's time zone, 0 to 23; 0 where days alone are known.",
            nullable=False,
            unit="hour of day",
        ),
        Column("is_business_hour", FLAG, "Open by business.yaml: hour, weekday and holiday.", nullable=False),
        Column("days", LONG, "Days of the month with a line in that hour.", nullable=False, unit="days"),
        Column("orders", LONG, "Orders with at least one line sold.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
    ),
    rules=(
        reconciles("net_amount", "gold.order_cube"),
        reconciles("lines", "gold.order_cube"),
        between("weekday", 1, 7),
        between("sold_hour", 0, 23),
    ),
    write=Replace(by=("sold_month",)),
)
def hourly_sales(orders: DataFrame, *, params: Business) -> DataFrame:
    """One row per system, currency, month, weekday, hour and whether the business was open, with at least one line.

    Weekdays count as in ISO 8601. An hour in which a holiday was closed stands apart from the same hour of other days.
    An order whose lines were sold in two hours counts in both. A source that delivers days without a time of day has
    all its sales at hour 0, when most businesses are closed: its hours, and what is outside them, say nothing.
    """
    return (
        orders.withColumn("weekday", F.weekday("sold_on") + 1)
        .withColumn("is_business_hour", is_open(params.calendar))
        .groupBy(*hourly_sales.grain)
        .agg(
            F.count_distinct("sold_on").alias("days"),
            F.count_distinct(F.when(~F.col("is_return"), F.col("order_id"))).alias("orders"),
            total_lines(),
            total_units("units"),
            total_money("net_amount"),
        )
    )


def is_open(calendar: Calendar) -> SparkColumn:
    """Whether the business is open on `sold_on` at `sold_hour`."""
    in_time = (F.col("sold_hour") >= calendar.opens) & (F.col("sold_hour") < calendar.closes)
    is_closed_day = F.date_format("sold_on", "EEEE").isin(list(calendar.closed_on))
    is_holiday = F.col("sold_on").isin([date.fromisoformat(day) for day in calendar.holidays])
    return in_time & ~is_closed_day & ~is_holiday
