"""Publish what was audited in one commit: a whole mart is replaced, of its slices only what differs is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse import ledger, store
from lakehouse.errors import Unbalanced
from lakehouse.gate import Counts, files_of, staged_rows
from lakehouse.ledger import Books
from lakehouse.steps.closing import clear_staging, conclude, folder_of_changes
from lakehouse.steps.gold.building import published
from lakehouse.steps.gold.slices import noted_slices
from lakehouse.store import Commit

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.steps.context import Context, Stopwatch
    from lakehouse.steps.gold.slices import Slices


def publish(record: StepRecord, context: Context, watch: Stopwatch) -> StepRecord:
    """Publish an audited mart as it was staged, and close its step."""
    if record.state != "published":
        record = commit(record, context)
    clear_staging(record, context)
    return conclude(record, context, watch, books=record.books)


def commit(record: StepRecord, context: Context) -> StepRecord:
    """Publish the staged rows, unless an earlier run did; from then on their staging is not needed."""
    counts = Counts.from_json(record.counts)
    if context.lake.committed(record.table, record.app_id):
        done = store.commit_of(context.lake, record.table, record.app_id)
    else:
        done = write(record, context)
    books = Books(read=counts.rows, published=done.added, duplicate=counts.outcomes.get("duplicate", 0))
    if counts.outcomes and done.added != counts.outcomes["published"]:
        what = f"published should be {counts.outcomes['published']}, committed were {done.added}"
        raise Unbalanced(record.name, what=what, landed="Its rows were published")
    return ledger.note(
        context.lake, record, "published", version_after=done.version, books=with_replaced(books, done, counts)
    )


def with_replaced(books: Books, done: Commit, counts: Counts) -> Books:
    """Add the rows that gave way; of a whole mart all did, which says nothing."""
    return replace(books, replaced=done.removed if counts.outcomes else 0)


def write(record: StepRecord, context: Context) -> Commit:
    """Make the commit of a step; none when its slices are what they were."""
    table, folder = context.table(record), context.lake.staging(record.step_id)
    slices = noted_slices(table, folder)
    context.lake.create(table, store.properties(table, context.settings.retention.releases))
    rows = staged_rows(context.spark, folder)
    if slices is None:
        whole = store.stored(rows, table)
        return store.replace(whole, context.lake, table.name, app_id=record.app_id, staged=folder)
    return write_slices(rows, slices, record, context=context)


def write_slices(rows: DataFrame, slices: Slices, record: StepRecord, *, context: Context) -> Commit:
    """Merge the rows that are new, differ or are gone; where nothing gives way, append the staged files as they are."""
    table = context.table(record)
    news = rows.where(F.col("_outcome") == "published")
    changes = store.stored(news, table)
    gone = vanished(rows, slices, record, context=context)
    is_gone, gives_way = not gone.isEmpty(), not news.where("_replaces").isEmpty()
    if is_gone or gives_way:
        merged = changes.withColumn("_change", F.lit("upsert"))
        merged = merged.unionByName(gone.withColumn("_change", F.lit("delete"))) if is_gone else merged
        few = Counts.from_json(record.counts).outcomes["published"]
        within, folder = slices.values(), folder_of_changes(record, context, rows=few)
        return store.merge(merged, context.lake, table, app_id=record.app_id, within=within, folder=folder)
    if not Counts.from_json(record.counts).outcomes["published"]:
        return Commit(record.version_before or 0, added=0, removed=0)
    files = files_of(context.lake.staging(record.step_id), "published")
    return store.append(changes, context.lake, table.name, app_id=record.app_id, staged=files)


def vanished(rows: DataFrame, slices: Slices, record: StepRecord, *, context: Context) -> DataFrame:
    """Return the published rows of the slices that the build no longer gives."""
    table = context.table(record)
    still_there = rows.select(*table.grain)
    gone = published(record, slices, context).join(still_there, on=list(table.grain), how="left_anti")
    return store.stored(gone, table)
