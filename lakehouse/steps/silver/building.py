"""From Bronze to judged rows: conform, build, rules, outcome; one lazy plan."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType

from lakehouse import ledger, store
from lakehouse.catalog import rules_of
from lakehouse.conform import conform
from lakehouse.quality import is_published, verdict, with_helpers, with_outcome, with_timeline, with_unique
from lakehouse.quarantine import ROW
from lakehouse.rules import RefersTo
from lakehouse.steps.inputs import rows_of
from lakehouse.steps.silver.claiming import set_apart
from lakehouse.steps.silver.decided import any_decision, fixes, given_up
from lakehouse.steps.silver.narrowing import narrowed
from lakehouse.steps.silver.parts import parts_of
from lakehouse.steps.silver.statements import ARRIVED, as_statements, compared, keeps_versions
from lakehouse.table import PROVENANCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column, DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.rules import Rule
    from lakehouse.settings import Source
    from lakehouse.steps.context import Context
    from lakehouse.steps.silver.again import Keep
    from lakehouse.table import Table

GIVEN_UP_BY = "_given_up"


def sources_of(record: StepRecord, context: Context) -> tuple[Source, ...]:
    """Return the sources with claimed batches."""
    return tuple(context.catalog.sources[name] for name in record.inputs["batches"])


def rules_for(record: StepRecord, context: Context) -> tuple[Rule, ...]:
    """Return the rules of the table that rows of the step's sources can break."""
    table = context.table(record)
    each = [rules_of(table, source) for source in sources_of(record, context)]
    return tuple({rule.id: rule for rules in each for rule in rules}.values())


def incoming_rows(record: StepRecord, context: Context) -> DataFrame:
    """Return the rows of the step's batches, built."""
    built = [built_rows(record, source, context) for source in sources_of(record, context)]
    return reduce(lambda one, other: one.unionByName(other), built)


def judged_rows(
    record: StepRecord, context: Context, rows: DataFrame, *, target: DataFrame | None, keep: Keep
) -> DataFrame:
    """Return built rows as they will be staged: contract, helpers, what they broke, what becomes of them.

    `target`: the published rows that they are compared with; None when there is nothing to compare with.
    """
    table, rules = context.table(record), rules_for(record, context)
    judged = with_verdict(record, context, rows)
    if keeps_versions(table):
        settled = compared(judged, record, context, published=target)
    else:
        judged, target = narrowed(judged, target, record, context=context, keep=keep)
        settled = with_outcome(judged, table, target)
    return with_timeline(with_unique(settled, rules, among=is_published()), rules, among=is_published())


def with_verdict(record: StepRecord, context: Context, rows: DataFrame) -> DataFrame:
    """Add helpers and what each row broke; on a full refresh, what people gave up stays given up."""
    rules = rules_for(record, context)
    referred = {r.helper.table for r in rules if isinstance(r.helper, RefersTo)}
    references = {name: rows_of(name, record.inputs["versions"][name], context) for name in referred}
    judged = verdict(with_helpers(rows, rules, references), rules)
    if GIVEN_UP_BY not in judged.columns:
        return judged
    kept_back = F.when((F.size("_broken") == 0) & F.col(GIVEN_UP_BY).isNotNull(), F.array(GIVEN_UP_BY))
    return judged.withColumn("_broken", F.coalesce(kept_back, "_broken")).drop(GIVEN_UP_BY)


def published_rows(record: StepRecord, context: Context) -> DataFrame | None:
    """Return the table that rows are compared with; None when there is nothing to compare with."""
    if record.version_before is None or record.inputs["full"]:
        return None
    if not context.lake.rows(record.table, record.version_before):
        return None
    return store.read(context.spark, context.lake, context.table(record), version=record.version_before)


def built_rows(record: StepRecord, source: Source, context: Context) -> DataFrame:
    """Return the rows of one source's batches after the table's own build."""
    rows = built_from(bronze_rows(record, source, context), record, source, context=context)
    if not record.inputs["full"] or not any_decision(record):
        return rows
    lost = given_up(record, source, context)
    return rows if lost is None else rows.join(F.broadcast(lost), on=list(ROW), how="left")


