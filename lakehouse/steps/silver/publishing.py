"""Publish what was audited: quarantine first, good rows second, each commit once; then check the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse import ledger, store
from lakehouse.errors import Unbalanced
from lakehouse.gate import RESTORED, Counts, files_of, staged_rows
from lakehouse.ledger import Books
from lakehouse.quality import is_published
from lakehouse.steps.closing import clear_staging, conclude, folder_of_changes
from lakehouse.steps.silver.building import sources_of
from lakehouse.steps.silver.claiming import Apart, set_apart
from lakehouse.steps.silver.comparing import moved_before
from lakehouse.steps.silver.restoring import giving_way
from lakehouse.steps.silver.setting_aside import publish_quarantine
from lakehouse.steps.silver.statements import keeps_versions
from lakehouse.steps.silver.versions import publish_versions
from lakehouse.store import Commit

if TYPE_CHECKING:
    from datetime import date

    from pyspark.sql import DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.steps.context import Context, Stopwatch
    from lakehouse.table import Table

MOST_DAYS = 10_000
"""Values of the pruning column that are brought to the driver."""


def publish(record: StepRecord, context: Context, watch: Stopwatch) -> StepRecord:
    """Publish an audited step as it was staged, and close it."""
    if record.state != "published":
        record = commit(record, context)
    clear_staging(record, context)
    return conclude(record, context, watch, books=record.books)


def commit(record: StepRecord, context: Context) -> StepRecord:
    """Publish the staged rows, unless an earlier run did; once recorded, their staging is not needed."""
    staged = staged_rows(context.spark, context.lake.staging(record.step_id))
    expected = books_of(record, context).quarantined
    quarantined = publish_quarantine(staged, record, context, expected=expected)
    done = publish_good(staged, record, context)
    books = books_of(record, context, replaced=done.removed)
    restored = Counts.from_json(record.counts).outcomes.get(RESTORED, 0)
    promised = (books.published + restored, books.quarantined)
    if promised != (done.added, quarantined):
        what = f"published and quarantined should be {promised}, committed were {(done.added, quarantined)}"
        raise Unbalanced(record.name, what=what, landed="Its rows were published")
    return ledger.note(context.lake, record, "published", version_after=done.version, books=books)


def books_of(record: StepRecord, context: Context, *, replaced: int = 0) -> Books:
    """Return what becomes of the rows of a step, those of files set apart included."""
    counts, apart = Counts.from_json(record.counts), set_apart_all(record, context)
    return Books(
        read=counts.incoming + apart.superseded + apart.waived,
        published=counts.outcomes["published"],
        quarantined=counts.outcomes["quarantined"] + apart.waived,
        duplicate=counts.outcomes["duplicate"],
        superseded=counts.outcomes["superseded"] + apart.superseded,
        replaced=replaced,
        corrected=sum(counts.corrected.values()),
        replayed=counts.replayed,
    )


def set_apart_all(record: StepRecord, context: Context) -> Apart:
    """Return what is set apart of all sources of a step, in rows."""
    files = ledger.deliveries(context.lake)
    each = [set_apart(record, source, files) for source in sources_of(record, context)]
    return Apart(superseded=sum(one.superseded for one in each), waived=sum(one.waived for one in each))


def publish_good(staged: DataFrame, record: StepRecord, context: Context) -> Commit:
    """Bring the published rows into the table in one commit: append where nothing gives way, else merge."""
    table = context.table(record)
    good = store.stored(staged.where(is_published()), table)
    context.lake.create(table, store.properties(table, context.settings.retention.releases))
    if keeps_versions(table):
        return publish_versions(staged, record, context)
    if record.inputs["full"]:
        return store.replace(
            good, context.lake, table.name, app_id=record.app_id, staged=files_of_good(record, context)
        )
    lines = giving_way(record, context, moved_before(record, context))
    if lines is None and not replaces(staged, record):
        return append_good(good, record, context)
    changes = good.withColumn("_change", F.lit("upsert"))
    if lines is not None:
        gone = vanished(staged, lines, table)
        changes = changes.unionByName(gone.withColumn("_change", F.lit("delete")))
    within = targets_within(staged, lines, table.prune)
    folder = folder_of_changes(record, context, rows=Counts.from_json(record.counts).rows)
    return store.merge(changes, context.lake, table, app_id=record.app_id, within=within, folder=folder)


def replaces(staged: DataFrame, record: StepRecord) -> bool:
    """Whether a staged row takes the place of a published one, or is no row of this step's books."""
    restored = Counts.from_json(record.counts).outcomes.get(RESTORED, 0)
    return bool(restored) or not staged.where("_replaces").isEmpty()


def append_good(good: DataFrame, record: StepRecord, context: Context) -> Commit:
    """Append; a step without good rows leaves the table's version as it was."""
    if not Counts.from_json(record.counts).outcomes["published"]:
        return Commit(context.lake.version(record.table) or 0, 0, 0)
    files = files_of_good(record, context)
    return store.append(good, context.lake, record.table, app_id=record.app_id, staged=files)


def files_of_good(record: StepRecord, context: Context) -> str:
    """Return where the files lie that hold nothing but the rows to be published."""
    return files_of(context.lake.staging(record.step_id), "published")


def vanished(staged: DataFrame, lines: DataFrame, table: Table) -> DataFrame:
    """Return the published lines that give way and whose key no good row of the step has."""
    still_there = staged.where(F.col("_outcome") != "quarantined").select(*table.grain).distinct()
    return lines.join(still_there, on=list(table.grain), how="left_anti").select(*lines.columns)


def targets_within(staged: DataFrame, lines: DataFrame | None, prune: str) -> dict[str, list[date]]:
    """Return the values of the pruning column in the published rows that give way."""
    if not prune:
        return {}
    days = staged.where("_replaces").select(F.col("_old_prune").alias("day"))
    if lines is not None:
        days = days.unionByName(lines.select(F.col(prune).alias("day")))
    found = [row["day"] for row in days.distinct().limit(MOST_DAYS + 1).collect()]
    return {} if None in found or len(found) > MOST_DAYS else {prune: found}
