"""Run the steps of a plan in their order; what one failure means for the others."""

from __future__ import annotations

from dataclasses import replace
from traceback import format_tb
from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.errors import ConfigError, LakehouseError
from lakehouse.steps import bronze, gold, silver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lakehouse.ledger import StepRecord
    from lakehouse.plan import Plan, Step
    from lakehouse.run.telling import Teller
    from lakehouse.steps.context import Context

LAYERS = {"bronze": bronze, "silver": silver, "gold": gold}


def finish(records: Iterable[StepRecord], context: Context, teller: Teller) -> list[StepRecord]:
    """Finish what an earlier run began; what has to begin anew is left to the plan and is no failure of this run."""
    finished = []
    for record in records:
        teller.say(f"finishing {record.name} of run {record.run_id}: it was {record.state}", event="resume")
        mine = replace(record, run_id=context.run_id)
        try:
            closed = LAYERS[record.table.partition(".")[0]].resume(mine, context)
        except Exception as error:
            finished.append(fail(mine, error, context))
            teller.end(finished[-1])
            continue
        if closed.state != "failed":
            finished.append(closed)
            teller.end(closed)
    return finished


def execute(plan: Plan, context: Context, teller: Teller) -> list[StepRecord]:
    """Run every step; dependants of a failed step are skipped, those of a blocked one run on what is published."""
    ended: dict[str, StepRecord] = {}
    for place, step in enumerate(plan.steps, start=1):
        teller.begin(step.name, step.reason, place=place, of=len(plan.steps))
        step_id = f"{context.run_id}-{place:03d}"
        broken = [name for name in step.after if is_failed(name, ended)] + left_open(step.table, context)
        record = skip(step, step_id, context, broken=broken) if broken else attempt(step, step_id, context)
        ended[step.name] = record
        teller.end(record)
    return list(ended.values())


def is_failed(name: str, ended: Mapping[str, StepRecord]) -> bool:
    """Whether a step failed, or was skipped because another one did."""
    record = ended.get(name)
    return record is not None and (record.state == "failed" or (record.state == "skipped" and bool(record.error)))


def left_open(table: str, context: Context) -> list[str]:
    """Name the steps of a table that could not be finished: what they staged was compared with the table as it is.

    Bronze is compared with nothing; later batches land.
    """
    records = [] if table.startswith("bronze.") else ledger.steps(context.lake)
    return [f"{r.name} of run {r.run_id}" for r in records if r.table == table and not r.is_finished]


def attempt(step: Step, step_id: str, context: Context) -> StepRecord:
    """Run one step; an error becomes its last ledger row."""
    try:
        record: StepRecord = LAYERS[step.layer].run(step, step_id, context)
    except ConfigError:
        raise
    except Exception as error:
        begun = next((r for r in reversed(ledger.steps(context.lake)) if r.step_id == step_id), None)
        return fail(begun or planned(step, step_id, context), error, context)
    return record


def fail(record: StepRecord, error: Exception, context: Context) -> StepRecord:
    """Close a step as failed; one that may have committed stays open in the ledger, for the next run to finish."""
    text = str(error)
    if not isinstance(error, LakehouseError):
        text = f"{record.name}: {type(error).__name__}: {error}"
        context.tell(f"{record.name}: ended where nobody expects it:\n{''.join(format_tb(error.__traceback__))}")
    if stays_open(record):
        return replace(ledger.note(context.lake, record, record.state, error=text), state="failed")
    return ledger.note(context.lake, record, "failed", error=text)


def stays_open(record: StepRecord) -> bool:
    """Whether the next run must look: a claimed batch may lie in Bronze, an audited step is published as staged."""
    return not record.is_finished and (record.state in {"audited", "published"} or record.table.startswith("bronze."))


def skip(step: Step, step_id: str, context: Context, *, broken: list[str]) -> StepRecord:
    """Record that a step did not run because one that it waits for failed."""
    error = f"not run: {', '.join(broken)} failed"
    return ledger.note(context.lake, planned(step, step_id, context), "skipped", error=error)


def planned(step: Step, step_id: str, context: Context) -> StepRecord:
    """Return a step that has not been claimed."""
    return ledger.StepRecord(context.run_id, step_id, step.table, step.source, "skipped", step.reason)
