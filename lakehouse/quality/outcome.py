"""Outcome of each row of a step: duplicate, quarantined, superseded or published."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyspark.sql import Column, DataFrame

    from lakehouse.table import Table

ARRIVAL = ("_arrival", "_batch_id", "_file", "_row_id")
NOT_CONTENT = ("source",)
AGAIN = "_again"
"""Marks rows that an earlier step judged and that are no rows of this step; where none is one, it is missing."""
SEEN = "_seen"
"""Where an earlier step had put a row that is judged again: `table` or `quarantine`; NULL for a new one."""
GIVES_WAY = "_gives_way"
"""Marks rows of the table that stay only if a row of this step says the same."""


def with_outcome(rows: DataFrame, table: Table, target: DataFrame | None) -> DataFrame:
    """Add `_outcome`, `_replaces` and `_old_<prune>`, comparing rows by grain with each other and with the table.

    `rows` carry `_broken`, `_repeated` and where they came from. Order of decisions: identical as delivered →
    duplicate; broken → quarantined; then by key: same content → duplicate, older → superseded, else published.
    """
    judged = rows.withColumn("_outcome", first_look()).withColumn("_content", content_of(table))
    ranked = judged.transform(among_themselves, table).transform(without_old_news)
    compared = against_nothing(ranked) if target is None else against_target(ranked, table, target)
    return only_restored(compared).drop("_content", "_arrival", "_repeated", AGAIN)


def first_look() -> Column:
    """Duplicate or quarantined by itself; NULL: to be compared."""
    return F.when(F.col("_repeated"), "duplicate").when(F.size("_broken") > 0, "quarantined")


def without_old_news(rows: DataFrame) -> DataFrame:
    """Of rows that an earlier step judged, leave those that come first now; the others are no news."""
    return rows.where(~F.col(AGAIN) | F.col("_outcome").isNull()) if AGAIN in rows.columns else rows


def only_restored(rows: DataFrame) -> DataFrame:
    """Call the rows that an earlier step judged and that are published now `restored`; drop those that are not."""
    if AGAIN not in rows.columns:
        return rows
    news = rows.where(~F.col(AGAIN) | is_published())
    return news.withColumn("_outcome", F.when(F.col(AGAIN), "restored").otherwise(F.col("_outcome")))


def is_published() -> Column:
    """Whether a judged row is to be found in the table afterwards."""
    return F.col("_outcome").isin("published", "restored", "kept")


def content_of(table: Table) -> Column:
    """Fingerprint of what the row says, whichever source says it; 96 bits, compared only under one key."""
    return fingerprint(F.col(name) for name in table.column_names if name not in NOT_CONTENT)


def fingerprint(columns: Iterable[Column]) -> Column:
    """Hash values in 96 bits; which of them are missing counts too: a hash alone passes NULL over."""
    said = list(columns)
    absent = [column.isNull() for column in said]
    return F.struct(F.xxhash64(*said, *absent).alias("long"), F.hash(*said, *absent).alias("short"))


def newest_first(table: Table) -> list[Column]:
    """Order of versions of one key: by what the business says, then by arrival."""
    return [F.desc_nulls_last(column) for column in table.newest] + [F.desc(column) for column in ARRIVAL]


def among_themselves(rows: DataFrame, table: Table) -> DataFrame:
    """Leave only one row of each key without an outcome: of the newest ones that say the same, the first delivered.

    So judging all deliveries at once keeps the row that judging them one by one kept.
    """
    open_first = F.col("_outcome").isNull()
    versions = Window.partitionBy(*table.grain).orderBy(open_first.desc(), *newest_first(table))
    says_newest = open_first & (F.col("_content") == F.first("_content").over(versions))
    repeats = rows.withColumn("_repeats", says_newest)
    unbroken = F.min("_repeats").over(versions)
    goes_on = F.lead("_repeats", 1, False).over(versions)
    older = F.when(F.col("_repeats"), "duplicate").otherwise("superseded")
    given = F.coalesce("_outcome", F.when(~unbroken | goes_on, older))
    return repeats.withColumn("_outcome", given).drop("_repeats")


def against_nothing(rows: DataFrame) -> DataFrame:
    """Publish each newest row: the table has no rows yet, or all of them give way."""
    return rows.withColumns(
        {
            "_outcome": F.coalesce("_outcome", F.lit("published")),
            "_replaces": F.lit(False),
            "_old_prune": F.lit(None).cast("date"),
        }
    )


def against_target(rows: DataFrame, table: Table, target: DataFrame) -> DataFrame:
    """Compare each newest row with the published row of its key.

    `target` may carry `_gives_way` and `_arrival`, where rows are judged again.
    """
    kept = [*table.newest, "source", "_batch_id", "_file", "_row_id"]
    kept += [name for name in (GIVES_WAY, "_arrival") if name in target.columns]
    prune = F.col(table.prune) if table.prune else F.lit(None).cast("date")
    old = target.select(
        *table.grain,
        *(F.col(name).alias(f"_old_{name}") for name in kept),
        prune.alias("_old_prune"),
        content_of(table).alias("_old_content"),
    )
    meets = F.col("_old_content").isNotNull()
    compared = rows.join(old, on=list(table.grain), how="left")
    return (
        compared.withColumn("_outcome", F.coalesce("_outcome", compared_outcome(compared, table, meets)))
        .withColumn("_replaces", meets & is_published())
        .withColumn("_old_prune", F.when(F.col("_replaces"), F.col("_old_prune")))
        .drop("_old_content", *(f"_old_{name}" for name in kept))
    )


def compared_outcome(rows: DataFrame, table: Table, meets: Column) -> Column:
    """What becomes of a newest row beside the published one; a row is never older than itself.

    Rows that an earlier step judged are news only where no published row stays that has their key.
    """
    marked = f"_old_{GIVES_WAY}" in rows.columns
    older = is_older(table) | arrived_before(table) if marked and SEEN in rows.columns else is_older(table)
    stays = meets & ~F.col(f"_old_{GIVES_WAY}") if marked else meets
    outcome = (
        F.when(meets & (F.col("_content") == F.col("_old_content")), "duplicate")
        .when(stays & older & ~same_place(), "superseded")
        .otherwise("published")
    )
    if AGAIN not in rows.columns:
        return outcome
    known = stays if marked else F.lit(col=False)
    return F.when(F.col(AGAIN), F.when(known, "duplicate").otherwise("published")).otherwise(outcome)


def same_place() -> Column:
    """The published row is an earlier reading of this very row."""
    same = (F.col(name) == F.col(f"_old_{name}") for name in ("source", "_batch_id", "_file", "_row_id"))
    return reduce(and_, same)


def arrived_before(table: Table) -> Column:
    """A row judged again came before the published one of another source, which says as new a thing."""
    as_new = (F.col(name).eqNullSafe(F.col(f"_old_{name}")) for name in table.newest)
    came = F.col(SEEN).isNotNull() & (F.col("source") != F.col("_old_source"))
    return reduce(and_, as_new, came & (F.col("_arrival") < F.col("_old__arrival")))


def is_older(table: Table) -> Column:
    """The row is an older version than the published one; of two sources without a newer word, the later run wins."""
    older = F.lit(False)
    equal = F.lit(True)
    for name in table.newest:
        mine, theirs = F.col(name), F.col(f"_old_{name}")
        earlier = F.coalesce(mine < theirs, mine.isNull() & theirs.isNotNull())
        older = older | (equal & earlier)
        equal = equal & mine.eqNullSafe(theirs)
    place = F.struct("_batch_id", "_file", "_row_id")
    old_place = F.struct(*(F.col(f"_old_{name}").alias(name) for name in ("_batch_id", "_file", "_row_id")))
    return older | (equal & (F.col("source") == F.col("_old_source")) & (place < old_place))
