"""Series of the cube of days, and what Spark hands to arrays of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from lakehouse.analytics.forecast import arrow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyspark.sql import Column, DataFrame

    from lakehouse.business import AsOf, Forecast

UNKNOWN_PRODUCT = "unknown"
FORESEEN = (
    "system string, product_key string, granularity string, offset int, method string, "
    "units double, low double, high double, actual double"
)
JUDGED = (
    "system string, categories array<string>, granularity string, method string, cuts double, points double, "
    "actual double, error double, absolute double, covered double, scaled double, scaled_cuts double"
)


def series_of(days: DataFrame, forecast: Forecast, as_of: AsOf, **beside: Column) -> DataFrame:
    """Return one row per product of `gold.daily_products`: its sales before the day of `as_of`, and sums `beside`.

    Only goods count, not postage or the product 'unknown'; returns make no demand.
    """
    ago = F.date_diff(as_of.day("system"), F.col("sold_on"))
    counts = ago.between(1, forecast.history_days) & (F.col("sold_units") > 0)
    sale = F.struct(ago.alias("days_ago"), (F.col("sold_units") * 1000).cast("long").alias("thousandths"))
    return (
        days.where(F.col("is_product") & (F.col("product_key") != UNKNOWN_PRODUCT))
        .groupBy("system", "product_key")
        .agg(
            F.collect_list(F.when(counts, sale)).alias("sales"),
            *(column.alias(name) for name, column in beside.items()),
        )
    )


def foreseen(series: DataFrame, forecast: Forecast) -> DataFrame:
    """Return the days and weeks ahead of each series and those just behind, as in FORESEEN."""

    def each(batches: Iterable[Any]) -> Iterable[Any]:
        return arrow.foreseen(batches, forecast)

    return series.mapInArrow(each, FORESEEN)


def judged(series: DataFrame, forecast: Forecast) -> DataFrame:
    """Return what the backtest sums up for each series, granularity and method, as in JUDGED."""

    def each(batches: Iterable[Any]) -> Iterable[Any]:
        return arrow.judged(batches, forecast)

    return series.mapInArrow(each, JUDGED)
