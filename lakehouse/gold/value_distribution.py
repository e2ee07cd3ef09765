"""How large orders are: the middle, the tail and everything between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.columns import share
from lakehouse.rules import between, reconciles
from lakehouse.table import INTEGER, LONG, MONEY, RATE, STRING, Column, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

BUSINESS = ("system", "currency")
MOST_BINS = 40
"""Between nothing and the value that 99 of 100 orders stay below."""


@table(
    "gold.value_distribution",
    grain=(*BUSINESS, "bin"),
    inputs={"baskets": "gold.basket_cube"},
    traces={"bin": ""},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("bin", INTEGER, "1 = from nothing on, then upwards; 0 = orders below nothing.", nullable=False),
        Column("from_amount", MONEY, "Smallest value of the bin; NULL: no smallest.", unit="currency"),
        Column("below_amount", MONEY, "Values of the bin are smaller; NULL: no largest.", unit="currency"),
        Column("orders", LONG, "Orders of such a value.", nullable=False),
        Column("net_amount", MONEY, "What these orders came to.", nullable=False, unit="currency"),
        Column("order_share", RATE, "Orders ÷ all orders of the business.", unit="share"),
        Column("median_amount", MONEY, "Half of all orders of the business are smaller.", unit="currency"),
        Column("p90_amount", MONEY, "90 of 100 orders of the business are smaller.", unit="currency"),
        Column("p99_amount", MONEY, "99 of 100 orders of the business are smaller.", unit="currency"),
        Column("mean_amount", MONEY, "Mean order of the business.", unit="currency"),
    ),
    rules=(
        reconciles("net_amount", "gold.basket_cube"),
        between("bin", 0, None),
    ),
)
def value_distribution(baskets: DataFrame) -> DataFrame:
    """One row per system, currency and bin of order values; bins between the first and the last are there when empty.

    The value of an order is the net amount of the products it sold; returns are no orders. Quantiles are exact, with
    linear interpolation (Hyndman and Fan 1996, type 7): one number per distinct value is held, and values are money.
    Bins are as wide as Freedman and Diaconis (1981) say, 2 × interquartile range ÷ ∛orders, but no more than 40 up to
    the 99 % quantile, rounded up to 1, 2 or 5 times a power of ten. What lies above that quantile's bin is one bin.
    Built whole: one order more moves the quantiles, and with them every bin.
    """
    values = baskets.groupBy(*BUSINESS, "order_id").agg(F.sum("net_amount").cast(MONEY).alias("value"))
    spread = spread_of(values)
    counted = (
        values.join(F.broadcast(spread), on=list(BUSINESS))
        .groupBy(*BUSINESS, bin_of().alias("bin"))
        .agg(F.count_if(F.lit(True)).alias("orders"), F.sum("value").cast(MONEY).alias("net_amount"))
    )
    bins = spread.withColumn("bin", F.explode(F.sequence(F.least(bin_of("lowest"), F.lit(1)), bin_of("highest"))))
    return (
        bins.join(counted, on=[*BUSINESS, "bin"], how="left")
        .withColumn("from_amount", F.when(F.col("bin") > 0, ((F.col("bin") - 1) * F.col("width")).cast(MONEY)))
        .withColumn("below_amount", F.when(F.col("bin") <= F.col("bins"), (F.col("bin") * F.col("width")).cast(MONEY)))
        .withColumn("orders", F.coalesce("orders", F.lit(0)).cast(LONG))
        .withColumn("net_amount", F.coalesce("net_amount", F.lit(0)).cast(MONEY))
        .withColumn("order_share", share(F.col("orders"), F.sum("orders").over(Window.partitionBy(*BUSINESS))))
        .select(*value_distribution.column_names)
    )


def spread_of(values: DataFrame) -> DataFrame:
    """Return quantiles, mean, width of a bin and number of bounded bins of each business."""
    return (
        values.groupBy(*BUSINESS)
        .agg(
            F.percentile("value", [0.25, 0.5, 0.75, 0.9, 0.99]).alias("quantiles"),
            F.avg("value").cast(MONEY).alias("mean_amount"),
            F.min("value").alias("lowest"),
            F.max("value").alias("highest"),
            F.count(F.lit(1)).alias("all"),
        )
        .withColumn("median_amount", F.get("quantiles", 1).cast(MONEY))
        .withColumn("p90_amount", F.get("quantiles", 3).cast(MONEY))
        .withColumn("p99_amount", F.get("quantiles", 4).cast(MONEY))
        .withColumn("width", width())
        .withColumn("bins", F.greatest(F.ceil(F.col("p99_amount") / F.col("width")), F.lit(1)).cast(INTEGER))
        .drop("quantiles", "all")
    )


def width() -> SparkColumn:
    """Width of a bin: 1, 2 or 5 times a power of ten, a cent at least."""
    between_quartiles = F.get("quantiles", 2) - F.get("quantiles", 0)
    wanted = F.greatest(2 * between_quartiles / F.cbrt("all"), F.get("quantiles", 4) / MOST_BINS, F.lit(0.01))
    decade = F.pow(F.lit(10.0), F.floor(F.log10(wanted)))
    times = F.round(wanted / decade, 9)
    rounded = F.when(times <= 1, 1).when(times <= 2, 2).when(times <= 5, 5).otherwise(10)
    return (rounded * decade).cast(MONEY)


def bin_of(value: str = "value") -> SparkColumn:
    """Bin that a value falls into."""
    place = F.floor(F.col(value) / F.col("width")) + 1
    return F.when(F.col(value) < 0, 0).otherwise(F.least(place, F.col("bins") + 1)).cast(INTEGER)
