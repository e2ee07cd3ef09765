"""Bring one source's waiting Bronze rows into its Silver table, or leave the table as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse import ledger
from lakehouse.errors import Unbalanced
from lakehouse.gate import Counts, stage, staged_rows
from lakehouse.ledger import Books
from lakehouse.plan import delivered_since
from lakehouse.steps.closing import abandon, audited, conclude, landed, seen
from lakehouse.steps.context import MANY_ROWS, Stopwatch
from lakehouse.steps.silver.again import keep_in
from lakehouse.steps.silver.building import derived_columns, rules_for, sources_of
from lakehouse.steps.silver.claiming import claim, corrections, rows_claimed
from lakehouse.steps.silver.comparing import compared_rows
from lakehouse.steps.silver.publishing import books_of, publish

if TYPE_CHECKING:
    from pyspark.sql import Column

    from lakehouse.gate import Verdict
    from lakehouse.ledger import StepRecord
    from lakehouse.plan import Step
    from lakehouse.steps.context import Context


def run(step: Step, step_id: str, context: Context) -> StepRecord:
    """Judge the waiting rows of a source (a full refresh: all rows of all sources) and publish the good ones."""
    watch = Stopwatch()
    record = claim(step, step_id, context)
    if record.is_finished:
        return record
    record = staged(record, context, watch)
    verdict = audit(record, context)
    if verdict.blocks:
        rows = books_of(record, context).read
        context.tell(blocked_message(record, verdict, context))
        return conclude(record, context, watch, books=Books(read=rows, held=rows), verdict=verdict)
    record = ledger.note(context.lake, record, "audited", docs=verdict.link, **watch.so_far())
    return publish(record, context, watch)


def staged(record: StepRecord, context: Context, watch: Stopwatch) -> StepRecord:
    """Write the judged rows once, counting every rule, outcome and correction."""
    table, sources = context.table(record), sources_of(record, context)
    derived = {source.name: derived_columns(source, table) for source in sources}
    counts = stage(
        compared_rows(record, context, keep_in(record, context)),
        folder=context.lake.staging(record.step_id),
        rules=rules_for(record, context),
        corrections=corrections(sources, derived, context),
        nullable=[column.name for column in table.columns if column.nullable],
        by_month_of=clustered_by(record, context),
    )
    record = ledger.note(context.lake, record, "staged", counts=counts.to_json(), **watch.so_far())
    if not (books := books_of(record, context)).balanced:
        raise Unbalanced(record.name, what=f"staged rows do not balance: {books}", landed=landed(record))
    if any(source.adapter for source in sources):
        refuse_uneven(record, context, made=books.read - Counts.from_json(record.counts).replayed)
    return record


def refuse_uneven(record: StepRecord, context: Context, *, made: int) -> None:
    """Raise Unbalanced when an adapter gave more or fewer rows than were delivered."""
    delivered = rows_claimed(record, context)
    if made != delivered:
        what = f"an adapter made {made:,} rows of {delivered:,} delivered ones; it has to give one for each"
        raise Unbalanced(record.name, what=what, landed=landed(record))


def clustered_by(record: StepRecord, context: Context) -> str:
    """Return the date that the files of a large step are clustered by, so that later merges find few of them."""
    prune = context.table(record).prune
    return prune if prune and rows_claimed(record, context) >= MANY_ROWS else ""


def audit(record: StepRecord, context: Context) -> Verdict:
    """Let Great Expectations judge the staged rows."""
    rows = staged_rows(context.spark, context.lake.staging(record.step_id))
    return audited(
        record,
        context,
        rules=rules_for(record, context),
        counts=Counts.from_json(record.counts),
        facts={},
        staged=rows,
        ceiling=context.table(record).ceiling,
    )


def blocked_message(record: StepRecord, verdict: Verdict, context: Context) -> str:
    """Say what is bad, in which file, what readers see and what to do."""
    worst = worst_file(record, context)
    return (
        f"{record.name}: blocked, nothing published: {'; '.join(verdict.reasons)}. {worst}"
        f"{judged_because(record, context)}Readers still see {seen(record)}. "
        f"Docs: {context.settings.roots.docs}/{verdict.link}; "
        f"repair the file and deliver it again under the same name, or: jobs/quarantine.py discard <file>"
    )


def judged_because(record: StepRecord, context: Context) -> str:
    """Name the files of other parts that made the step judge earlier rows again; empty where none did."""
    files = ledger.deliveries(context.lake)
    found = [
        file for source in record.inputs.get("parts_before", {}) for file in delivered_since(record, source, files)
    ]
    return f"Earlier rows are judged again because of {', '.join(found)}. " if found else ""


def worst_file(record: StepRecord, context: Context) -> str:
    """Name the file with the largest share of bad rows, and the rule that most of them break."""
    rows = staged_rows(context.spark, context.lake.staging(record.step_id))
    bad = F.col("_outcome") == "quarantined"
    share = F.count_if(bad) / F.count(F.lit(1))
    rule = F.mode(F.when(bad, cause()))
    found = rows.groupBy("_file").agg(share.alias("share"), rule.alias("rule")).orderBy(F.desc("share"), "_file")
    worst = found.limit(1).collect()
    if not worst or not worst[0]["share"]:
        return ""
    return f"Worst file: {worst[0]['_file']}, {worst[0]['share'] * 100:.1f} % ({worst[0]['rule']}). "


def cause() -> Column:
    """The first rule that a row breaks; a value that could not be read is why it is missing, so it comes before."""
    unread = F.filter("_broken", lambda rule: rule.endswith(".parses"))
    return F.coalesce(F.get(unread, F.lit(0)), F.get("_broken", F.lit(0)))


def resume(record: StepRecord, context: Context) -> StepRecord:
    """Finish what an earlier run began: from `audited` on it is published as it was judged then.

    Unless its rows cannot be rows of a contract that has changed since; then all of them are judged again.
    """
    if record.state in {"claimed", "staged"} or is_outgrown(record, context):
        return abandon(record, context)
    return publish(record, context, Stopwatch())


def is_outgrown(record: StepRecord, context: Context) -> bool:
    """Whether staged rows that are not committed lack what the contract asks for now: types, columns, grain."""
    if record.state == "published" or context.lake.committed(record.table, record.app_id):
        return False
    table = context.table(record)
    staged = staged_rows(context.spark, context.lake.staging(record.step_id)).schema
    kinds = {field.name: field.dataType for field in staged}
    wanted = {column.name: column.type for column in table.columns if not column.nullable or column.name in kinds}
    return record.inputs["grain"] != list(table.grain) or any(kinds.get(name) != kind for name, kind in wanted.items())
