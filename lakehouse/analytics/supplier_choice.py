"""From whom to buy: how suppliers keep their word, and which of a product's suppliers scores best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.columns import share
from lakehouse.table import MONEY, RATE, UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

PRODUCT = ("system", "product_id")


def lead_time() -> SparkColumn:
    """Mean days from order to receipt, of `lead_days` over `received_lines`; NULL where nothing came yet."""
    return F.round(F.try_divide("lead_days", "received_lines"), 3).cast(UNITS)


def lead_time_spread() -> SparkColumn:
    """Sample standard deviation of the days from order to receipt; NULL for fewer than two receipts."""
    days, lines = F.col("lead_days").cast("double"), F.col("received_lines").cast("double")
    variance = F.try_divide(F.col("lead_days_squared") - F.try_divide(days * days, lines), lines - 1)
    spread = F.round(F.sqrt(F.greatest(variance, F.lit(0.0))), 3).cast(UNITS)
    return F.when(F.col("received_lines") > 1, spread)


def last_costs(purchases: DataFrame) -> DataFrame:
    """Return `unit_cost` and `currency` of each product from each supplier: the mean of the last day with an order.

    Where that day knows several currencies, the first in the alphabet.
    """
    keys = ("system", "supplier_key", "product_key")
    days = purchases.groupBy(*keys, "ordered_on", "currency").agg(
        F.sum("ordered_amount").alias("amount"), F.sum("ordered_units").alias("units")
    )
    newest = Window.partitionBy(*keys).orderBy(F.desc("ordered_on"), "currency")
    last = days.where("units > 0").withColumn("place", F.row_number().over(newest)).where("place = 1")
    return last.select(*keys, "currency", F.try_divide("amount", "units").cast(MONEY).alias("unit_cost"))


def scored(candidates: DataFrame, weights: Mapping[str, Decimal]) -> DataFrame:
    """Add to each supplier of a product its `price_score`, `reliability_score`, `delivery_score`, `score` and `rank`.

    Simple additive weighting over ratios to the best (Hwang and Yoon, Multiple Attribute Decision Making, 1981): what
    should be small scores best ÷ own, what should be large own ÷ best, so that the best of a product has 1 and a single
    supplier 1 in everything. What is not known of a supplier scores like the worst that is known of the others.
    Costs are compared in the product's main currency, that of most of its suppliers (of equals the first in the
    alphabet); a cost in another one counts as not known. Equal scores go to the lower cost in the main currency, the
    shorter lead time, the smaller id.
    """
    all_of = Window.partitionBy(*PRODUCT)
    price = smaller_is_better("main_cost", F.min("main_cost").over(all_of))
    delivery = smaller_is_better("told_days", F.min("told_days").over(all_of))
    reliability = larger_is_better("kept_rate", F.max("kept_rate").over(all_of))
    parts = {"price": price, "reliability": reliability, "delivery": delivery}
    known = with_main_cost(candidates).select("*", *(part.alias(f"{name}_ratio") for name, part in parts.items()))
    for name in parts:
        ratio = F.col(f"{name}_ratio")
        unknown = F.coalesce(F.min(ratio).over(all_of), F.lit(1))
        known = known.withColumn(f"{name}_score", F.coalesce(ratio, unknown).cast(RATE))
    best = all_of.orderBy(F.desc("score"), F.asc_nulls_last("main_cost"), "lead_time_days", "supplier_id")
    total = sum((F.col(f"{name}_score") * F.lit(weights[name]) for name in parts), start=F.lit(0))
    return known.withColumn("score", F.round(total, 6).cast(RATE)).withColumn("rank", F.row_number().over(best))


def with_main_cost(candidates: DataFrame) -> DataFrame:
    """Add `main_cost`, the cost in the `main_currency` of the product; NULL in any other, and where it is not known."""
    known = candidates.withColumn("payers", F.count("unit_cost").over(Window.partitionBy(*PRODUCT, "currency")))
    place = F.when(F.col("unit_cost").isNotNull(), F.struct(-F.col("payers"), "currency"))
    main = F.min(place).over(Window.partitionBy(*PRODUCT))["currency"]
    own = F.when(F.col("currency") == F.col("main_currency"), F.col("unit_cost"))
    return known.withColumn("main_currency", main).withColumn("main_cost", own).drop("payers")


def smaller_is_better(column: str, best: SparkColumn) -> SparkColumn:
    """Best ÷ own, 1 for the best itself; NULL for what is not known."""
    return bounded(F.when(F.col(column) == best, F.lit(1)).otherwise(share(best, F.col(column))))


def larger_is_better(column: str, best: SparkColumn) -> SparkColumn:
    """Own ÷ best, 1 for the best itself; NULL for what is not known."""
    return bounded(F.when(F.col(column) == best, F.lit(1)).otherwise(share(F.col(column), best)))


def bounded(ratio: SparkColumn) -> SparkColumn:
    """Between 0 and 1; NULL stays NULL."""
    return F.when(ratio.isNotNull(), F.least(F.greatest(ratio, F.lit(0)), F.lit(1))).cast(RATE)


def reason() -> SparkColumn:
    """Say in words what speaks for or against a supplier of a product."""
    return F.concat_ws(", ", price_words(), *kept_words(), lead_words())


def price_words() -> SparkColumn:
    """Say how its cost compares with that of the product's other suppliers."""
    all_of = Window.partitionBy(*PRODUCT)
    number, best = F.count(F.lit(1)).over(all_of), F.min("main_cost").over(all_of)
    above = F.round(100 * (F.try_divide("main_cost", best) - 1), 0).try_cast("int")
    of_all = F.concat(F.lit("cheapest of "), number.cast("string"))
    return (
        F.when(number == 1, F.lit("only supplier"))
        .when(F.col("unit_cost").isNull(), F.lit("cost not known"))
        .when(F.col("main_cost").isNull(), F.concat(F.lit("not compared: cost in "), F.col("currency")))
        .when(F.col("main_cost") == best, of_all)
        .when(above.isNull(), F.concat(F.lit("dearer than the "), of_all))
        .otherwise(F.concat(above.cast("string"), F.lit(" % above the "), of_all))
    )


def kept_words() -> tuple[SparkColumn, SparkColumn]:
    """Say how often it came in time and how much of what was ordered came in order."""
    return (
        F.when(F.col("on_time_rate").isNull(), F.lit("nothing promised has come yet")).otherwise(
            F.concat(F.lit("on time "), percent("on_time_rate"))
        ),
        F.when(F.col("fill_rate").isNotNull(), F.concat(F.lit("filled "), percent("fill_rate"))),
    )


def lead_words() -> SparkColumn:
    """Say how long it takes."""
    days = F.concat(F.format_number("lead_time_days", 1), F.lit(" days to deliver"))
    return F.when(F.col("told_days").isNull(), F.lit("lead time not known")).otherwise(days)


def percent(rate: str) -> SparkColumn:
    """`94 %` of 0.94."""
    return F.concat(F.round(100 * F.col(rate), 0).cast("int").cast("string"), F.lit(" %"))
