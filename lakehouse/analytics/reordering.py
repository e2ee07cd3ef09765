"""When to order, how much, and what people have decided about it already."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType

from lakehouse.analytics.members import UNKNOWN
from lakehouse.analytics.stock import ITEM, urgency_place
from lakehouse.columns import share
from lakehouse.table import UNITS

if TYPE_CHECKING:
    from decimal import Decimal

    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

PRODUCT = ("system", "product_id")
MEAN = DecimalType(28, 9)
"""A mean of units that is still to be multiplied."""


def with_share(items: DataFrame) -> DataFrame:
    """Add `share`: each place's part of its product's demand of late; equal parts where nobody asked for it."""
    of_product = Window.partitionBy(*PRODUCT)
    asked = share("daily_demand_units", F.sum("daily_demand_units").over(of_product))
    equal = share(F.lit(1), F.count(F.lit(1)).over(of_product))
    return items.withColumn("share", F.coalesce(asked, equal))


def with_demand(items: DataFrame, forecast: DataFrame, *, day: SparkColumn, cover_days: int) -> DataFrame:
    """Put the forecast in the place of the demand of late: `daily_demand_units`, `lead_demand_units`, `cover_units`.

    The mean of the days of the lead time, one at least, and of these and the days to cover after them, each times the
    days it stands for, so that a time longer than the forecast is foretold by it too.
    """
    lead = F.greatest(F.ceil("lead_time_days"), F.lit(1))
    timed = items.withColumn("lead", lead).withColumn("covered", F.col("lead_time_days") + F.lit(cover_days))
    means = timed.select(*ITEM, "lead", "covered").join(foretold(forecast, day), on=list(PRODUCT)).groupBy(*ITEM)
    daily = means.agg(mean_of("lead").alias("lead_mean"), mean_of("covered").alias("cover_mean"))
    late = F.col("daily_demand_units")
    soon, cover = (F.col(name) * F.col("share") for name in ("lead_mean", "cover_mean"))
    return (
        timed.join(daily, on=list(ITEM), how="left")
        .withColumn("cover_units", (F.coalesce(cover, soon, late) * F.col("covered")).cast(UNITS))
        .withColumn("lead_demand_units", (F.coalesce(soon, late) * F.col("lead_time_days")).cast(UNITS))
        .withColumn("daily_demand_units", F.coalesce(soon, late).cast(UNITS))
    )


def foretold(forecast: DataFrame, day: SparkColumn) -> DataFrame:
    """Return `foretold` units of each product and of each day `ahead`, 1 for the first; of weeks where it has no days.

    A week stands on its first day with a seventh of its units; one that runs already stands on the first day ahead.
    """
    is_week = F.col("granularity") == "week"
    is_running = is_week & (F.col("forecast_on") > F.date_sub(day, 7))
    future = forecast.where(~F.col("is_history") & ((F.col("forecast_on") >= day) | is_running))
    finest = F.min("granularity").over(Window.partitionBy("system", "product_key"))  # day comes before week
    units = F.greatest("units", F.lit(0)) / F.when(is_week, F.lit(7)).otherwise(F.lit(1))
    return future.withColumn("finest", finest).where(F.col("granularity") == F.col("finest")).select(
        "system",
        F.col("product_key").alias("product_id"),
        F.greatest(F.date_diff("forecast_on", day) + 1, F.lit(1)).alias("ahead"),
        units.cast(MEAN).alias("foretold"),
    )  # fmt: skip


def mean_of(days: str) -> SparkColumn:
    """Mean of what is foretold of the first days."""
    is_meant = F.col("ahead") <= F.col(days)
    return F.try_divide(F.sum(F.when(is_meant, F.col("foretold"))), F.count_if(is_meant)).cast(MEAN)


def with_orders(items: DataFrame, purchases: DataFrame, *, day: SparkColumn, overdue_days: int) -> DataFrame:
    """Add `on_order_units`: what was ordered for the place, and its share of what was ordered for none that is told.

    An order that is older than `overdue_days` does not come any more.
    """
    awaited = purchases.where(F.date_diff(day, F.col("ordered_on")) <= overdue_days)
    still = F.greatest(F.sum("ordered_units") - F.sum("due_units") - F.sum("arrived_units"), F.lit(0))
    renamed = {"product_key": "product_id", "location_key": "location_id"}
    open_units = awaited.withColumnsRenamed(renamed).groupBy(*ITEM).agg(still.cast(UNITS).alias("placed"))
    unplaced = open_units.where(F.col("location_id") == UNKNOWN).select(*PRODUCT, F.col("placed").alias("unplaced"))
    shared = F.coalesce(F.col("unplaced") * F.col("share"), F.lit(0))
    return (
        items.join(open_units, on=list(ITEM), how="left")
        .join(unplaced, on=list(PRODUCT), how="left")
        .withColumn("on_order_units", (F.coalesce("placed", F.lit(0)) + shared).cast(UNITS))
    )


def safety_factor(service_level: Decimal) -> float:
    """Return z: so many standard deviations of stock meet demand in that share of lead times (normal quantile)."""
    return NormalDist().inv_cdf(float(service_level))


def safety_stock(service_level: Decimal) -> SparkColumn:
    """z × √(L·σd² + d²·σL²), of daily demand d and lead time L in days with their standard deviations."""
    demand, demand_spread, days = (
        F.col(name).cast("double") for name in ("daily_demand_units", "demand_spread_units", "lead_time_days")
    )
    days_spread = F.coalesce(F.col("lead_time_spread_days").cast("double"), F.lit(0.0))
    variance = days * demand_spread * demand_spread + demand * demand * days_spread * days_spread
    return F.round(F.lit(safety_factor(service_level)) * F.sqrt(F.greatest(variance, F.lit(0.0))), 3).cast(UNITS)


def is_short() -> SparkColumn:
    """Whether stock and orders are not above the reorder point of something that is asked for."""
    return (F.col("cover_units") > 0) & (position() <= F.col("reorder_point_units"))


def position() -> SparkColumn:
    """What is there, was ordered, or is as good as ordered."""
    return F.col("stock_units") + F.col("on_order_units") + F.col("approved_units")


def whole_packs(units: SparkColumn) -> SparkColumn:
    """At least the minimum order, and the next whole number of packs."""
    least = F.greatest(units, F.col("minimum_order_quantity"))
    return (F.ceil(F.try_divide(least, "pack_size")) * F.col("pack_size")).cast(UNITS)


def decided(decisions: DataFrame, day: SparkColumn) -> DataFrame:
    """Return the newest decision on each suggestion made up to a day; those on later suggestions are not known yet."""
    newest = Window.partitionBy(*ITEM, "suggested_on").orderBy(F.desc("decided_at"), F.desc("event_id"))
    made = decisions.where(F.col("suggested_on") <= day)
    return made.withColumn("place", F.row_number().over(newest)).where("place = 1").drop("place")


def with_approved(
    items: DataFrame, decisions: DataFrame, orders: DataFrame, *, day: SparkColumn, days: int
) -> DataFrame:
    """Add `approved_units`, which count as on order though no order for them is known.

    They do for so many `days` at most, less what was ordered since the oldest of these decisions: for the place, or
    the share of what was ordered for none that is told.
    """
    is_waiting = F.col("action").isin("approved", "edited") & (F.date_add("suggested_on", days) > day)
    waiting = decisions.where(is_waiting).groupBy(*ITEM).agg(
        F.sum("quantity").alias("agreed"),
        F.min("suggested_on").alias("agreed_on"),
        F.collect_set("supplier_id").alias("sellers"),
        F.bool_or(F.col("supplier_id").isNull()).alias("is_from_anybody"),
    )  # fmt: skip
    left = (
        F.col("agreed") - F.coalesce("placed_here", F.lit(0)) - F.coalesce("placed_anywhere", F.lit(0)) * F.col("share")
    )
    return (
        items.join(waiting.select(*ITEM, "agreed"), on=list(ITEM), how="left")
        .join(placed_since(waiting, orders), on=list(ITEM), how="left")
        .withColumn("approved_units", F.greatest(left, F.lit(0)).cast(UNITS))
    )


def placed_since(waiting: DataFrame, orders: DataFrame) -> DataFrame:
    """Return `placed_here` and `placed_anywhere`: units ordered from a supplier agreed on, or from one not told."""
    placed = orders.where(F.col("ordered_units") > 0).select(
        F.col("system").alias("their_system"),
        "product_key",
        "supplier_key",
        "location_key",
        "ordered_on",
        "ordered_units",
    )
    is_here, is_anywhere = (F.col("location_key") == other for other in (F.col("location_id"), F.lit(UNKNOWN)))
    is_seller = F.array_contains("sellers", F.col("supplier_key")) | (F.col("supplier_key") == UNKNOWN)
    is_meant = (
        (F.col("system") == F.col("their_system"))
        & (F.col("product_id") == F.col("product_key"))
        & (F.col("ordered_on") >= F.col("agreed_on"))
        & (is_here | is_anywhere)
        & (is_seller | F.col("is_from_anybody"))
    )
    return waiting.join(placed, on=is_meant).groupBy(*ITEM).agg(
        F.sum(F.when(is_here, F.col("ordered_units"))).alias("placed_here"),
        F.sum(F.when(~is_here, F.col("ordered_units"))).alias("placed_anywhere"),
    )  # fmt: skip


def rejected(decisions: DataFrame, *, day: SparkColumn, days: int) -> DataFrame:
    """Return the items whose newest decision is a rejection that holds still, and the `rejected_at_place` of urgency.

    It holds for so many `days`; whoever judges it further lets go of what has become more urgent.
    """
    newest = Window.partitionBy(*ITEM).orderBy(F.desc("suggested_on"), F.desc("decided_at"), F.desc("event_id"))
    last = decisions.withColumn("place", F.row_number().over(newest)).where("place = 1")
    holds = (F.col("action") == "rejected") & (F.date_add("suggested_on", days) > day)
    place = F.coalesce(urgency_place("urgency"), F.lit(0))
    return last.where(holds).select(*ITEM, place.alias("rejected_at_place"))


def reason() -> SparkColumn:
    """Say in one sentence why so much is to be ordered."""
    on_order = shown(F.col("on_order_units") + F.col("approved_units"))
    supplier = F.concat(F.lit(" from "), F.col("supplier_id"))
    return F.concat(
        *(
            shown("stock_units"),
            F.lit(" in stock and "),
            on_order,
            F.lit(" on order are not above the reorder point of "),
        ),
        *(shown("reorder_point_units"), F.lit(" (")),
        *(shown("daily_demand_units"), F.lit(" a day for "), shown("lead_time_days"), F.lit(" days, and ")),
        *(shown("safety_units"), F.lit(" for safety), so that "), shown("quantity"), F.lit(" are to come")),
        F.coalesce(supplier, F.lit(", and no supplier is known")),
        F.lit("."),
    )


def shown(units: str | SparkColumn) -> SparkColumn:
    """`1,204` or `3.5`: one decimal place where there is something to tell."""
    return F.regexp_replace(F.format_number(units, 1), r"\.0$", "")