def built_from(bronze: DataFrame, record: StepRecord, source: Source, *, context: Context) -> DataFrame:
    """Return some Bronze rows of a source, with people's fixes, after the table's own build."""
    table = context.table(record)
    conformed = conform(
        bronze,
        source,
        table,
        beside=parts_of(source, record.inputs.get("parts", {}).get(source.name, {}), record, context=context),
        references=near_references(record, source, context),
        fixes=fixes(record, source, context),
    ).withColumn("_arrival", arrival(source, context))
    if "zone" in table.column_names:
        # after a shuffle Spark no longer knows that it is one zone, and looks it up by name for every row
        conformed = conformed.withColumn("zone", F.lit(source.zone))
    watched = derived_columns(source, table)
    delivered = conformed.withColumn("_delivered", F.struct(*(F.col(c) for c in watched)) if watched else F.lit(None))
    built = recovered(table(rows=delivered), table)
    corrected = F.array_compact(F.array(*(was_derived(column) for column in watched)))
    if watched:
        built = built.withColumn("_corrected", F.concat("_corrected", corrected))
    engine = [*PROVENANCE, "_broken", "_corrected", "_repeated", "_arrival"]
    if keeps_versions(table):
        return as_statements(built.select(*table.column_names, *engine, ARRIVED), record, source, context=context)
    return built.select(*table.column_names, *engine)


def recovered(built: DataFrame, table: Table) -> DataFrame:
    """Forgive the unreadable text of a value that the build worked out of the row's other values."""
    if not table.recovers:
        return built
    healed = F.array(*(F.when(F.col(name).isNotNull(), F.lit(f"{name}.parses")) for name in table.recovers))
    left = F.when(F.size("_broken") > 0, F.array_except("_broken", healed)).otherwise(F.col("_broken"))
    return built.withColumn("_broken", left)


def derived_columns(source: Source, table: Table) -> tuple[str, ...]:
    """Return the mapped numbers that the build may fill or put right, which counts as a correction."""
    types = {column.name: column.type for column in table.columns}
    return tuple(
        name
        for name in (*table.derives, *table.amends)
        if isinstance(types[name], DecimalType) and source.mapped(name) is not None
    )


def was_derived(column: str) -> Column:
    """Name the correction where the build gave a value that is not the delivered one."""
    now, before = F.col(column), F.col(f"_delivered.{column}")
    return F.when(now.isNotNull() & ~now.eqNullSafe(before), F.lit(f"{column}.derived"))


def bronze_rows(record: StepRecord, source: Source, context: Context) -> DataFrame:
    """Return the claimed rows but those of files that are set apart."""
    apart = set_apart(record, source, ledger.deliveries(context.lake))
    rows = claimed_rows(record, source, context)
    return rows.where(~in_places(apart.withdrawn + apart.discarded)) if apart.withdrawn + apart.discarded else rows


def claimed_rows(record: StepRecord, source: Source, context: Context) -> DataFrame:
    """Return all rows of the claimed batches."""
    return rows_of_batches(record.inputs["batches"][source.name], record, source, context=context)


def rows_of_batches(batches: Sequence[int], record: StepRecord, source: Source, *, context: Context) -> DataFrame:
    """Return all Bronze rows of some batches, at the version fixed for the step."""
    version = record.inputs["versions"][source.bronze]
    bronze = store.read_all(context.spark, context.lake, source.bronze, version=version)
    return bronze.where(F.col("_batch_id").isin(list(batches)))


def in_places(places: Sequence[tuple[int, str]]) -> Column:
    """Whether a row stands in one of these batches and files."""
    found = [(F.col("_batch_id") == batch) & (F.col("_file") == path) for batch, path in places]
    return reduce(lambda one, other: one | other, found, F.lit(False))


def near_references(record: StepRecord, source: Source, context: Context) -> dict[str, DataFrame]:
    """Return the reference spellings that the source's `near` words name, at the claimed versions."""
    names = {mapped.near for mapped in source.map if isinstance(mapped.near, str) and mapped.near}
    found = {}
    for name in names:
        table, _, column = name.rpartition(".")
        found[name] = rows_of(table, record.inputs["versions"][table], context).select("system", column)
    return found


def arrival(source: Source, context: Context) -> Column:
    """Order in which batches arrived, across sources: the place of their Bronze steps in the ledger."""
    landed = [record for record in ledger.steps(context.lake) if "batch" in record.inputs and record.state == "done"]
    places = {record.inputs["batch"]: n for n, record in enumerate(landed) if record.source == source.name}
    pairs = [F.lit(item).cast("long") for pair in places.items() for item in pair]
    return F.try_element_at(F.create_map(*pairs), F.col("_batch_id"))
