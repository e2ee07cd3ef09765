"""What the book says lies in stock, put together from parts: movements, days or months, in any order of arrival."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.table import LONG, UNITS, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

ITEM = ("system", "product_id", "location_id")
"""What has a stock of its own."""

FLOWS = (
    Column("movements", LONG, "Movements, counts among them.", nullable=False),
    Column("received_units", UNITS, "Units that came from suppliers or other places.", nullable=False, unit="units"),
    Column("sold_units", UNITS, "Units sold.", nullable=False, unit="units"),
    Column("returned_units", UNITS, "Units that customers brought back.", nullable=False, unit="units"),
    Column("written_off_units", UNITS, "Units lost, broken or thrown away.", nullable=False, unit="units"),
    Column("units", UNITS, "Units that came less units that went; counts aside.", nullable=False, unit="units"),
)
"""What adds up from part to part."""

COUNTED = (
    Column("counted_units", UNITS, "Level that the last count found; NULL: nobody counted.", unit="units"),
    Column(
        "units_since_count",
        UNITS,
        "Units that came less units that went after the last count, or in all without one.",
        nullable=False,
        unit="units",
    ),
)
"""What a part does to the level: it adds units, or a count in it sets the level anew."""

URGENCIES = ("critical", "high", "medium", "low")
"""The most urgent first."""


def as_parts(movements: DataFrame) -> DataFrame:
    """Return each movement as a part of its own; a count adds nothing and sets the level."""
    is_count, quantity = F.col("kind") == "count", F.col("quantity")
    nothing = F.lit(0)

    def of(kind: str, sign: int) -> SparkColumn:
        return F.when(F.col("kind") == kind, quantity * sign).otherwise(nothing).cast(UNITS)

    return movements.select(
        *movements.columns,
        F.lit(1).cast(LONG).alias("movements"),
        of("receipt", 1).alias("received_units"),
        of("sale", -1).alias("sold_units"),
        of("return", 1).alias("returned_units"),
        of("write_off", -1).alias("written_off_units"),
        F.when(is_count, nothing).otherwise(quantity).cast(UNITS).alias("units"),
        F.when(is_count, quantity).cast(UNITS).alias("counted_units"),
        F.when(is_count, nothing).otherwise(quantity).cast(UNITS).alias("units_since_count"),
    )


def joined(
    parts: DataFrame, keys: Sequence[str], *, order: Sequence[str], also: Sequence[SparkColumn] = ()
) -> DataFrame:
    """Return one part for each of `keys` that says what its parts say in their order; `also` is aggregated beside.

    The last count sets the level, and what came and went after it adds to that; a part says both of itself, so that
    days join to months as movements join to days, and nothing depends on which part arrived first.
    """
    place = F.struct(*order)
    last = F.max(F.when(F.col("counted_units").isNotNull(), place)).over(Window.partitionBy(*keys))
    placed = parts.withColumn("last_count", last)
    is_last = F.coalesce(place == F.col("last_count"), F.lit(col=False))
    is_later = F.coalesce(place > F.col("last_count"), F.lit(col=True))
    since = F.when(is_last, F.col("units_since_count")).when(is_later, F.col("units")).otherwise(F.lit(0))
    return placed.groupBy(*keys).agg(
        *(F.sum(flow.name).cast(flow.type).alias(flow.name) for flow in FLOWS),
        F.max(F.when(is_last, F.col("counted_units"))).cast(UNITS).alias("counted_units"),
        F.sum(since).cast(UNITS).alias("units_since_count"),
        *also,
    )


def level() -> SparkColumn:
    """Level at the end of a part that reaches back to the beginning."""
    return (F.coalesce("counted_units", F.lit(0)) + F.col("units_since_count")).cast(UNITS)


def urgency(cover: str, *, limits: Sequence[int]) -> SparkColumn:
    """How urgent it is that stock which lasts so many days is filled up: `limits` in days, of all but the last word.

    What nobody asks for has no cover and is never urgent.
    """
    steps = zip(reversed(URGENCIES[:-1]), reversed(limits), strict=True)
    lasting = F.lit(URGENCIES[-1])
    return reduce(lambda other, step: F.when(F.col(cover) <= step[1], step[0]).otherwise(other), steps, lasting)


def urgency_place(column: str) -> SparkColumn:
    """0 for the most urgent; NULL for what is no urgency."""
    return F.coalesce(*(F.when(F.col(column) == word, F.lit(place)) for place, word in enumerate(URGENCIES)))
