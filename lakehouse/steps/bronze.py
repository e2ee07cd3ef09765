"""Land the new files of a source in its Bronze table, as delivered."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse import ingest, ledger, store
from lakehouse.conform import bronze_column
from lakehouse.gate import Counts, table_rule
from lakehouse.ledger import Books, FileRecord, StepRecord
from lakehouse.plan import Facts
from lakehouse.quality import Fact
from lakehouse.steps.closing import audited, conclude
from lakehouse.steps.context import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import DataFrame

    from lakehouse.ingest import Delivered
    from lakehouse.landing import Found
    from lakehouse.plan import Step
    from lakehouse.steps.context import Context

CHECKS = (
    table_rule("mapped_columns_present"),
    table_rule("rows_appended_are_rows_read"),
)
MAX_FILES = 100_000
"""Files of one batch whose row counts are brought to the driver."""


def run(step: Step, step_id: str, context: Context) -> StepRecord:
    """Land what a source delivered: claim, append once, audit what was appended."""
    watch = Stopwatch()
    record = claim(step, step_id, context)
    delivered = read(record, step.files, context)
    if not delivered.files:
        return conclude(record, context, watch, books=Books())
    read_rows = land(delivered, record, context)
    record = ledger.note(context.lake, record, "published", counts=Counts(read_rows).to_json(), **watch.so_far())
    return finish(record, context, watch)


def claim(step: Step, step_id: str, context: Context) -> StepRecord:
    """Fix batch and files; a file that was delivered before and never published is withdrawn.

    The step comes first: a claimed file without a step would never be read again.
    """
    files = ledger.files(context.lake)
    mine = [file for file in files if file.source == step.source]
    batch = 1 + max((file.batch_id or 0 for file in mine if file.state != "void"), default=0)
    source = context.catalog.landing()[step.table]
    inputs = {"batch": batch, "source_hash": source.hash, "files": {found.path: found.sha256 for found in step.files}}
    version = context.lake.version(step.table)
    record = StepRecord(context.run_id, step_id, step.table, step.source, "claimed", step.reason, inputs, version)
    record = ledger.claim(context.lake, record)
    ledger.note_files(context.lake, withdrawn(step, mine, context))
    ledger.note_files(context.lake, [file_record(step.source, found, "claimed", batch=batch) for found in step.files])
    return record


def withdrawn(step: Step, files: Sequence[FileRecord], context: Context) -> list[FileRecord]:
    """Earlier contents under the same name that no finished step has judged.

    What lies beside the rows of a source is judged by no step and stays: the newest row of a key is what counts.
    """
    feeds = context.catalog.landing()[step.table].feeds
    if not feeds:
        return []
    consumed = Facts(steps=ledger.steps(context.lake)).consumed(feeds, step.source)
    again = {found.path for found in step.files}
    reason = "delivered again before it was published"
    return [
        replace(file, state="withdrawn", reason=reason)
        for file in files
        if file.path in again and file.state == "landed" and file.batch_id not in consumed
    ]


def file_record(source: str, found: Found, state: str, *, batch: int | None = None, reason: str = "") -> FileRecord:
    """Return what the ledger says of a file."""
    return FileRecord(source, found.path, found.size, found.modified_at, found.sha256, state, batch, reason=reason)


def read(record: StepRecord, files: Sequence[Found], context: Context) -> Delivered:
    """Read the claimed files; those that cannot be read are set aside, with the reason told and recorded."""
    source = context.catalog.landing()[record.table]
    known = context.lake.column_comments(record.table) if record.version_before is not None else {}
    delivered = ingest.read(source, files, context.spark, known_columns=tuple(n for n in known if n[0] != "_"))
    for message in (*(aside.reason for aside in delivered.set_aside), *delivered.warnings):
        context.tell(f"{record.table}: {message}")
    aside = [file_record(source.name, a.file, "set_aside", reason=a.reason) for a in delivered.set_aside]
    ledger.note_files(context.lake, aside)
    return delivered


def land(delivered: Delivered, record: StepRecord, context: Context) -> int:
    """Append the rows of all files in one commit; return how many were read."""
    from pyspark.sql import Observation

    rows = reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), delivered.frames)
    arrived = F.lit(ledger.now()).cast("timestamp")
    stamped = rows.withColumn("_batch_id", F.lit(record.inputs["batch"]).cast("long")).withColumn(
        "_ingested_at", arrived
    )
    seen = Observation()
    store.append(
        stamped.observe(seen, F.count(F.lit(1)).alias("rows")), context.lake, record.table, app_id=record.app_id
    )
    return int(seen.get["rows"] or 0)


def finish(record: StepRecord, context: Context, watch: Stopwatch) -> StepRecord:
    """Audit the rows that one batch appended, and close the step."""
    rows = batch_of(record, context)
    per_file = rows_per_file(rows)
    counts = Counts.from_json(record.counts)
    found = facts(record, rows, context, per_file=per_file)
    verdict = audited(record, context, rules=CHECKS, counts=counts, facts=found)
    note_landed(record, per_file, context, state="set_aside" if verdict.blocks else "landed")
    total = sum(per_file.values())
    books = Books(read=total, held=total) if verdict.blocks else Books(read=total, published=total)
    appended = replace(record, version_after=store.commit_of(context.lake, record.table, record.app_id).version)
    return conclude(appended, context, watch, books=books, verdict=verdict)


def batch_of(record: StepRecord, context: Context) -> DataFrame:
    """Return the rows of the step's batch."""
    rows = store.read_all(context.spark, context.lake, record.table)
    return rows.where(F.col("_batch_id") == record.inputs["batch"])


