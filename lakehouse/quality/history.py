"""Versions of a key from everything that was ever said of it, in whichever order it was delivered.

A statement is what one row says of a key at one moment (`_sequence_at`). Of a key's statements in their order, those
that say something new are its versions; one that says the same again is remembered with the version that it repeats
(`_restated`), because a late statement may come between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.columns import beginning
from lakehouse.quality.outcome import AGAIN, ARRIVAL, fingerprint, first_look
from lakehouse.table import History, Table

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

PLACE = ("_batch_id", "_file", "_row_id")
OF_STATEMENT = ("_arrival", "_remembers", "_repeated", "_stale", "_is_known", "_is_replaced", "_comes_in", "_content")
"""What a row carries while it is compared, and no longer afterwards."""


def write_of(table: Table) -> History:
    """Return the write mode of a table that keeps versions."""
    assert isinstance(table.write, History)  # noqa: S101 — narrows the type
    return table.write


def statements_of(versions: DataFrame, table: Table) -> DataFrame:
    """Return every statement that a table keeps: its versions, and what said the same again at its own place."""
    sequence = write_of(table).sequence
    own = F.struct(
        F.col("_sequence_at").alias("sequence_at"),
        F.col(sequence).alias("said_at"),
        F.col("source"),
        *(F.col(name).alias(name[1:]) for name in PLACE),
    )
    again = F.coalesce("_restated", F.array().cast(versions.schema["_restated"].dataType))
    said = versions.withColumn("_said", F.explode(F.concat(F.array(own), again)))
    places = {name: F.col(f"_said.{name[1:]}") for name in ("_sequence_at", *PLACE)}
    return said.withColumns({sequence: F.col("_said.said_at"), "source": F.col("_said.source"), **places}).drop(
        "_said", "_restated"
    )


def with_versions(rows: DataFrame, table: Table, known: DataFrame | None) -> DataFrame:
    """Add `_outcome`, validity and `_restated`: the versions of every key that rows speak of, as they will be.

    `rows` carry `_broken`, `_repeated`, `_stale` (speaks of a time that a newer snapshot has spoken of), `_remembers`,
    `_comes_in` (false: not delivered, but found out from what a snapshot leaves out), `_sequence_at`, `_arrival` and
    where they came from; `known` are the statements of the table with `_arrival` and `_is_replaced` (its row is judged
    again). Outcomes of rows that come in are those of the books. Beside them stand versions that are in the table or
    found out, as `kept`, and replaced statements, as `gone`; `_replaces` says whether the table knows the key.
    """
    new = {"_outcome": spoken(), "_is_known": F.lit(col=False), "_is_replaced": F.lit(col=False)}
    judged = rows.withColumns(new)
    everything = judged if known is None else judged.unionByName(as_known(known), allowMissingColumns=True)
    settled = (
        everything.repartition(*write_of(table).key)
        .transform(only_touched, table)
        .withColumn("_content", content_of(table))
        .transform(last_word, table)
        .transform(with_news, table)
        .transform(with_validity, table)
    )
    outside = F.when(F.col("_is_head"), "kept").when(F.col("_is_replaced"), "gone")
    inside = F.when(F.col("_is_head"), "published").otherwise(F.col("_outcome"))
    told = settled.withColumn("_outcome", F.when(F.col("_comes_in"), inside).otherwise(outside))
    whole = told.where(F.col("_outcome").isNotNull()).withColumn("_old_prune", F.lit(None).cast("date"))
    return whole.drop("_is_head", AGAIN, *OF_STATEMENT)


def spoken() -> Column:
    """What becomes of a row by itself; NULL: it is a statement."""
    return F.coalesce(first_look(), F.when(F.col("_stale"), "superseded"))


def as_known(statements: DataFrame) -> DataFrame:
    """Mark statements as the table's; they broke nothing when they were judged."""
    none = F.array().cast("array<string>")
    return statements.withColumns(
        {
            "_is_known": F.lit(col=True),
            "_comes_in": F.lit(col=False),
            "_remembers": F.lit(col=True),
            "_broken": none,
            "_corrected": F.col("_corrected") if "_corrected" in statements.columns else none,
            "_outcome": F.when(F.col("_is_replaced"), "gone"),
        }
    )


