"""The quarantine after a step: what it holds back now, what was let through, what people gave up; one commit."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse import ledger, store
from lakehouse.gate import Counts
from lakehouse.lake import literal
from lakehouse.quality import SEEN
from lakehouse.quarantine import (
    AGREED,
    GIVEN_UP,
    HELD,
    ROW,
    discarded_rows,
    quarantine_of,
    quarantined_rows,
)
from lakehouse.steps.closing import folder_of_changes
from lakehouse.steps.silver.building import in_places, rows_of_batches, sources_of
from lakehouse.steps.silver.claiming import replaced_paths, set_apart
from lakehouse.steps.silver.decided import known_rows, version_of

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.settings import Source
    from lakehouse.steps.context import Context

SET_ASIDE = "SELECT count(*) AS rows FROM q WHERE step_id = {step} AND status NOT IN ('fixed', 'replayed')"
OF_FILES = "SELECT 1 FROM q WHERE source = {source} AND _file IN ({files}) AND broken <> 'discarded' LIMIT 1"


def publish_quarantine(staged: DataFrame, record: StepRecord, context: Context, *, expected: int) -> int:
    """Bring the quarantine to what the step found, in one commit; return how many rows the step put there.

    Appended where every row is new; a full refresh replaces it; else merged. `expected`: rows on their way there.
    """
    table = quarantine_of(record.table)
    full = record.inputs["full"]
    changes = not full and changes_known_rows(record, context)
    if not expected and not changes and not (full and context.lake.exists(table.name)):
        return 0
    each = [rows_of_source(staged, record, source, context=context) for source in sources_of(record, context)]
    rows = reduce(lambda one, other: one.unionByName(other), each)
    context.lake.create(table, store.properties(table, context.settings.retention.releases))
    if changes:
        folder = folder_of_changes(record, context, rows=Counts.from_json(record.counts).rows)
        done = store.merge(rows, context.lake, table, app_id=record.app_id, within={}, folder=folder)
    else:
        write = store.replace if full else store.append
        done = write(rows.drop("_change"), context.lake, table.name, app_id=record.app_id)
    return set_aside(record, context, version=done.version)


def set_aside(record: StepRecord, context: Context, *, version: int) -> int:
    """Count the rows that a step put into the quarantine, as its commit left them."""
    sql = SET_ASIDE.format(step=literal(record.step_id))
    return int(context.lake.read(sql, q=(quarantine_of(record.table).name, version)).to_pylist()[0]["rows"])


def changes_known_rows(record: StepRecord, context: Context) -> bool:
    """Whether a step may change rows that the quarantine has already."""
    if version_of(record, quarantine_of(record.table).name) is None:
        return False
    again = bool(record.inputs.get("pending") or record.inputs.get("again"))
    return again or any(gives_way(record, source, context) for source in sources_of(record, context))


def gives_way(record: StepRecord, source: Source, context: Context) -> bool:
    """Whether the quarantine holds rows of files that the step replaces."""
    table = quarantine_of(record.table).name
    paths, version = replaced_paths(record, source, context), version_of(record, table)
    if not paths or version is None:
        return False
    sql = OF_FILES.format(source=literal(source.name), files=", ".join(map(literal, paths)))
    return bool(context.lake.read(sql, q=(table, version)).num_rows)


def rows_of_source(staged: DataFrame, record: StepRecord, source: Source, *, context: Context) -> DataFrame:
    """Return every row of the quarantine of a source that the step adds, changes or (`_change`) deletes."""
    mine = staged.where(F.col("source") == source.name)
    known = known_rows(record, source, context)
    failed = failing(mine, record, source, context=context)
    if known is None:
        return failed.withColumn("_change", F.lit("upsert"))
    full = record.inputs["full"]
    found = [seen_before(failed, known, full=full), let_through(mine, known, record)]
    if not full:
        gone = of_replaced_files(record, source, context)
        found.append(only_given_up(known.where(~gone)))
        found.append(known.where(gone & F.col("status").isNotNull()).withColumn("_change", F.lit("delete")))
    names = [*quarantine_of(record.table).column_names, "_change"]
    changed = [rows if "_change" in rows.columns else rows.withColumn("_change", F.lit("upsert")) for rows in found]
    return reduce(lambda one, other: one.unionByName(other), [rows.select(*names) for rows in changed])


def failing(staged: DataFrame, record: StepRecord, source: Source, *, context: Context) -> DataFrame:
    """Return the rows that go to the quarantine, as if none of them had been there, with their text from Bronze."""
    batches = sorted({*record.inputs["batches"][source.name], *record.inputs.get("again", {}).get(source.name, ())})
    bronze = rows_of_batches(batches, record, source, context=context)
    mine = replace(record, source=source.name)
    rows = quarantined_rows(staged, bronze, mine)
    apart = set_apart(record, source, ledger.deliveries(context.lake))
    if not apart.discarded:
        return rows
    return rows.unionByName(discarded_rows(bronze.where(in_places(apart.discarded)), mine))


def seen_before(failed: DataFrame, known: DataFrame, *, full: bool) -> DataFrame:
    """Go on counting the attempts of rows that were there before; on a full refresh, what was given up stays so."""
    before = known.select(
        *ROW,
        "action",
        "event_id",
        *(F.col(n).alias(f"_{n}") for n in ("broken", "attempts", "first_seen_at", "decision")),
    )
    rows = failed.join(before, on=list(ROW), how="left")
    lost = F.col("action").isin(*GIVEN_UP) if full else F.lit(col=False)
    lost = F.coalesce(lost, F.lit(col=False))
    judged = F.when(lost, F.coalesce("_attempts", "attempts")).otherwise(F.coalesce(F.col("_attempts") + 1, "attempts"))
    told = F.when(F.col("broken").isin(*GIVEN_UP), F.coalesce("_broken", "broken")).otherwise(F.col("broken"))
    return rows.withColumns(
        {
            "broken": told,
            "status": F.when(lost, state_given_up()).otherwise(F.col("status")),
            "attempts": judged.cast("int"),
            "first_seen_at": F.coalesce("_first_seen_at", "first_seen_at"),
            "decision": F.coalesce("event_id", "_decision"),
        }
    )


def let_through(staged: DataFrame, known: DataFrame, record: StepRecord) -> DataFrame:
    """Return the known rows that were judged again and passed; what they broke before stays readable.

    On a full refresh only those that a person looked at stay known.
    """
    full = record.inputs["full"]
    judged = staged.where(F.col("_outcome") != "quarantined")
    if SEEN in staged.columns:
        judged = judged.where(F.col(SEEN).isNotNull())
    elif not full:
        judged = judged.limit(0)
    looked_at = F.col("action").isin("fix", "replay") | F.col("status").isin(*AGREED)
    changed = looked_at if full else F.col("status").isin(*HELD) | F.col("_is_pending")
    passed = known.where(F.col("status").isNotNull() & changed).join(judged.select(*ROW), on=list(ROW), how="left_semi")
    return passed.withColumns(
        {
            "status": F.when(F.col("_is_fixed"), "fixed").otherwise("replayed"),
            "attempts": F.col("attempts") + 1,
            "step_id": F.lit(record.step_id),
            "contract_hash": F.lit(record.inputs["hash"]),
            "last_seen_at": F.lit(record.at).cast("timestamp"),
            "decision": F.coalesce("event_id", "decision"),
        }
    )


def only_given_up(known: DataFrame) -> DataFrame:
    """Return the rows that people gave up since the last run; nobody judged them.

    One that was let through meanwhile stays so: it is published, and the decision came too late.
    """
    lost = known.where(F.col("_is_pending") & F.col("action").isin(*GIVEN_UP) & F.col("status").isNotNull())
    status = F.when(F.col("status").isin(*HELD), state_given_up()).otherwise(F.col("status"))
    return lost.withColumns({"status": status, "decision": F.col("event_id")})


def state_given_up() -> Column:
    """Return the state that an action leaves a row in."""
    states = [F.lit(word) for pair in GIVEN_UP.items() for word in pair]
    return F.try_element_at(F.create_map(*states), F.col("action"))


def of_replaced_files(record: StepRecord, source: Source, context: Context) -> Column:
    """Whether a known row is of a file's content that gives way; what people discarded stays."""
    paths = list(replaced_paths(record, source, context))
    return F.col("_file").isin(paths) & (F.col("broken") != "discarded") if paths else F.lit(col=False)
