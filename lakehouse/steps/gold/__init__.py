"""Bring a mart to what its inputs say now: the slices that they touched, or the whole of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.catalog import rules_of
from lakehouse.gate import Counts, staged_rows
from lakehouse.ledger import Books
from lakehouse.quality import facts_of
from lakehouse.rules import TABLE_RULES
from lakehouse.steps.closing import abandon, audited, conclude
from lakehouse.steps.context import Stopwatch, judged_by
from lakehouse.steps.gold.building import reference_rows, staged, whole_rows
from lakehouse.steps.gold.claiming import claim
from lakehouse.steps.gold.publishing import publish

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.gate import Verdict
    from lakehouse.ledger import StepRecord
    from lakehouse.plan import Step
    from lakehouse.quality import Fact
    from lakehouse.steps.context import Context
    from lakehouse.steps.gold.slices import Slices


def run(step: Step, step_id: str, context: Context) -> StepRecord:
    """Bring a mart to what its inputs say now, or leave it as it was."""
    watch = Stopwatch()
    record, slices = claim(step, step_id, context)
    if record.is_finished:
        return record
    if slices is not None and not slices.keys:
        return untouched(record, context, watch)
    record = staged(record, slices, context, watch=watch)
    judged = audit(record, slices, context)
    if judged.blocks:
        return conclude(record, context, watch, books=held(record), verdict=judged)
    record = ledger.note(context.lake, record, "audited", docs=judged.link, **watch.so_far())
    return publish(record, context, watch)


def untouched(record: StepRecord, context: Context, watch: Stopwatch) -> StepRecord:
    """Record that the inputs changed nowhere that the mart looks."""
    record = ledger.note(context.lake, record, "published", version_after=record.version_before)
    return conclude(record, context, watch, books=Books())


def audit(record: StepRecord, slices: Slices | None, context: Context) -> Verdict:
    """Judge the staged mart: its rows, and its sums against the tables it comes from."""
    table = context.table(record)
    rows = staged_rows(context.spark, context.lake.staging(record.step_id))
    return audited(
        record,
        context,
        rules=rules_of(table),
        counts=Counts.from_json(record.counts),
        facts=facts(rows, record, slices, context=context),
        staged=rows,
        ceiling=table.ceiling,
    )


def facts(rows: DataFrame, record: StepRecord, slices: Slices | None, *, context: Context) -> dict[str, Fact]:
    """Judge the table rules: slice by slice where the other table has the slices' keys, else the mart as it will be."""
    table, others = context.table(record), reference_rows(record, slices, context)
    rules = [rule for rule in rules_of(table) if rule.of_table]
    if slices is None:
        return facts_of(rows, table, rules, others=others)
    driving = {name for name in others if slices.drive(context.catalog.table(name))}
    by_slice = [rule for rule in rules if isinstance(rule.helper, TABLE_RULES) and rule.helper.table in driving]
    by_whole = [rule for rule in rules if rule not in by_slice]
    found = facts_of(rows, table, by_slice, others=others)
    if by_whole:
        found |= facts_of(whole_rows(rows, record, slices, context=context), table, by_whole, others=others)
    return found


def held(record: StepRecord) -> Books:
    """Return the books of a blocked mart."""
    rows = Counts.from_json(record.counts).rows
    return Books(read=rows, held=rows)


def resume(record: StepRecord, context: Context) -> StepRecord:
    """Finish what an earlier run began: publish what was audited, build anything else anew.

    A mart whose contract or build changed meanwhile is built anew too, unless its rows are committed.
    """
    now = judged_by(context.catalog, context.settings, context.table(record))
    outdated = record.inputs["hash"] != now and not context.lake.committed(record.table, record.app_id)
    if record.state in {"claimed", "staged"} or outdated:
        return abandon(record, context)
    return publish(record, context, Stopwatch())
