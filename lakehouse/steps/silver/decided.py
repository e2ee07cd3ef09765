"""What a step knows of the quarantine and of people's decisions, at the versions fixed when it was claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from lakehouse import store
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.lake import literal
from lakehouse.quarantine import AGREED, GIVEN_UP, HELD, ROW, fixes_of, newest_decisions, pending, quarantine_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyspark.sql import Column, DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.plan import Step
    from lakehouse.settings import Source
    from lakehouse.steps.context import Context

ANY_FIX = "SELECT 1 FROM a WHERE \"table\" = {table} AND source = {source} AND action = 'fix' LIMIT 1"

OF_DAYS = """
    SELECT DISTINCT _batch_id FROM s
    WHERE source = {source} AND {prune} BETWEEN DATE {first} AND DATE {last} ORDER BY _batch_id
"""
OPEN_ROWS = "SELECT DISTINCT _batch_id FROM q WHERE source = {source} AND status = 'open' ORDER BY _batch_id"


def decided(table: str, sources: Iterable[Source], context: Context) -> dict[str, Any]:
    """Return what a step fixes of this in the ledger: two versions, and how many decisions wait for it."""
    held, waiting = quarantine_of(table).name, pending(context.lake, table)
    return {
        "decided": {name: context.lake.version(name) for name in (quarantine_actions.name, held)},
        "pending": {s.name: dict(waiting[s.name].rows) for s in sources if s.name in waiting},
        "again": {s.name: list(waiting[s.name].batches) for s in sources if s.name in waiting},
    }


def any_decision(record: StepRecord) -> bool:
    """Whether anybody had decided anything when the step was claimed."""
    return version_of(record, quarantine_actions.name) is not None


def version_of(record: StepRecord, table: str) -> int | None:
    """Return the version of a table of decisions that the step goes by; None: there was none."""
    versions: Mapping[str, int | None] = record.inputs.get("decided", {})
    return versions.get(table)


def decisions(record: StepRecord, source: Source, context: Context) -> DataFrame | None:
    """Return the newest decision about each row of a source; None before any was made."""
    actions = actions_of(record, context)
    return None if actions is None else newest_decisions(actions, record.table, source.name)


def fixes(record: StepRecord, source: Source, context: Context) -> DataFrame | None:
    """Return the corrected texts of a source's rows; None where there are none, so that nothing is looked up."""
    actions = actions_of(record, context) if any_fix(record, source, context) else None
    return None if actions is None else fixes_of(actions, record.table, source.name)


def any_fix(record: StepRecord, source: Source, context: Context) -> bool:
    """Whether anybody had corrected a row of a source when the step was claimed."""
    version = version_of(record, quarantine_actions.name)
    sql = ANY_FIX.format(table=literal(record.table), source=literal(source.name))
    return version is not None and context.lake.read(sql, a=(quarantine_actions.name, version)).num_rows > 0


def actions_of(record: StepRecord, context: Context) -> DataFrame | None:
    """Return every decision that the step goes by."""
    version = version_of(record, quarantine_actions.name)
    if version is None:
        return None
    return store.read(context.spark, context.lake, quarantine_actions, version=version)


def known_rows(record: StepRecord, source: Source, context: Context) -> DataFrame | None:
    """Return the rows of a source in the quarantine and what was decided about each; None: there is no quarantine.

    Beside the quarantine's columns: `action event_id _is_fixed` and `_is_pending`. A row that was decided about but is
    no longer kept has no `status`.
    """
    table = quarantine_of(record.table)
    version = version_of(record, table.name)
    if version is None:
        return None
    rows = store.read(context.spark, context.lake, table, version=version).where(F.col("source") == source.name)
    newest = decisions(record, source, context)
    if newest is None:
        none = {"action": F.lit(None).cast("string"), "event_id": F.lit(None).cast("string")}
        return rows.withColumns(none | {"_is_fixed": F.lit(col=False), "_is_pending": F.lit(col=False)})
    waits = F.col("event_id").isNotNull() & ~F.col("event_id").eqNullSafe(F.col("decision"))
    return rows.join(newest, on=list(ROW), how="full").withColumn("_is_pending", waits)


def held_places(record: StepRecord, source: Source, context: Context) -> DataFrame | None:
    """Return the places of a source's rows that the quarantine holds back: `_batch_id _row_id`."""
    rows = known_rows(record, source, context)
    if rows is None:
        return None
    return rows.where(F.col("status").isin(*HELD) | is_given_up()).select(*ROW)


def given_up(record: StepRecord, source: Source, context: Context) -> DataFrame | None:
    """Return the rows of a source that people gave up, whatever the rules say: `_batch_id _row_id _given_up`."""
    newest = decisions(record, source, context)
    if newest is None:
        return None
    known = known_rows(record, source, context)
    rows = newest.withColumn("status", F.lit(None).cast("string")) if known is None else known
    return rows.where(is_given_up()).select(*ROW, F.col("action").alias("_given_up"))


def is_given_up() -> Column:
    """Whether people gave a known row up before it was let through; afterwards such a decision is too late."""
    let_through = F.coalesce(F.col("status").isin(*AGREED), F.lit(col=False))
    return F.coalesce(F.col("action").isin(*GIVEN_UP), F.lit(col=False)) & ~let_through


def batches_of_days(step: Step, source: Source, context: Context) -> list[int]:
    """Return the batches of published rows of the days that are judged again, and of rows whose day is not known."""
    lake, prune = context.lake, context.catalog.table(step.table).prune
    held, found = quarantine_of(step.table).name, set()
    if lake.exists(step.table) and prune:
        first, last = map(literal, step.days)
        sql = OF_DAYS.format(source=literal(source.name), prune=prune, first=first, last=last)
        found |= {row["_batch_id"] for row in lake.read(sql, s=step.table).to_pylist()}
    if lake.exists(held):
        found |= {
            row["_batch_id"] for row in lake.read(OPEN_ROWS.format(source=literal(source.name)), q=held).to_pylist()
        }
    return sorted(found)
