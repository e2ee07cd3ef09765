"""Helper columns of rules about the versions of a key, judged on what stands there, whoever put it together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.columns import beginning
from lakehouse.rules import Contiguous, NoOverlap, OneCurrent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column, DataFrame

    from lakehouse.rules import Rule

AMONG = "_is_version"


def with_timeline(rows: DataFrame, rules: Sequence[Rule], *, among: Column) -> DataFrame:
    """Add the helper column of every rule about versions: true on rows outside `among`."""
    wanted = [rule for rule in rules if isinstance(rule.helper, Contiguous | OneCurrent | NoOverlap)]
    if not wanted:
        return rows
    marked = rows.withColumn(AMONG, among)
    for rule in wanted:
        good = _good(rule)
        marked = marked.withColumn(rule.helper_column, ~F.col(AMONG) | F.coalesce(good, F.lit(col=False)))
    return marked.drop(AMONG)


def _good(rule: Rule) -> Column:
    match rule.helper:
        case Contiguous(key):
            return _contiguous(key)
        case NoOverlap(key):
            return _no_overlap(key)
        case OneCurrent(key):
            return _one_current(key)
        case other:
            raise TypeError(f"{rule.id}: {other} is not about versions")


def _contiguous(key: Sequence[str]) -> Column:
    """A version begins where the one before it ends, the first one at the beginning; the last one has no end."""
    versions = Window.partitionBy(*key, AMONG).orderBy("valid_from_at")
    is_first = F.row_number().over(versions) == 1
    before, following = F.lag("valid_to_at").over(versions), F.lead("valid_from_at").over(versions)
    starts = F.when(is_first, F.col("valid_from_at") == beginning()).otherwise(before == F.col("valid_from_at"))
    is_long = F.col("valid_to_at").isNull() | (F.col("valid_from_at") < F.col("valid_to_at"))
    return F.coalesce(starts, F.lit(col=False)) & is_long & F.col("valid_to_at").eqNullSafe(following)


def _one_current(key: Sequence[str]) -> Column:
    """One version of a key has no end; it is the current one, unless it deletes, and no other is."""
    versions = Window.partitionBy(*key, AMONG)
    is_last = F.col("valid_to_at").isNull()
    return (F.count_if(is_last).over(versions) == 1) & (F.col("is_current") == (is_last & ~F.col("is_deleted")))


def _no_overlap(key: Sequence[str]) -> Column:
    """A version ends at the latest where the next one begins; the one without an end is current."""
    versions = Window.partitionBy(*key, AMONG).orderBy("valid_from_at")
    following, end = F.lead("valid_from_at").over(versions), F.col("valid_to_at")
    fits = following.isNull() | F.coalesce(end <= following, F.lit(col=False))
    is_long = end.isNull() | (F.col("valid_from_at") < end)
    return fits & is_long & (F.col("is_current") == end.isNull())
