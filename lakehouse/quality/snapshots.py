"""What a snapshot says by what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.quality.history import PLACE, write_of

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from lakehouse.table import Table

MARKS = ("_snapshot", "_next", "_listed_before")
"""Number of a row's snapshot, the snapshot after it, and whether the row was judged by an earlier step."""


def with_missing(rows: DataFrame, table: Table) -> DataFrame:
    """Add a statement of deletion for each key that a snapshot lists and the next one of its source does not.

    `rows` carry `_snapshot` (a number; NULL: part of none), `_next` (struct of place, `sequence_at` and `arrival`;
    NULL behind the last one) and `_listed_before` (the row only tells what was listed, and is left out). A row that
    broke a rule lists its key too. Added statements have no row in Bronze, and `_comes_in` is false.
    """
    if "_snapshot" not in rows.columns:
        return rows.withColumn("_comes_in", F.lit(col=True))
    alone, beside = F.array(F.lit(col=False)), F.array(F.lit(col=False), F.lit(col=True))
    judged = rows.repartition(*write_of(table).key).withColumn("_goes_missing", goes_missing(table))
    each = judged.withColumn("_is_missing", F.explode(F.when(F.col("_goes_missing"), beside).otherwise(alone)))
    told = each.where(F.col("_is_missing") | ~F.coalesce("_listed_before", F.lit(col=False)))
    missing = {name: F.when(F.col("_is_missing"), value).otherwise(F.col(name)) for name, value in said(rows, table)}
    return (
        told.withColumns(missing)
        .withColumn("_comes_in", ~F.col("_is_missing"))
        .drop("_is_missing", "_goes_missing", *MARKS)
    )


def goes_missing(table: Table) -> Column:
    """Whether a row is the first of its key in its snapshot, and the next one has none."""
    key = write_of(table).key
    listed = Window.partitionBy("source", *key).orderBy("_snapshot").rangeBetween(1, Window.unboundedFollowing)
    once = Window.partitionBy("source", *key, "_snapshot").orderBy(*PLACE)
    listed_next = F.coalesce(F.min("_snapshot").over(listed) == F.col("_snapshot") + 1, F.lit(col=False))
    has_key = F.lit(col=True)
    for name in key:
        has_key = has_key & F.col(name).isNotNull()
    return has_key & F.col("_next").isNotNull() & (F.row_number().over(once) == 1) & ~listed_next


def said(rows: DataFrame, table: Table) -> list[tuple[str, Column]]:
    """What a statement of deletion says in each column of the rows: its key, its moment, and nothing else."""
    told = {name: F.col(name) for name in ("source", *write_of(table).key)}
    told |= {"_batch_id": F.col("_next.batch_id"), "_file": F.col("_next.file")}
    told |= {"_sequence_at": F.col("_next.sequence_at"), "_arrival": F.col("_next.arrival")}
    told |= {"is_deleted": F.lit(col=True), "is_current": F.lit(col=False), "valid_from_at": F.col("_next.sequence_at")}
    told |= {name: F.lit(col=False) for name in ("_repeated", "_stale")}
    told |= {name: F.array().cast("array<string>") for name in ("_broken", "_corrected")}
    told |= {name: F.col(name) for name in ("_remembers", *MARKS)}
    return [(field.name, told.get(field.name, F.lit(None).cast(field.dataType))) for field in rows.schema]
