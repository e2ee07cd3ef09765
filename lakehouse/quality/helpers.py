"""Helper columns: rules that need more than one value become one boolean per row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.rules import Cleared, Parses, RefersTo, Rule, Satisfies, Unique

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import Column, DataFrame


def with_helpers(rows: DataFrame, rules: Sequence[Rule], references: Mapping[str, DataFrame]) -> DataFrame:
    """Add the helper column of every row rule but `unique`, which is judged after the outcome is known."""
    broken = F.col("_broken") if "_broken" in rows.columns else F.array().cast("array<string>")
    for rule in rules:
        match rule.helper:
            case Satisfies(condition):
                rows = rows.withColumn(rule.helper_column, F.expr(condition))
            case Parses():
                rows = rows.withColumn(rule.helper_column, ~F.array_contains(broken, rule.id))
            case Cleared(column, pattern):
                rows = _cleared(rows, column, pattern, flag=rule.helper_column)
            case RefersTo(_, table, _):
                rows = _found(rows, rule, references[table])
    return rows


def _cleared(rows: DataFrame, column: str, pattern: str, *, flag: str) -> DataFrame:
    """Set a value that breaks the pattern to NULL and remember it."""
    rows = rows.withColumn(flag, F.col(column).rlike(pattern))
    return rows.withColumn(column, F.when(F.col(flag), F.col(column)))


def _found(rows: DataFrame, rule: Rule, reference: DataFrame) -> DataFrame:
    """Look the row's values up in another table; judged only for systems that have rows there."""
    assert isinstance(rule.helper, RefersTo)  # noqa: S101 — narrows the type
    mine, theirs = rule.helper.columns, rule.helper.theirs
    keys = [F.col(column).alias(f"_their_{column}") for column in theirs]
    members = reference.select(F.col("system").alias("_their_system"), *keys).distinct()
    listed = reference.agg(F.collect_set("system")).scalar()
    same = F.col("system") == F.col("_their_system")
    for my_column, their_column in zip(mine, theirs, strict=True):
        same = same & (F.col(my_column) == F.col(f"_their_{their_column}"))
    judged = F.array_contains(listed, F.col("system")) & all_present(mine)
    return (
        rows.join(members, on=same, how="left")
        .withColumn(rule.helper_column, F.when(judged, F.col("_their_system").isNotNull()))
        .drop("_their_system", *(f"_their_{column}" for column in theirs))
    )


def all_present(columns: Sequence[str]) -> Column:
    """None of the columns is NULL."""
    present = F.lit(True)
    for column in columns:
        present = present & F.col(column).isNotNull()
    return present


def with_unique(rows: DataFrame, rules: Sequence[Rule], *, among: Column) -> DataFrame:
    """Add the helper column of every `unique` rule: true on rows outside `among`, else whether it stands alone."""
    for rule in rules:
        if isinstance(rule.helper, Unique):
            same = Window.partitionBy(*rule.helper.columns)
            rows = rows.withColumn(rule.helper_column, ~among | (F.count_if(among).over(same) == 1))
    return rows


def verdict(rows: DataFrame, rules: Sequence[Rule]) -> DataFrame:
    """Put into `_broken` the ids of the `quarantine` rules that a row breaks; NULL breaks none."""
    routing = [rule for rule in rules if rule.severity == "quarantine" and not rule.of_table]
    ids = ", ".join(f"CASE WHEN NOT coalesce(({rule.good}), true) THEN '{rule.id}' END" for rule in routing)
    return rows.withColumn("_broken", F.expr(f"CAST(array_compact(array({ids})) AS array<string>)"))
