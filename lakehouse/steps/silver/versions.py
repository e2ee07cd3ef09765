"""Versions of a table with `History`: what a snapshot is compared with, and one commit of what truly changes."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse import store
from lakehouse.gate import Counts, files_of
from lakehouse.lake import stored_schema
from lakehouse.quality import is_published, write_of
from lakehouse.quarantine import ROW
from lakehouse.steps.closing import folder_of_changes
from lakehouse.steps.silver.again import bronze_again
from lakehouse.steps.silver.building import built_from, built_rows, in_places, incoming_rows, sources_of
from lakehouse.steps.silver.snapshots import snapshots_of
from lakehouse.store import Commit

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.settings import Source
    from lakehouse.steps.context import Context
    from lakehouse.table import Table


def with_listed_before(record: StepRecord, context: Context) -> DataFrame:
    """Return the rows of the step's batches and, to see what is missing, those of the snapshots before them."""
    before = [listed_before(record, source, context) for source in sources_of(record, context)]
    frames = [incoming_rows(record, context), *(rows for rows in before if rows is not None)]
    return reduce(lambda one, other: one.unionByName(other), frames)


def listed_before(record: StepRecord, source: Source, context: Context) -> DataFrame | None:
    """Return the rows of the last snapshot that an earlier step judged, to be compared with the first one here."""
    place = snapshots_of(record, source, context).before
    if place is None:
        return None
    batch, path = place
    claimed = record.inputs["batches"][source.name]
    both = replace(record, inputs={**record.inputs, "batches": {source.name: [*claimed, batch]}})
    return (
        built_rows(both, source, context)
        .where((F.col("_batch_id") == batch) & (F.col("_file") == path))
        .withColumn("_listed_before", F.lit(col=True))
    )


def listed_again(record: StepRecord, context: Context, again: DataFrame) -> DataFrame | None:
    """Return the rows of earlier snapshots under the keys of rows that are `again` judged, to see what is missing.

    Under the keys that they have now, and those that they were delivered with: a fix may have given them another.
    """
    each = [listed_earlier(record, source, context, again=again) for source in sources_of(record, context)]
    found = [rows for rows in each if rows is not None]
    return reduce(lambda one, other: one.unionByName(other), found) if found else None


def listed_earlier(record: StepRecord, source: Source, context: Context, *, again: DataFrame) -> DataFrame | None:
    """Return those rows of one source; the snapshot before the step's own is compared as a whole, so not here."""
    snapshots = snapshots_of(record, source, context)
    places = [place for place in snapshots.earlier if place != snapshots.before]
    if not places:
        return None
    key = list(write_of(context.table(record)).key)
    mine = again.where(F.col("source") == source.name)
    delivered = bronze_again(record, source, context).join(mine.select(*ROW), on=list(ROW), how="left_semi")
    unfixed = replace(record, inputs={**record.inputs, "decided": {}})
    keys = mine.select(*key).unionByName(built_from(delivered, unfixed, source, context=context).select(*key))
    batches = [*record.inputs["batches"][source.name], *sorted({batch for batch, _ in places})]
    whole = replace(record, inputs={**record.inputs, "batches": {source.name: batches}})
    rows = built_rows(whole, source, context).where(in_places(places))
    listed = rows.join(F.broadcast(keys.distinct()), on=key, how="left_semi").select(*rows.columns)
    return listed.withColumns({"_listed_before": F.lit(col=True), "_again": F.lit(col=False)})


def publish_versions(staged: DataFrame, record: StepRecord, context: Context) -> Commit:
    """Bring the staged versions into the table in one commit: as they are where it knows none of their keys.

    `added` of the Commit are those of them that came in by this step.
    """
    outcomes = Counts.from_json(record.counts).outcomes
    if record.inputs["full"]:
        return take_in(store.replace, staged, record, context=context, beside=outcomes.get("kept", 0))
    if not (outcomes.get("published", 0) or outcomes.get("kept", 0) or outcomes.get("gone", 0)):
        return unchanged(record, context)
    if staged.where("_replaces").isEmpty():
        return take_in(store.append, staged, record, context=context, beside=outcomes.get("kept", 0))
    done = merge_changes(staged, record, context)
    return replace(done, added=found_again(staged, record, context, version=done.version))


def take_in(
    write: Callable[..., Commit], staged: DataFrame, record: StepRecord, *, context: Context, beside: int
) -> Commit:
    """Append the versions, or replace all by them; where none stands beside the published ones, their files move."""
    rows = store.stored(staged.where(is_published()), context.table(record))
    files = "" if beside else files_of(context.lake.staging(record.step_id), "published")
    done = write(rows, context.lake, record.table, app_id=record.app_id, staged=files)
    return replace(done, added=done.added - beside)


def unchanged(record: StepRecord, context: Context) -> Commit:
    """Leave the table at its version."""
    return Commit(context.lake.version(record.table) or 0, 0, 0)


def merge_changes(staged: DataFrame, record: StepRecord, context: Context) -> Commit:
    """Merge what differs from the table as the step found it; where nothing does, nothing is committed."""
    table = context.table(record)
    folder = folder_of_changes(record, context, rows=Counts.from_json(record.counts).rows)
    old = store.read(context.spark, context.lake, table, version=record.version_before)
    changes = changes_of(staged, old, table).persist()
    try:
        if changes.isEmpty() and not context.lake.committed(table.name, record.app_id):
            return unchanged(record, context)
        return store.merge(changes, context.lake, table, app_id=record.app_id, within={}, folder=folder)
    finally:
        changes.unpersist()


def changes_of(staged: DataFrame, old: DataFrame, table: Table) -> DataFrame:
    """Return the versions that differ from the table or are new, and those that the table has no more."""
    key, grain = list(table.grain[:-1]), list(table.grain)
    whole = F.struct(*stored_schema(table).fieldNames())
    settled = staged.where(is_published() | (F.col("_outcome") == "gone"))
    new = store.stored(settled.where(is_published()), table).select(*grain, whole.alias("_new"))
    was = old.join(settled.select(*key).distinct(), on=key, how="left_semi").select(*grain, whole.alias("_old"))
    both = new.join(was, on=grain, how="full_outer").where(~F.col("_new").eqNullSafe(F.col("_old")))
    change = F.when(F.col("_new").isNull(), "delete").otherwise("upsert")
    return both.select(F.coalesce("_new", "_old").alias("_row"), change.alias("_change")).select("_row.*", "_change")


def found_again(staged: DataFrame, record: StepRecord, context: Context, *, version: int) -> int:
    """Count the rows to be published that are in the table now."""
    place = ["source", "_batch_id", "_file", "_row_id"]
    table = store.read(context.spark, context.lake, context.table(record), version=version)
    promised = staged.where("_outcome = 'published'").select(*place)
    return int(promised.join(table.select(*place), on=place, how="left_semi").agg(F.count(F.lit(1))).collect()[0][0])
