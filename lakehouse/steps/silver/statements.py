"""What a delivered row says of its key, and when; and what the statements of all rows make of a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse import ledger
from lakehouse.columns import beginning
from lakehouse.plan import Facts
from lakehouse.quality import statements_of, with_missing, with_versions, write_of
from lakehouse.steps.silver.snapshots import arrival_of, in_snapshots
from lakehouse.table import History

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.settings import Source
    from lakehouse.steps.context import Context
    from lakehouse.table import Table

ARRIVED = "_ingested_at"


def keeps_versions(table: Table) -> bool:
    """Whether a table keeps every version of its keys."""
    return isinstance(table.write, History)


def as_statements(built: DataFrame, record: StepRecord, source: Source, *, context: Context) -> DataFrame:
    """Add what makes a built row of a table with `History` a statement; a deletion says nothing but its key.

    Adds `_sequence_at`, `_remembers`, `_stale`, and for a snapshot `_snapshot`, `_next`, `_listed_before`.
    """
    table = context.table(record)
    told = built.withColumn("is_deleted", F.coalesce("is_deleted", F.lit(col=False))).transform(cleared, table)
    statements = told.withColumns(
        {
            "_sequence_at": moment(source, table),
            "_remembers": F.lit(may_be_interrupted(source, context)),
            "_stale": F.lit(col=False),
            "is_current": F.lit(col=False),
        }
    ).withColumn("valid_from_at", F.col("_sequence_at"))
    return in_snapshots(statements, record, source, context=context).drop(ARRIVED)


def moment(source: Source, table: Table) -> Column:
    """When a row's version began: by the word of the source, the oldest where it has none, else by its arrival."""
    names_it = source.delivers != "snapshot" and source.mapped(write_of(table).sequence) is not None
    said = F.coalesce(write_of(table).sequence, beginning()) if names_it else F.col(ARRIVED)
    return F.greatest(said, beginning())


def may_be_interrupted(source: Source, context: Context) -> bool:
    """Whether a version may come between two equal ones later on: not where snapshots alone tell of a system."""
    others = [each for each in context.catalog.feeding(context.catalog.table(source.feeds)) if each.name != source.name]
    return source.delivers != "snapshot" or any(each.system == source.system for each in others)


def cleared(rows: DataFrame, table: Table) -> DataFrame:
    """Take from a deletion all but its key and moment, and what could not be read of the rest."""
    spared = {name: F.when(~F.col("is_deleted"), F.col(name)) for name in write_of(table).track}
    return rows.withColumns({**spared, "_broken": left_of_broken(table)})


def left_of_broken(table: Table) -> Column:
    """Rules that a row breaks; a deletion cannot break those about what it need not say."""
    needless = [f"{name}.{word}" for name in write_of(table).track for word in ("parses", "not_null")]
    forgiven = F.array_except("_broken", F.array(*map(F.lit, needless)))
    return F.when(F.col("is_deleted"), forgiven).otherwise(F.col("_broken"))


def compared(judged: DataFrame, record: StepRecord, context: Context, *, published: DataFrame | None) -> DataFrame:
    """Return judged rows with their outcome, and the versions of their keys as they will be."""
    table = context.table(record)
    rows = with_missing(judged.withColumn("_broken", left_of_broken(table)), table)
    known = None if published is None else known_statements(published, rows, record, context=context)
    return with_versions(rows, table, known)


def known_statements(published: DataFrame, rows: DataFrame, record: StepRecord, *, context: Context) -> DataFrame:
    """Return what the table's versions say, each statement with its arrival; marked where its row is judged again."""
    arrival = arrival_of(F.col("source"), F.col("_batch_id"), context)
    known = statements_of(published, context.table(record)).withColumn("_arrival", arrival)
    if not is_judged_again(record, context):
        return known.withColumn("_is_replaced", F.lit(col=False))
    place = ["source", "_batch_id", "_row_id"]
    again = rows.where("_comes_in").select(*place).distinct().withColumn("_is_replaced", F.lit(col=True))
    met = known.join(again, on=place, how="left")
    return met.withColumn("_is_replaced", F.coalesce("_is_replaced", F.lit(col=False)))


def is_judged_again(record: StepRecord, context: Context) -> bool:
    """Whether a finished step has judged some of the step's batches before."""
    if record.inputs.get("again"):
        return True
    facts = Facts(steps=ledger.steps(context.lake))
    claimed = record.inputs["batches"].items()
    return any(set(batches) & facts.consumed(record.table, source) for source, batches in claimed)
