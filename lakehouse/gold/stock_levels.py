"""What is in stock, how many days it lasts, and how urgent it is to order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.demand import mean, spread, sums
from lakehouse.analytics.stock import COUNTED, FLOWS, ITEM, URGENCIES, joined, level, urgency
from lakehouse.rules import one_of, refers_to, satisfies
from lakehouse.table import DATE, FLAG, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from datetime import date

    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import AsOf, Business


@table(
    "gold.stock_levels",
    grain=("system", "product_id", "location_id"),
    inputs={"cube": "gold.stock_cube", "months": "gold.monthly_stock", "sold": "gold.daily_products"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("product_id", STRING, "Product as the business numbers it.", nullable=False),
        Column("location_id", STRING, "Store or warehouse whose stock it is.", nullable=False),
        Column("as_of_on", DATE, "The level is that at the beginning of this day.", nullable=False),
        Column("stock_units", UNITS, "Units that the book says are there.", nullable=False, unit="units"),
        Column("is_negative", FLAG, "The book says that less than nothing is there.", nullable=False),
        Column("last_counted_on", DATE, "Last day with a count; NULL: nobody counted."),
        Column("first_moved_on", DATE, "First day with a movement or count.", nullable=False),
        Column("last_moved_on", DATE, "Last day with a movement or count.", nullable=False),
        Column("daily_demand_units", UNITS, "Mean units sold a day, lately.", nullable=False, unit="units a day"),
        Column(
            "demand_spread_units",
            UNITS,
            "Sample standard deviation of the units sold a day, days without a sale among them.",
            nullable=False,
            unit="units a day",
        ),
        Column("days_of_cover", UNITS, "Stock ÷ mean daily demand, at least 0; NULL without demand.", unit="days"),
        Column("urgency", STRING, "How soon it runs out: critical, high, medium or low.", nullable=False),
    ),
    rules=(
        refers_to("product_id", "gold.stock_cube", with_columns=("location_id",)),
        one_of("urgency", URGENCIES),
        satisfies("stock_not_negative", "stock_units >= 0", columns=("stock_units",), severity="warn"),
        satisfies("demand_not_negative", "daily_demand_units >= 0", columns=("daily_demand_units",), severity="warn"),
    ),
)
def stock_levels(cube: DataFrame, months: DataFrame, sold: DataFrame, *, params: Business, as_of: AsOf) -> DataFrame:
    """One row per system, product and location with at least one movement or count before the day of judgement.

    Level = what the last count found + what came and went after it, from the end of the last whole month and the days
    since. Demand = units sold in the last `demand_days` days (returns not subtracted) ÷ these days, or ÷ the days
    since the item's first movement where it is younger. A business whose movements tell of no sale in that time has
    the demand of its sales, ÷ the days since the product's first sale or movement where these are fewer, in equal parts
    for all places that keep the product. Cover and its limits: days of supply as in Silver, Pyke and Peterson,
    Inventory Management and Production Planning and Scheduling (1998).
    Built whole, from cubes: the day of judgement moves every row.
    """
    day, window = as_of.day("system"), params.stock.demand_days
    recent = cube.where((F.col("moved_on") >= earliest(as_of, window)) & (F.col("moved_on") < day))
    stock = levels(recent, months, day)
    limits = (params.stock.critical_days, params.stock.high_days, params.stock.medium_days)
    return (
        with_demand(stock, recent, sold, day=day, window=window)
        .withColumn("as_of_on", day)
        .withColumn("is_negative", F.col("stock_units") < 0)
        .withColumn("days_of_cover", cover())
        .withColumn("urgency", urgency("days_of_cover", limits=limits))
        .select(*stock_levels.column_names)
    )


def earliest(as_of: AsOf, window: int) -> date:
    """First day that matters to any business: of its month, or of the time whose demand counts."""
    first = min((*as_of.days.values(), as_of.otherwise))
    return min(first.replace(day=1), first - timedelta(days=window))


def levels(recent: DataFrame, months: DataFrame, day: SparkColumn) -> DataFrame:
    """Return each item's level when the day begins, and its first and last days."""
    month = F.trunc(day, "month")
    ended = months.where(F.col("moved_month") < month).groupBy(*ITEM).agg(
        F.max_by("closing_units", "moved_month").alias("counted_units"),
        F.min("first_moved_on").alias("first_moved_on"),
        F.max("last_moved_on").alias("last_moved_on"),
        F.max("last_counted_on").alias("last_counted_on"),
    )  # fmt: skip
    nothing = [F.lit(0).cast(each.type).alias(each.name) for each in (*FLOWS, COUNTED[1])]
    closing = ended.select("*", F.date_sub(month, 1).alias("moved_on"), *nothing)
    since = recent.where(F.col("moved_on") >= month).drop("moved_month").select(
        "*",
        F.col("moved_on").alias("first_moved_on"),
        F.col("moved_on").alias("last_moved_on"),
        F.when(F.col("counted_units").isNotNull(), F.col("moved_on")).alias("last_counted_on"),
    )  # fmt: skip
    days = (
        F.min("first_moved_on").alias("first_moved_on"),
        F.max("last_moved_on").alias("last_moved_on"),
        F.max("last_counted_on").alias("last_counted_on"),
    )
    parts = closing.unionByName(since.select(*closing.columns))
    return joined(parts, ITEM, order=("moved_on",), also=days).withColumn("stock_units", level())


