"""Build a mart, or the touched slices of it, and write it to staging."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from lakehouse import ledger, store
from lakehouse.catalog import rules_of
from lakehouse.errors import StepFailed
from lakehouse.gate import stage
from lakehouse.quality import verdict, with_helpers, with_timeline, with_unique
from lakehouse.steps.context import MANY_ROWS
from lakehouse.steps.gold.slices import note_slices
from lakehouse.steps.inputs import rows_of
from lakehouse.table import DATE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.steps.context import Context, Stopwatch
    from lakehouse.steps.gold.slices import Slices
    from lakehouse.table import Table


def staged(record: StepRecord, slices: Slices | None, context: Context, *, watch: Stopwatch) -> StepRecord:
    """Write the built rows to staging, counting every rule and, in slices, what is new."""
    table = context.table(record)
    rules, folder = rules_of(table), context.lake.staging(record.step_id)
    others = reference_rows(record, slices, context)
    built = contract_only(build(record, slices, context), table)
    helped = with_unique(with_helpers(built, rules, others), rules, among=F.lit(True))
    rows = verdict(with_timeline(helped, rules, among=F.lit(True)), rules).drop("_broken")
    if slices:
        rows = with_outcome(rows, table, published(record, slices, context))
    counts = stage(rows, folder=folder, rules=rules, **periods(record, slices, context))
    note_slices(slices, folder)
    return ledger.note(context.lake, record, "staged", counts=counts.to_json(), **watch.so_far())


def periods(record: StepRecord, slices: Slices | None, context: Context) -> dict[str, str]:
    """Say which dates part the files of a whole mart: months where it has a row for each of many, else years.

    A merge then rewrites the files of the period that it touches, however long the history is.
    """
    table = context.table(record)
    dated = [name for name in table.by if table.schema()[name].dataType == DATE]
    if slices or not dated:
        return {}
    versions = [(n, v) for n, v in record.inputs["versions"].items() if v is not None]
    alike = [(n, v) for n, v in versions if set(context.catalog.table(n).grain) <= set(table.grain)]
    rows = [context.lake.rows(name, version) for name, version in alike]
    return {"by_month_of" if max(rows, default=0) >= MANY_ROWS else "by_year_of": dated[0]}


def build(record: StepRecord, slices: Slices | None, context: Context) -> DataFrame:
    """Run the build on its inputs at the claimed versions; those that drive the mart hold the touched slices alone."""
    table = context.table(record)
    frames: dict[str, Any] = {
        alias: sliced(name, record.inputs["versions"][name], slices, context=context)
        for alias, name in table.inputs.items()
    }
    if table.asks("params"):
        frames["params"] = context.settings.business
    if table.asks("as_of"):
        frames["as_of"] = context.as_of()
    return table(**frames)


def sliced(name: str, version: int | None, slices: Slices | None, *, context: Context) -> DataFrame:
    """Return the rows of a table that lie in the slices; all of one that does not carry their keys."""
    if slices is None or not slices.drive(context.catalog.table(name)):
        return rows_of(name, version, context)
    return slices.inside(rows_of(name, version, context, within=slices.values()))


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


def reference_rows(record: StepRecord, slices: Slices | None, context: Context) -> dict[str, DataFrame]:
    """Return the tables that the mart's rules look into, at the claimed versions.

    One that drives the mart is judged slice by slice, as it is built.
    """
    return {name: sliced(name, version, slices, context=context) for name, version in record.inputs["others"].items()}


def published(record: StepRecord, slices: Slices, context: Context) -> DataFrame:
    """Return what readers see of the slices before the step."""
    return sliced(record.table, record.version_before, slices, context=context)


def with_outcome(rows: DataFrame, table: Table, target: DataFrame) -> DataFrame:
    """Add `_outcome`, `duplicate` where the published row says the same and `published` elsewhere, and `_replaces`."""
    said = [name for name in table.column_names if name not in table.grain]
    old = target.select(*table.grain, F.struct(*(F.col(name) for name in said)).alias("_old"))
    same = [F.col(name).eqNullSafe(F.col(f"_old.{name}")) for name in said]
    meets = F.col("_old").isNotNull()
    unchanged = reduce(lambda one, other: one & other, same, meets)
    return (
        rows.join(old, on=list(table.grain), how="left")
        .withColumn("_outcome", F.when(unchanged, "duplicate").otherwise("published"))
        .withColumn("_replaces", meets & ~unchanged)
        .drop("_old")
    )


def whole_rows(staged_part: DataFrame, record: StepRecord, slices: Slices, *, context: Context) -> DataFrame:
    """Return the mart as it will be: the staged slices, and all others as they are published."""
    rest = slices.outside(rows_of(record.table, record.version_before, context))
    return store.stored(staged_part, context.table(record)).unionByName(rest)
