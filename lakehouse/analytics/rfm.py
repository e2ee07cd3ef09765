"""Recency, frequency, monetary: how recently, how often and for how much a customer bought, as scores and a segment.

Hughes, A. M. (1994), *Strategic Database Marketing*: five groups by each measure, 5 the best.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.business.customers import pairs_of
from lakehouse.table import INTEGER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

GROUPS = 5
CUTS = (0.2, 0.4, 0.6, 0.8)


def scored(customers: DataFrame, within: Sequence[str], *, ties: str = "value") -> DataFrame:
    """Add `recency_score`, `frequency_score` and `monetary_score`, 1 to 5, among the customers of each `within`.

    Reads `customer_key`, `recency_days`, `orders` and `net_amount`. A customer without a recency takes no part and gets
    NULL. Recency is always cut by value. The others are too with `ties="value"`, the default: customers who did the
    same score the same, and no score hangs on how customers are numbered; groups are then as uneven as the counts are.
    `ties="rank"` makes groups of one size, as much of the literature does: equals are told apart in order of customer
    number, shorter numbers first.
    """
    ordered = by_rank if ties == "rank" else by_value
    latest_best = GROUPS + 1 - by_value(F.col("recency_days"), within)
    return (
        customers.withColumn("recency_score", latest_best.cast(INTEGER))
        .withColumn("frequency_score", ordered(of_members("orders"), within).cast(INTEGER))
        .withColumn("monetary_score", ordered(of_members("net_amount"), within).cast(INTEGER))
    )


def of_members(measure: str) -> SparkColumn:
    """Return a measure of those who take part; NULL for all others."""
    return F.when(F.col("recency_days").isNotNull(), F.col(measure))


def by_value(measure: SparkColumn, within: Sequence[str]) -> SparkColumn:
    """1 + the number of cuts that the value exceeds; the cuts part the values in fifths, linearly interpolated."""
    cuts = F.percentile(measure, list(CUTS)).over(Window.partitionBy(*within))
    above = [F.when(measure > F.get(cuts, F.lit(n)), 1).otherwise(0) for n in range(len(CUTS))]
    return F.when(measure.isNotNull(), reduce(lambda one, other: one + other, above, F.lit(1)))


def by_rank(measure: SparkColumn, within: Sequence[str]) -> SparkColumn:
    """Fifth of the ranks, from low to high, to which the customer's belongs; cut by value, as ranks are values too."""
    business = Window.partitionBy(*within)
    order = business.orderBy(measure.asc_nulls_last(), F.length("customer_key"), "customer_key")
    steps = GROUPS * (F.row_number().over(order) - 1)
    found = F.ceil(F.try_divide(steps, F.count(measure).over(business) - 1))
    return F.when(measure.isNotNull(), F.greatest(F.lit(1), F.coalesce(found, F.lit(1))))


def segment(segments: Mapping[str, str]) -> SparkColumn:
    """Name of the segment to which `recency_score` and `frequency_score` belong; NULL without scores."""
    cell = F.col("recency_score") * 10 + F.col("frequency_score")
    named = F.lit(None).cast("string")
    for name, cells in segments.items():
        named = F.when(cell.isin([10 * recency + frequency for recency, frequency in pairs_of(cells)]), name).otherwise(
            named
        )
    return named
