"""How good the demand forecast is: tried from days in the past, beside the two simplest forecasts there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType

from lakehouse.analytics.forecast import judged, series_of
from lakehouse.columns import share
from lakehouse.rules import covers, one_of, satisfies
from lakehouse.table import FLAG, INTEGER, LONG, RATE, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import AsOf, Business

ALL = "all"
CHOSEN = "chosen"
METHODS = (CHOSEN, "seasonal naive", "last value", "mean of 8 weeks")
SUM = DecimalType(28, 6)
"""Sums are exact, so that their order does not matter."""


@table(
    "gold.forecast_accuracy",
    grain=("system", "category", "granularity", "method"),
    inputs={"days": "gold.daily_products"},
    traces={"granularity": "", "method": ""},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("category", STRING, "Category of the products; 'all' for all of them.", nullable=False),
        Column("granularity", STRING, "'day' or 'week'.", nullable=False),
        Column(
            "method", STRING, "'chosen' is that of gold.demand_forecast; the others are yardsticks.", nullable=False
        ),
        Column("series", LONG, "Products judged.", nullable=False),
        Column("cuts", INTEGER, "Days in the past from which it was tried.", nullable=False),
        Column("points", LONG, "Days or weeks foretold, over all products and cuts.", nullable=False),
        Column("actual_units", UNITS, "Units sold in them.", nullable=False, unit="units"),
        Column("wape", RATE, "Sum of absolute errors ÷ units sold; NULL without a sale.", unit="share"),
        Column("mase", RATE, "Mean absolute error ÷ that of repeating the week before; NULL where none.", unit="ratio"),
        Column("bias", RATE, "Expected less sold ÷ units sold; above 0: too much is expected.", unit="share"),
        Column("band_coverage", RATE, "Share of points inside the band; only of 'chosen'.", unit="share"),
        Column("is_better", FLAG, "Nearer than both yardsticks by WAPE and by MASE; only of 'chosen'."),
    ),
    rules=(
        covers("category", "gold.daily_products", where="is_product AND product_key <> 'unknown'"),
        one_of("granularity", ("day", "week")),
        one_of("method", METHODS),
        satisfies(
            "chosen.beats_both", f"is_better OR category <> '{ALL}'", columns=("category", "is_better"), severity="warn"
        ),
    ),
    refresh="daily at 00:30",
    release_group="forecast",
)
def forecast_accuracy(days: DataFrame, *, params: Business, as_of: AsOf) -> DataFrame:
    """One row per system, category, granularity and method.

    Built whole: every cut moves on with the day of `as_of`. It reads the cube of days, never a fact.
    The forecast is made from `forecast.cuts` days, each `forecast.horizon_days` before the next and the last so long
    before `as_of`, of what was known then, and held against what followed (rolling origin: Tashman 2000). Judged are
    the products that were modelled at a cut, all methods on the same ones. One of several categories counts in each.
    - WAPE (Kolassa and Schütz 2007), MASE (Hyndman and Koehler 2006; over products and cuts, naive error of a week
      before on the past of the cut; a product without such an error is left out), bias, coverage of the band
    - seasonal naive, last value: the last week again; mean of 8 weeks: of the last 8 same weekdays, of the last 8 weeks
    That the chosen method is not better than both is a warning: the forecast is still there, and a buyer who is refused
    it has none; the numbers say how far to trust it.
    """
    series = series_of(days, params.forecast, as_of, categories=F.array_sort(F.collect_set("category")))
    sums = judged(series, params.forecast)
    categories = F.explode(F.array_union(F.col("categories"), F.array(F.lit(ALL)))).alias("category")
    added = sums.withColumn("of", F.col("cuts")).select("*", categories)
    found = added.groupBy(*forecast_accuracy.grain).agg(
        F.count_if(F.col("of") > 0).alias("series"),
        F.max("of").cast(INTEGER).alias("cuts"),
        F.sum("points").cast(LONG).alias("points"),
        *(exact_sum(name) for name in ("actual", "error", "absolute", "covered", "scaled", "scaled_cuts")),
    )
    rated = found.select(
        *forecast_accuracy.grain,
        "series",
        "cuts",
        "points",
        F.col("actual").try_cast(UNITS).alias("actual_units"),
        share("absolute", "actual").alias("wape"),
        share("scaled", "scaled_cuts").alias("mase"),
        share("error", "actual").alias("bias"),
        F.when(F.col("method") == CHOSEN, share("covered", "points")).alias("band_coverage"),
    )
    return rated.withColumn("is_better", F.when(F.col("method") == CHOSEN, better("wape") & better("mase")))


def exact_sum(name: str) -> SparkColumn:
    """Sum of what was summed up for each series, which has six decimals."""
    return F.sum(F.col(name).try_cast(SUM)).alias(name)


def better(measure: str) -> SparkColumn:
    """Whether the chosen method is nearer than every other of its system, category and granularity."""
    others = Window.partitionBy("system", "category", "granularity")
    return F.col(measure) < F.min(F.when(F.col("method") != CHOSEN, F.col(measure))).over(others)
