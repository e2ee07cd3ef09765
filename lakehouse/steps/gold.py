"""Build a mart from the versions it was claimed on, audit it, publish it in one commit."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from lakehouse import ledger, store
from lakehouse.catalog import rules_of
from lakehouse.errors import StepFailed
from lakehouse.gate import Counts, stage, staged_rows
from lakehouse.ledger import Books, StepRecord
from lakehouse.plan import changed_inputs
from lakehouse.quality import facts_of, verdict, with_helpers, with_unique
from lakehouse.rules import Covers, Reconciles, RefersTo
from lakehouse.steps.closing import abandon, audited, clear_staging, conclude
from lakehouse.steps.context import Stopwatch, judged_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import DataFrame

    from lakehouse.plan import Step
    from lakehouse.steps.context import Context
    from lakehouse.table import Table


def run(step: Step, step_id: str, context: Context) -> StepRecord:
    """Bring a mart to what its inputs say now, or leave it as it was."""
    watch = Stopwatch()
    record = claim(step, step_id, context)
    if record.is_finished:
        return record
    record = staged(record, context, watch)
    judged = audit(record, context)
    if judged.blocks:
        return conclude(record, context, watch, books=held(record), verdict=judged)
    record = ledger.note(context.lake, record, "audited", docs=judged.link, **watch.so_far())
    return publish(record, context, watch)


def claim(step: Step, step_id: str, context: Context) -> StepRecord:
    """Fix the versions that the build reads; skipped when they are those of the last build."""
    table = context.catalog.table(step.table)
    steps = ledger.steps(context.lake)
    versions = {name: context.lake.version(name) for name in table.inputs.values()}
    last = next((r for r in reversed(steps) if r.table == table.name and r.state == "done"), None)
    inputs = {
        "versions": versions,
        "others": {name: context.lake.version(name) for name in judging(table)},
        "roots": roots(versions, steps),
        "hash": judged_by(context.catalog, context.settings, table),
        "grain": list(table.grain),
    }
    before = context.lake.version(table.name)
    record = StepRecord(context.run_id, step_id, table.name, "", "claimed", step.reason, inputs, before)
    if last and not step.forced and not changed_inputs(last.inputs["versions"], versions):
        return ledger.note(context.lake, record, "skipped", reason="its inputs did not change")
    return ledger.claim(context.lake, record)


def judging(table: Table) -> frozenset[str]:
    """Return the tables that the rules of a mart look into."""
    helpers = (rule.helper for rule in table.rules)
    return frozenset(helper.table for helper in helpers if isinstance(helper, RefersTo | Reconciles | Covers))


def roots(versions: Mapping[str, int | None], steps: tuple[StepRecord, ...]) -> dict[str, int | None]:
    """Return the Silver versions that a mart goes back to, through the marts it reads."""
    found: dict[str, int | None] = {}
    for name, version in versions.items():
        if name.startswith("silver."):
            found[name] = version
        else:
            found |= built_at(name, version, steps)
    return found


def built_at(mart: str, version: int | None, steps: tuple[StepRecord, ...]) -> dict[str, int | None]:
    """Return the Silver versions that a mart goes back to; since its last step only its files may have changed."""
    made = [r for r in steps if r.table == mart and r.version_after is not None and r.version_after <= (version or 0)]
    roots: dict[str, int | None] = made[-1].inputs["roots"] if made else {}
    return roots


def staged(record: StepRecord, context: Context, watch: Stopwatch) -> StepRecord:
    """Build the mart and write it to staging, counting every rule."""
    table = context.table(record)
    rules = rules_of(table)
    others = reference_rows(record, context)
    built = contract_only(build(record, context), table)
    rows = verdict(with_unique(with_helpers(built, rules, others), rules, among=F.lit(True)), rules)
    counts = stage(rows.drop("_broken"), folder=context.lake.staging(record.step_id), rules=rules)
    return ledger.note(context.lake, record, "staged", counts=counts.to_json(), **watch.so_far())


def build(record: StepRecord, context: Context) -> DataFrame:
    """Run the build on its inputs at the claimed versions; builds see contract columns only."""
    table = context.table(record)
    versions = record.inputs["versions"]
    frames: dict[str, Any] = {alias: rows_of(name, versions[name], context) for alias, name in table.inputs.items()}
    asked = signature(table.build).parameters if table.build else {}
    if "params" in asked:
        frames["params"] = context.settings.business
    if "as_of" in asked:
        frames["as_of"] = context.as_of()
    return table(**frames)


def rows_of(name: str, version: int | None, context: Context) -> DataFrame:
    """Return the contract columns of a table at a version; no rows when it did not exist then."""
    table = context.catalog.table(name)
    if version is None:
        return store.no_rows(context.spark, table.schema())
    found = store.read(context.spark, context.lake, table, version=version)
    return found.select(*table.column_names)


def contract_only(built: DataFrame, table: Table) -> DataFrame:
    """Return exactly the contract's columns. Raises StepFailed when the build gives other names or types."""
    wanted = {field.name: field.dataType for field in table.schema()}
    given = {field.name: field.dataType for field in built.schema}
    if wanted != given:
        differ = sorted({*wanted.items()} ^ {*given.items()}, key=str)
        listed = ", ".join(f"{name} {kind.simpleString()}" for name, kind in differ)
        what = f"the build does not give its contract, these differ: {listed}"
        raise StepFailed(table.name, what=what, landed="Nothing was staged; readers see what they saw before")
    return built.select(*table.column_names)


def reference_rows(record: StepRecord, context: Context) -> dict[str, DataFrame]:
    """Return the tables that the mart's rules look into, at the claimed versions."""
    return {name: rows_of(name, version, context) for name, version in record.inputs["others"].items()}


def audit(record: StepRecord, context: Context) -> Any:
    """Judge the staged mart: its rows, and its sums against the tables it comes from."""
    table = context.table(record)
    rules = rules_of(table)
    rows = staged_rows(context.spark, context.lake.staging(record.step_id))
    facts = facts_of(rows, table, rules, others=reference_rows(record, context))
    counts = Counts.from_json(record.counts)
    return audited(record, context, rules=rules, counts=counts, facts=facts, staged=rows, ceiling=table.ceiling)


def publish(record: StepRecord, context: Context, watch: Stopwatch) -> StepRecord:
    """Replace the mart by its staged rows in one commit."""
    if record.state != "published":
        record = commit(record, context)
    clear_staging(record, context)
    return conclude(record, context, watch, books=record.books)


def commit(record: StepRecord, context: Context) -> StepRecord:
    """Replace the mart, unless an earlier run did; from then on its staging is not needed."""
    if not context.lake.committed(record.table, record.app_id):
        table = context.table(record)
        context.lake.create(table, store.properties(table, context.settings.retention.releases))
        folder = context.lake.staging(record.step_id)
        rows = store.stored(staged_rows(context.spark, folder), table)
        store.replace(rows, context.lake, table.name, app_id=record.app_id, staged=folder)
    done = store.commit_of(context.lake, record.table, record.app_id)
    books = Books(read=Counts.from_json(record.counts).rows, published=done.added)
    return ledger.note(context.lake, record, "published", version_after=done.version, books=books)


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
