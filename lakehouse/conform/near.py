"""Spellings near a reference: each distinct one is matched once, then joined back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import Column, DataFrame

    from lakehouse.settings.values import Near

REACH = 2
"""Largest edit distance between a spelling and its reference."""


def reference_of(rows: DataFrame, near: Near, references: Mapping[str, DataFrame], *, system: str) -> DataFrame | None:
    """One `_reference` spelling for each `_key`, the text in lower case; None where the referred table is not given.

    `near` lists the spellings, or names a column of a table whose values for `system` are the spellings.
    """
    if isinstance(near, str):
        return column_of(references[near], near.rpartition(".")[2], system) if near in references else None
    entries = [F.struct(F.lit(key), F.lit(spelling)) for key, spelling in by_key(near).items()]
    listed = rows.sparkSession.range(0, 1, 1, 1).select(F.explode(F.array(*entries)).alias("_entry"))
    return listed.select(F.col("_entry.col1").alias("_key"), F.col("_entry.col2").alias("_reference"))


def by_key(spellings: Sequence[str]) -> dict[str, str]:
    """Spellings by their text in lower case; the first in the alphabet stands for those that differ in case alone."""
    return {spelling.lower(): spelling for spelling in sorted(spellings, reverse=True)}


def column_of(table: DataFrame, column: str, system: str) -> DataFrame:
    """`_key` and `_reference` from the values that a table has for one system."""
    named = table.where(F.col("system") == system).where(F.col(column).isNotNull())
    return named.groupBy(F.lower(column).alias("_key")).agg(F.min(column).alias("_reference"))


def matched(rows: DataFrame, spelled: str, near: str, *, reference: DataFrame) -> DataFrame:
    """Add column `near`: the reference spelling of column `spelled`, or NULL where none is near enough.

    A text that equals a reference but for case takes its spelling. Any other takes the best within an edit distance
    of 2 that is also less than half of its length, unless two are equally near. One lazy plan: the distinct texts
    are read from their own column alone, and only what matched is joined to the rows.
    """
    close = nearest(distinct_texts(rows, spelled), reference)
    spellings = reference.union(close).select(F.col("_key").alias(f"_key_of{near}"), F.col("_reference").alias(near))
    found = F.lower(F.col(spelled)) == F.col(f"_key_of{near}")
    return rows.join(F.broadcast(spellings), found, "left").drop(f"_key_of{near}")


def distinct_texts(rows: DataFrame, spelled: str) -> DataFrame:
    """Every different text of a column once, in lower case, as `_text`."""
    return rows.select(F.lower(F.col(spelled)).alias("_text")).where("_text IS NOT NULL").distinct()


def nearest(texts: DataFrame, known: DataFrame) -> DataFrame:
    """`_key` and `_reference` of the texts that equal no reference and have one that is nearer than all others."""
    unknown = texts.join(F.broadcast(known), F.col("_text") == F.col("_key"), "left_anti")
    pairs = unknown.join(F.broadcast(known), within_reach("_text", "_key"))
    candidate = F.struct(F.levenshtein("_text", "_key").alias("distance"), "_reference")
    ranked = pairs.groupBy("_text").agg(F.sort_array(F.collect_list(candidate)).alias("_best"))
    best = F.col("_best")[0]["_reference"].alias("_reference")
    return ranked.where(is_clear("_best")).select(F.col("_text").alias("_key"), best)


def within_reach(text: str, key: str) -> Column:
    """Whether two texts are near enough; lengths are compared first because that is cheap."""
    distance = F.levenshtein(text, key, REACH)
    alike = F.abs(F.length(text) - F.length(key)) <= REACH
    return alike & (distance >= 0) & (distance * 2 < F.length(text))


def is_clear(ranked: str) -> Column:
    """Whether the first candidate is nearer than the second, if there is one."""
    first, second = F.get(ranked, F.lit(0))["distance"], F.get(ranked, F.lit(1))["distance"]
    return second.isNull() | (first < second)
