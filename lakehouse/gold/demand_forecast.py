"""What each product will sell in the next four weeks, day by day and week by week, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.forecast import METHODS, foreseen, series_of
from lakehouse.rules import between, covers, one_of, refers_to, satisfies
from lakehouse.table import DATE, FLAG, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.business import AsOf, Business


@table(
    "gold.demand_forecast",
    grain=("system", "product_key", "granularity", "forecast_on"),
    inputs={"days": "gold.daily_products"},
    traces={"granularity": "", "forecast_on": ""},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("product_key", STRING, "Key of the product.", nullable=False),
        Column(
            "granularity", STRING, "'day' or 'week'; weeks are counted from the first day foretold.", nullable=False
        ),
        Column("forecast_on", DATE, "The day, or the first day of the week.", nullable=False),
        Column("is_history", FLAG, "The day or week is over; what was expected of it stands beside.", nullable=False),
        Column("units", UNITS, "Expected; of the past: expected one week before.", nullable=False, unit="units"),
        Column("low_units", UNITS, "Lower end of the band; NULL in the past.", unit="units"),
        Column("high_units", UNITS, "Upper end of the band; NULL in the past.", unit="units"),
        Column("actual_units", UNITS, "Units sold; NULL in the future.", unit="units"),
        Column("method", STRING, f"One of {', '.join(METHODS)}.", nullable=False),
    ),
    rules=(
        refers_to("product_key", "gold.daily_products"),
        covers("product_key", "gold.daily_products", where="is_product AND product_key <> 'unknown'"),
        one_of("granularity", ("day", "week")),
        one_of("method", METHODS),
        between("units", 0, None),
        satisfies("band.around_units", "0 <= low_units AND low_units <= units AND units <= high_units"),
        satisfies("actual_units.of_the_past", "is_history = (actual_units IS NOT NULL)"),
    ),
    refresh="daily at 00:30",
    release_group="forecast",
)
def demand_forecast(days: DataFrame, *, params: Business, as_of: AsOf) -> DataFrame:
    """One row per system, product, granularity and day or week, ahead and just behind.

    Built whole: every forecast moves on with the day it is made from. It reads the cube of days, never a fact.
    The first day foretold is the day of `as_of`; demand is what was sold before it, returns not subtracted; days
    without a sale count as 0 from the week of the first sale on. A week is the sum of its days, with its own band.
    - smoothing: level, damped trend and weekday by exponential smoothing, updated week by week (Holt 1957, Winters
      1960; ETS of Hyndman, Koehler, Ord and Snyder 2008); a mean of several gains, weighed by how near they came
      (Bates and Granger 1969)
    - intermittent: fewer than three weeks of four with a sale; mean of 13 weeks and TSB (Teunter, Syntetos and Babai
      2011; Croston 1972 and Syntetos and Boylan 2005 were tried and do not forget what no longer sells)
    - seasonal naive: sold on enough days, but for less than 8 weeks; the last week again
    - mean week: fewer days with a sale than `forecast.least_days`; weeks only, the mean since the first sale
    - no sale: none in `forecast.history_days`; weeks of 0
    The band holds the share `forecast.band` of what follows, by the errors made so far so many weeks ahead (conformal:
    Vovk, Gammerman and Shafer 2005). Of the past the table keeps 26 weeks and, of what
    does not sell seldom, 56 days: what a chart shows beside; the cube has them all.
    """
    told = foreseen(series_of(days, params.forecast, as_of), params.forecast)
    return told.select(
        "system",
        "product_key",
        "granularity",
        F.date_add(as_of.day("system"), F.col("offset")).alias("forecast_on"),
        (F.col("offset") < 0).alias("is_history"),
        F.col("units").try_cast(UNITS).alias("units"),
        F.col("low").try_cast(UNITS).alias("low_units"),
        F.col("high").try_cast(UNITS).alias("high_units"),
        F.col("actual").try_cast(UNITS).alias("actual_units"),
        "method",
    )