def only_touched(rows: DataFrame, table: Table) -> DataFrame:
    """Leave the table's statements only where a row speaks of their key, or takes the place of one."""
    key = Window.partitionBy(*write_of(table).key)
    speaks = ~F.col("_is_known") & F.col("_outcome").isNull()
    touched = rows.withColumns(
        {
            "_is_touched": F.max(speaks | F.col("_is_replaced")).over(key),
            "_replaces": F.max(F.col("_is_known")).over(key),
        }
    ).withColumn("_replaces", F.col("_replaces") & F.col("_is_touched"))
    return touched.where(~F.col("_is_known") | F.col("_is_touched")).drop("_is_touched")


def content_of(table: Table) -> Column:
    """Fingerprint of what a statement says; 96 bits, compared only under one key."""
    return fingerprint(F.col(name) for name in (*write_of(table).track, "is_deleted"))


def last_word(rows: DataFrame, table: Table) -> DataFrame:
    """Leave one statement of each key and moment: of the last delivered ones that say the same, the first."""
    is_open = F.col("_outcome").isNull()
    moment = Window.partitionBy(*write_of(table).key, "_sequence_at").orderBy(
        is_open.desc(), *(F.desc(name) for name in ARRIVAL)
    )
    agrees = rows.withColumn("_agrees", is_open & (F.col("_content") == F.first("_content").over(moment)))
    gives_way = ~F.min("_agrees").over(moment) | F.lead("_agrees", 1, False).over(moment)
    lost = F.when(F.col("_agrees"), "duplicate").otherwise("superseded")
    return agrees.withColumn("_outcome", F.coalesce("_outcome", F.when(gives_way, lost))).drop("_agrees")


def with_news(rows: DataFrame, table: Table) -> DataFrame:
    """Mark what is new with `_is_head`, and gather behind it in `_restated` what says the same again."""
    key = write_of(table).key
    speaks = F.col("_outcome").isNull()
    line = Window.partitionBy(*key, "_speaks").orderBy("_sequence_at")
    before = F.lag("_content").over(line)
    marked = rows.withColumn("_speaks", speaks).withColumn(
        "_repeats", F.col("_speaks") & before.eqNullSafe(F.col("_content"))
    )
    told = marked.withColumn("_nth", F.count_if(F.col("_speaks") & ~F.col("_repeats")).over(line))
    version = Window.partitionBy(*key, "_speaks", "_nth")
    again = F.collect_list(F.when(F.col("_repeats") & F.col("_remembers"), statement(table))).over(version)
    return told.withColumns(
        {
            "_is_head": F.col("_speaks") & ~F.col("_repeats"),
            "_restated": F.when(F.col("_speaks") & ~F.col("_repeats"), F.array_sort(again)),
            "_outcome": F.coalesce("_outcome", F.when(F.col("_repeats"), "duplicate")),
        }
    ).drop("_speaks", "_repeats", "_nth")


def statement(table: Table) -> Column:
    """Where and when something was said again."""
    return F.struct(
        F.col("_sequence_at").alias("sequence_at"),
        F.col(write_of(table).sequence).alias("said_at"),
        F.col("source"),
        *(F.col(name).alias(name[1:]) for name in PLACE),
    )


def with_validity(rows: DataFrame, table: Table) -> DataFrame:
    """Let each version hold from its moment, the first one ever since, until the next one; the last one is current."""
    head = F.col("_is_head")
    versions = Window.partitionBy(*write_of(table).key, "_is_head").orderBy("_sequence_at")
    is_first = head & F.lag("_sequence_at").over(versions).isNull()
    next_at = F.lead("_sequence_at").over(versions)
    return rows.withColumns(
        {
            "valid_from_at": F.when(is_first, beginning()).otherwise(F.col("_sequence_at")),
            "valid_to_at": F.when(head, next_at),
            "is_current": head & next_at.isNull() & ~F.col("is_deleted"),
        }
    )
