"""Rows that an earlier step judged and that are judged again: by decision, or because their day is judged again."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse import ledger, store
from lakehouse.conform import ORDERS
from lakehouse.quality import SEEN
from lakehouse.quarantine import GIVEN_UP, HELD, JUDGED_AGAIN, ROW
from lakehouse.steps.silver.building import built_from, in_places, rows_of_batches, sources_of
from lakehouse.steps.silver.claiming import outdated, places, replaced_paths, set_apart
from lakehouse.steps.silver.decided import held_places, known_rows
from lakehouse.steps.silver.parts import told_anew

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import Column, DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.settings import Source
    from lakehouse.steps.context import Context
    from lakehouse.table import Table

    Keep = Callable[[DataFrame, str], DataFrame]

AGAIN, MOVED = "again", "moved"
BY_DAY = "_by_day"


def keep_in(record: StepRecord, context: Context) -> Keep:
    """Return what writes a frame beside the step's staging and reads it back, so that it is worked out once."""

    def keep(rows: DataFrame, name: str) -> DataFrame:
        folder = context.lake.beside_staging(record.step_id, name)
        rows.write.mode("overwrite").parquet(folder)
        return context.spark.read.schema(rows.schema).parquet(folder)

    return keep


def in_session(rows: DataFrame, _name: str) -> DataFrame:
    """Work out a frame once and leave nothing in the lake: for a look at what would happen."""
    return rows.localCheckpoint()


def rows_again(record: StepRecord, context: Context, keep: Keep) -> DataFrame | None:
    """Return the rows that are judged again, built, with `_seen`, and those whose numbers they may change, as `_again`.

    None where a step has no such rows.
    """
    again = record.inputs.get("again", {})
    found = [again_of(record, source, context) for source in sources_of(record, context) if again.get(source.name)]
    return keep(reduce(lambda one, other: one.unionByName(other), found), AGAIN) if found else None


def again_of(record: StepRecord, source: Source, context: Context) -> DataFrame:
    """Return the rows of one source that are judged again, and the other lines of their orders that have no number."""
    numbered = is_numbered_here(source, context.table(record))
    meant = places_of(record, source, context)
    wanted = meant.select("_batch_id", "_file") if numbered else meant.select(*ROW)
    bronze = bronze_again(record, source, context)
    rows = built_from(
        bronze.join(wanted.distinct(), on=wanted.columns, how="left_semi"), record, source, context=context
    )
    known = rows.join(meant.drop("_file"), on=list(ROW), how="left")
    seen = F.when(~F.col(BY_DAY) | is_of_days(record, context.table(record)), F.col(SEEN))
    marked = known.withColumn(SEEN, seen).withColumn("_again", seen.isNull()).drop(BY_DAY)
    return with_companions(marked, record, source, context=context) if numbered else marked.where(~F.col("_again"))


def is_numbered_here(source: Source, table: Table) -> bool:
    """Whether lines are numbered among all lines of their file, so that one changes the numbers of others."""
    return "line_id" in table.column_names and source.mapped("line_id") is None


def is_of_days(record: StepRecord, table: Table) -> Column:
    """Whether a row is of the days that are judged again; false where the step is not about days."""
    days = record.inputs.get("days")
    if not days or not table.prune:
        return F.lit(col=False)
    first, last = (F.lit(day).cast("date") for day in days)
    return F.col(table.prune).between(first, last)


def with_companions(rows: DataFrame, record: StepRecord, source: Source, *, context: Context) -> DataFrame:
    """Leave, beside the rows that are judged again, those of the same order that are published or may be so now.

    Where there are no orders: of the same file. Not what is held, and not what a file said before it was delivered
    again.
    """
    order = Window.partitionBy("_batch_id", "_file", *(name for name in ORDERS if name in rows.columns))
    near = rows.withColumn("_near", F.max(~F.col("_again")).over(order)).where("_near").drop("_near")
    files = [file for file in ledger.deliveries(context.lake) if file.source == source.name and file.state == "landed"]
    mine = record.inputs["again"][source.name]
    gone = in_places(places(file for file in outdated(files) if file.batch_id in mine))
    rows = near.where(~F.col("_again") | ~gone)
    held = held_places(record, source, context)
    if held is None:
        return rows
    back = rows.join(held.withColumn("_held", F.lit(col=True)), on=list(ROW), how="left")
    return back.where(~F.col("_again") | F.col("_held").isNull()).drop("_held")