def with_demand(stock: DataFrame, recent: DataFrame, sold: DataFrame, *, day: SparkColumn, window: int) -> DataFrame:
    """Add mean and spread of the units sold a day: as the movements tell, else the business's sales in equal parts."""
    first = F.date_sub(day, window)
    moved = recent.where(F.col("moved_on") >= first).groupBy(*ITEM).agg(*sums("sold_units"))
    tells = moved.groupBy("system").agg(F.bool_or(F.col("sold") != 0).alias("tells_sales"))
    everywhere = Window.partitionBy("system", "product_id")
    lasted = F.least(F.lit(window), F.date_diff(day, F.col("first_moved_on")))
    # a product may have been sold long before anybody kept a book of its stock
    oldest = F.least(F.min("first_moved_on").over(everywhere), F.col("first_sold_on"))
    known = F.least(F.lit(window), F.date_diff(day, oldest))
    here = (
        stock.join(moved, on=list(ITEM), how="left")
        .withColumn("moved_demand", mean("sold", lasted))
        .withColumn("moved_spread", spread("sold", "squares", lasted))
        .drop("sold", "squares")
    )
    of_product = (
        here.join(products(sold, first, day), on=["system", "product_id"], how="left")
        .join(F.broadcast(tells), on="system", how="left")
        .withColumn("places", F.count(F.lit(1)).over(everywhere))
        .withColumn("sold_demand", F.try_divide(mean("sold", known), "places"))
        .withColumn("sold_spread", spread("sold", "squares", known) / F.sqrt("places"))
    )
    is_told = F.coalesce("tells_sales", F.lit(col=False))
    demand = F.when(is_told, F.col("moved_demand")).otherwise(F.col("sold_demand"))
    evenness = F.when(is_told, F.col("moved_spread").cast("double")).otherwise(F.col("sold_spread"))
    return of_product.withColumn("daily_demand_units", demand.cast(UNITS)).withColumn(
        "demand_spread_units", F.round(evenness, 3).cast(UNITS)
    )


def products(sold: DataFrame, first: SparkColumn, day: SparkColumn) -> DataFrame:
    """Return `sold`, `squares` and `first_sold_on` of each product from `first` to before `day`, in all currencies."""
    days = sold.where((F.col("sold_on") >= first) & (F.col("sold_on") < day))
    daily = days.groupBy("system", "product_key", "sold_on").agg(F.sum("sold_units").cast(UNITS).alias("day_units"))
    return daily.groupBy("system", F.col("product_key").alias("product_id")).agg(
        *sums("day_units"), F.min("sold_on").alias("first_sold_on")
    )


def cover() -> SparkColumn:
    """Days that the stock lasts; none where nobody asks for it."""
    stock, demand = F.greatest("stock_units", F.lit(0)), F.col("daily_demand_units")
    return F.when(demand > 0, F.try_divide(stock, demand).try_cast(UNITS))
