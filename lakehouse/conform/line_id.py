"""Lines without a number of their own: identical ones are marked, the others named after what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.conform.values import value_before_spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column, DataFrame

    from lakehouse.conform.targets import Target
    from lakehouse.settings.values import Source
    from lakehouse.table import Table

PLACE, TOLD, SAID = "_place", "_told", "_said"
"""Hashes of where a row stands (batch, file, order), of all text delivered in it, and of what identifies its line."""

ORDERS = ("order_id", "purchase_order_id")
"""What lines belong to, in the tables that number lines."""


def fingerprint(columns: Sequence[Column]) -> Column:
    """64-bit hash of several values; unlike the bare hash, a NULL and its neighbour never trade places unseen."""
    return F.xxhash64(*columns, *[column.isNull() for column in columns])


def marked(rows: DataFrame) -> DataFrame:
    """Add `_repeated`: whether an identical row of the same file and batch came before."""
    again = Window.partitionBy(near(rows), PLACE, TOLD).orderBy("_row_id")
    return rows.withColumn("_repeated", F.row_number().over(again) > 1)


def numbered(rows: DataFrame) -> DataFrame:
    """Add `line_id`: hash of the identifying values, and which of the equal lines of its file and order it is.

    The hash has 64 bits: it has to be unique within an order only. Repeated rows do not count.
    """
    equal_lines = Window.partitionBy(near(rows), PLACE, SAID).orderBy("_row_id")
    nth = F.sum(F.when(F.col("_repeated"), 0).otherwise(1)).over(equal_lines)
    said = F.lower(F.lpad(F.hex(SAID), 16, "0"))
    return rows.withColumn("line_id", F.concat_ws("-", said, nth))


def with_lines(rows: DataFrame, source: Source, table: Table, *, targets: Sequence[Target]) -> DataFrame:
    """Add `_repeated` and, where the contract wants one that is not mapped, `line_id`, with one shuffle for both."""
    drops = source.identical_rows == "drop"
    names = "line_id" in table.column_names and source.mapped("line_id") is None
    if names:
        rows = rows.withColumn(
            SAID, fingerprint([value_before_spelling(target) for target in identity(source, targets)])
        )
    if names or drops:
        # by order alone, so that later comparisons by order and line need no shuffle of their own
        rows = rows.withColumn(PLACE, place(rows)).repartition(near(rows))
    rows = marked(rows) if drops else rows.withColumn("_repeated", F.lit(col=False))
    return numbered(rows) if names else rows


def near(rows: DataFrame) -> str:
    """Column that equal lines share: the order; without orders, what the rows say."""
    return next(name for name in (*ORDERS, SAID, TOLD) if name in rows.columns)


def place(rows: DataFrame) -> Column:
    """Where equal lines are looked for: batch, file and order."""
    return fingerprint([F.col(name) for name in ("_batch_id", "_file", near(rows))])


def identity(source: Source, targets: Sequence[Target]) -> list[Target]:
    """Targets that tell lines apart: those the source names, else all that are delivered."""
    if source.identity:
        return [target for target in targets if target.name in source.identity]
    return [target for target in targets if target.mapped.value is None]