def bronze_again(record: StepRecord, source: Source, context: Context) -> DataFrame:
    """Return the Bronze rows of the batches of rows that are judged again, without files that people gave up."""
    batches = record.inputs["again"][source.name]
    rows = rows_of_batches(batches, record, source, context=context)
    whole = replace(record, inputs={**record.inputs, "batches": {source.name: batches}, "full": False})
    apart = set_apart(whole, source, ledger.deliveries(context.lake))
    return rows.where(~in_places(apart.withdrawn + apart.discarded))


def places_of(record: StepRecord, source: Source, context: Context) -> DataFrame:
    """Return where the rows stand that are judged again: `_batch_id _row_id _file _seen _by_day`.

    Rows of a file that gives way in this very step are left out: its new content is what is judged.
    """
    decided = decided_places(record, source, context)
    each = [] if decided is None else [decided]
    each += [*day_places(record, source, context), *told_anew_places(record, source, context)]
    found = reduce(lambda one, other: one.unionByName(other), each)
    gone = list(replaced_paths(record, source, context))
    if gone:
        found = found.where(~F.col("_file").isin(gone))
    # a row may be decided about and of the day as well; that it was held, and that it is meant in any case, counts
    return found.groupBy(*ROW, "_file").agg(F.min(SEEN).alias(SEEN), F.min(BY_DAY).alias(BY_DAY))


def decided_places(record: StepRecord, source: Source, context: Context) -> DataFrame | None:
    """Return the places of quarantined rows that people want judged again."""
    known = known_rows(record, source, context)
    if known is None:
        return None
    wanted = known.where(F.col("_is_pending") & F.col("action").isin(*JUDGED_AGAIN) & F.col("status").isNotNull())
    seen = F.when(F.col("status").isin(*HELD), "quarantine").otherwise("table")
    return wanted.select(*ROW, "_file", seen.alias(SEEN), F.lit(False).alias(BY_DAY))


def day_places(record: StepRecord, source: Source, context: Context) -> list[DataFrame]:
    """Return the places of published rows of the days, and of open rows, whose day is known once they are built."""
    if not record.inputs.get("days"):
        return []
    found = []
    published = published_places(record, source, context, where=is_of_days(record, context.table(record)))
    if published is not None:
        found.append(published.withColumn(BY_DAY, F.lit(False)))
    waiting = open_places(record, source, context)
    if waiting is not None:
        found.append(waiting.withColumn(BY_DAY, F.lit(True)))
    return found


def told_anew_places(record: StepRecord, source: Source, context: Context) -> list[DataFrame]:
    """Return the places of published and of open rows that say something else since another part was delivered."""
    if source.name not in record.inputs.get("parts_before", {}):
        return []
    changed = told_anew(bronze_again(record, source, context), record, source, context=context)
    each = (published_places(record, source, context), open_places(record, source, context))
    found = [places.withColumn(BY_DAY, F.lit(False)) for places in each if places is not None]
    return [places.join(changed, on=list(ROW), how="left_semi").select(places.columns) for places in found]


def published_places(
    record: StepRecord, source: Source, context: Context, *, where: Column | None = None
) -> DataFrame | None:
    """Return where the published rows of a source stand; None before there were any."""
    if record.version_before is None:
        return None
    old = store.read(context.spark, context.lake, context.table(record), version=record.version_before)
    mine = old.where(F.col("source") == source.name)
    return (mine if where is None else mine.where(where)).select(*ROW, "_file", F.lit("table").alias(SEEN))


def open_places(record: StepRecord, source: Source, context: Context) -> DataFrame | None:
    """Return where the rows of a source stand that the quarantine holds back and nobody gives up; None: it has none."""
    known = known_rows(record, source, context)
    if known is None:
        return None
    given_up = F.col("_is_pending") & F.col("action").isin(*GIVEN_UP)
    mine = known.where((F.col("status") == "open") & ~given_up)
    return mine.select(*ROW, "_file", F.lit("quarantine").alias(SEEN))


def moved_rows(judged: DataFrame, target: DataFrame, table: Table) -> DataFrame:
    """Return the rows of the table whose place is judged again and no longer gives a good row of their key and age."""
    place = ["source", *ROW]
    at = target.join(judged.select(*place).distinct(), on=place, how="left_semi").select(*target.columns)
    good = judged.where((F.size("_broken") == 0) & ~F.col("_repeated"))
    names = dict.fromkeys((*place, *table.grain, *table.newest))
    still = good.select(*(F.col(name).alias(f"_now_{name}") for name in names))
    same = reduce(lambda one, other: one & other, [at[name].eqNullSafe(still[f"_now_{name}"]) for name in names])
    return at.join(still, on=same, how="left_anti")
