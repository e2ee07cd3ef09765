"""All rows of a step together: those that came in, those judged again, those restored; each with its outcome."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from pyarrow.fs import FileSystem
from pyspark.sql import functions as F

from lakehouse.lake import stored_schema
from lakehouse.quality import SEEN
from lakehouse.steps.silver.again import MOVED, moved_rows, rows_again
from lakehouse.steps.silver.building import judged_rows, published_rows, with_verdict
from lakehouse.steps.silver.restoring import delivered_before, giving_way, is_of_replaced_file
from lakehouse.steps.silver.snapshots import arrival_of
from lakehouse.steps.silver.versions import listed_again, with_listed_before
from lakehouse.table import Merge

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.steps.context import Context
    from lakehouse.steps.silver.again import Keep


def compared_rows(record: StepRecord, context: Context, keep: Keep) -> DataFrame:
    """Return every row of the step with what becomes of it; what publishing needs beside them is kept."""
    again, target = rows_again(record, context, keep), published_rows(record, context)
    moved = None
    table = context.table(record)
    if again is not None and target is not None and isinstance(table.write, Merge):
        moved = keep(moved_rows(with_verdict(record, context, again), target, table), MOVED)
        target = target.join(moved.select(*table.grain), on=list(table.grain), how="left_anti").select(*target.columns)
    lines = giving_way(record, context, moved)
    before = delivered_before(record, context, lines=lines, again=again)
    rows = rows_of_step(record, context, again=again, before=before)
    if target is not None and "_again" in rows.columns:
        target = described(target, record, context)
    return judged_rows(record, context, rows, target=target, keep=keep)


def rows_of_step(
    record: StepRecord, context: Context, *, again: DataFrame | None, before: DataFrame | None
) -> DataFrame:
    """Return what the step judges: its batches, rows judged again and what others said of lines that give way."""
    none = F.lit(None).cast("string")
    restored = None if before is None else before.withColumn("_again", F.lit(col=True))
    listed = None if again is None else listed_again(record, context, again)
    found = [frame for frame in (again, restored, listed) if frame is not None]
    if not found:
        return with_listed_before(record, context)
    if any(record.inputs["batches"].values()):
        found.append(with_listed_before(record, context).withColumn("_again", F.lit(col=False)))
    alike = [frame if SEEN in frame.columns else frame.withColumn(SEEN, none) for frame in found]
    return reduce(lambda one, other: one.unionByName(other), alike)


def described(target: DataFrame, record: StepRecord, context: Context) -> DataFrame:
    """Add to published rows when they arrived and whether their file gives way."""
    replaced = is_of_replaced_file(record, context)
    gives_way = F.lit(col=False) if replaced is None else replaced
    arrival = arrival_of(F.col("source"), F.col("_batch_id"), context)
    return target.withColumns({"_gives_way": gives_way, "_arrival": arrival})


def moved_before(record: StepRecord, context: Context) -> DataFrame | None:
    """Return the moved rows that were kept when the step was staged; None where it judged nothing again."""
    folder = context.lake.beside_staging(record.step_id, MOVED)
    files, path = FileSystem.from_uri(folder)
    if files.get_file_info(path).type.name != "Directory":
        return None
    return context.spark.read.schema(stored_schema(context.table(record))).parquet(folder)
