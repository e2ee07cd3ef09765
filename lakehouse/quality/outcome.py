"""Outcome of each row of a step: duplicate, quarantined, superseded or published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.table import Merge

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from lakehouse.table import Table

ARRIVAL = ("_arrival", "_batch_id", "_file", "_row_id")
NOT_CONTENT = ("source",)
AGAIN = "_again"
"""Marks rows that an earlier step judged; where no row is one, the column is missing."""


def with_outcome(rows: DataFrame, table: Table, target: DataFrame | None) -> DataFrame:
    """Add `_outcome`, `_replaces` and `_old_<prune>`, comparing rows by grain with each other and with the table.

    `rows` carry `_broken`, `_repeated` and where they came from. Order of decisions: identical as delivered →
    duplicate; broken → quarantined; then by key: same content → duplicate, older → superseded, else published.
    """
    judged = rows.withColumn("_outcome", first_look()).withColumn("_content", content_of(table))
    ranked = judged.transform(among_themselves, table).transform(only_restored)
    compared = against_nothing(ranked) if target is None else against_target(ranked, table, target)
    return compared.drop("_content", "_arrival", "_repeated", AGAIN)


def first_look() -> Column:
    """Duplicate or quarantined by itself; NULL: to be compared."""
    return F.when(F.col("_repeated"), "duplicate").when(F.size("_broken") > 0, "quarantined")


def only_restored(rows: DataFrame) -> DataFrame:
    """Of rows that an earlier step judged, leave those that come first now; the others are no news."""
    if AGAIN not in rows.columns:
        return rows
    news = rows.where(~F.col(AGAIN) | F.col("_outcome").isNull())
    return news.withColumn("_outcome", F.when(F.col(AGAIN), "restored").otherwise(F.col("_outcome")))


def is_published() -> Column:
    """Whether a judged row is to be found in the table afterwards."""
    return F.col("_outcome").isin("published", "restored", "kept")


def content_of(table: Table) -> Column:
    """Fingerprint of what the row says, whichever source says it; 96 bits, compared only under one key."""
    said = [name for name in table.column_names if name not in NOT_CONTENT]
    return F.struct(F.xxhash64(*said).alias("long"), F.hash(*said).alias("short"))


def newest_first(table: Table) -> list[Column]:
    """Order of versions of one key: by what the business says, then by arrival."""
    newest = table.write.newest if isinstance(table.write, Merge) else ()
    return [F.desc_nulls_last(column) for column in newest] + [F.desc(column) for column in ARRIVAL]


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
    """Compare each newest row with the published row of its key."""
    merge = table.write if isinstance(table.write, Merge) else Merge()
    kept = [*merge.newest, "source", "_batch_id", "_file", "_row_id"]
    prune = F.col(merge.prune) if merge.prune else F.lit(None).cast("date")
    old = target.select(
        *table.grain,
        *(F.col(name).alias(f"_old_{name}") for name in kept),
        prune.alias("_old_prune"),
        content_of(table).alias("_old_content"),
    )
    meets = F.col("_old_content").isNotNull()
    outcome = (
        F.when(meets & (F.col("_content") == F.col("_old_content")), "duplicate")
        .when(meets & is_older(merge), "superseded")
        .otherwise("published")
    )
    return (
        rows.join(old, on=list(table.grain), how="left")
        .withColumn("_outcome", F.coalesce("_outcome", outcome))
        .withColumn("_replaces", meets & is_published())
        .withColumn("_old_prune", F.when(F.col("_replaces"), F.col("_old_prune")))
        .drop("_old_content", *(f"_old_{name}" for name in kept))
    )


def is_older(merge: Merge) -> Column:
    """The row is an older version than the published one; of two sources without a newer word, the later run wins."""
    older = F.lit(False)
    equal = F.lit(True)
    for name in merge.newest:
        mine, theirs = F.col(name), F.col(f"_old_{name}")
        earlier = F.coalesce(mine < theirs, mine.isNull() & theirs.isNotNull())
        older = older | (equal & earlier)
        equal = equal & mine.eqNullSafe(theirs)
    place = F.struct("_batch_id", "_file", "_row_id")
    old_place = F.struct(*(F.col(f"_old_{name}").alias(name) for name in ("_batch_id", "_file", "_row_id")))
    return older | (equal & (F.col("source") == F.col("_old_source")) & (place < old_place))
