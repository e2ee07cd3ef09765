"""What an amount is worth in the reporting currency on the day of its sale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.table import CROSS_RATE

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def with_rate(lines: DataFrame, rates: DataFrame, *, of: Column, into: str, reporting: str) -> DataFrame:
    """Add `into`: the rate on the day of sale of the currency that `of` tells; 1 for the reporting currency itself.

    NULL where none is known for that day.
    """
    own = F.when(of == reporting, F.lit(1))
    found = rates.select(
        F.col("currency").alias("their_currency"),
        F.col("sold_on").alias("their_day"),
        F.col("rate").alias("their_rate"),
    )
    met = (of == F.col("their_currency")) & (F.col("sold_on") == F.col("their_day"))
    return (
        lines.join(found, on=met, how="left")
        .withColumn(into, F.coalesce(own, "their_rate").cast(CROSS_RATE))
        .drop("their_currency", "their_day", "their_rate")
    )