def rows_per_file(rows: DataFrame) -> dict[str, int]:
    """Count the rows of each file of a batch."""
    counted = rows.groupBy("_file").agg(F.count(F.lit(1)).alias("rows")).limit(MAX_FILES).collect()
    return {row["_file"]: row["rows"] for row in counted}


def facts(record: StepRecord, rows: DataFrame, context: Context, *, per_file: Mapping[str, int]) -> dict[str, Fact]:
    """Say whether what lies in Bronze is what was read, with every column that the source maps."""
    origins = ingest.origins(context.catalog.landing()[record.table])
    missing = [origin for origin in origins if bronze_column(rows.schema, origin) is None]
    appended, expected = sum(per_file.values()), Counts.from_json(record.counts).rows
    return {
        "mapped_columns_present": Fact(
            not missing, len(origins), len(missing), f"missing: {', '.join(missing) or 'none'}"
        ),
        "rows_appended_are_rows_read": Fact(
            appended == expected, expected, abs(appended - expected), f"{appended} rows"
        ),
    }


def note_landed(record: StepRecord, per_file: Mapping[str, int], context: Context, *, state: str) -> None:
    """Record the rows that each file of the batch gave."""
    claimed = [
        file
        for file in ledger.files(context.lake)
        if file.source == record.source and file.batch_id == record.inputs["batch"] and file.state == "claimed"
    ]
    ledger.note_files(context.lake, [replace(f, state=state, rows=per_file.get(f.path, 0)) for f in claimed])


def resume(record: StepRecord, context: Context) -> StepRecord:
    """Finish what an earlier run began: a batch that is in Bronze is never read again, another one is void."""
    watch = Stopwatch()
    if not context.lake.committed(record.table, record.app_id):
        return void(record, context)
    if record.state == "claimed":
        rows = sum(rows_per_file(batch_of(record, context)).values())
        record = ledger.note(context.lake, record, "published", counts=Counts(rows).to_json())
    return finish(record, context, watch)


def void(record: StepRecord, context: Context) -> StepRecord:
    """Give up a claim whose rows never reached Bronze; its files are new again."""
    mine = [f for f in ledger.files(context.lake) if f.source == record.source and f.state == "claimed"]
    batch = record.inputs["batch"]
    ledger.note_files(context.lake, [replace(f, state="void", batch_id=batch) for f in mine if f.batch_id == batch])
    return ledger.note(context.lake, record, "failed", error="ended before its rows reached Bronze; read again")
