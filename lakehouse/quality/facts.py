"""Table rules: what is true of a table as a whole, found out by Spark and judged by the gate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.rules import Covers, Reconciles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import DataFrame

    from lakehouse.rules import Rule
    from lakehouse.table import Table


@dataclass(frozen=True)
class Fact:
    """What was found out about a table as a whole, for one table rule; `good` is None when nothing could be judged."""

    good: bool | None
    checked: int = 0
    failed: int = 0
    detail: str = ""


def facts_of(
    rows: DataFrame, table: Table, rules: Sequence[Rule], *, others: Mapping[str, DataFrame]
) -> dict[str, Fact]:
    """Judge every table rule of a mart against the tables that its rules name."""
    facts = {
        rule.id: covered(rows, rule.helper, others[rule.helper.table])
        for rule in rules
        if isinstance(rule.helper, Covers)
    }
    sums: dict[Reconciles, list[tuple[str, Reconciles]]] = {}
    for rule in rules:
        if isinstance(rule.helper, Reconciles):
            alike = replace(rule.helper, column="", theirs="")
            sums.setdefault(alike, []).append((rule.id, rule.helper))
    for alike, group in sums.items():
        facts |= reconciled(rows, table, group, theirs=others[alike.table])
    return facts


def covered(rows: DataFrame, rule: Covers, theirs: DataFrame) -> Fact:
    """Count the values of the other table that are missing here."""
    mine = rows.select(F.col(rule.column).alias("value")).distinct().withColumn("found", F.lit(True))
    meant = theirs.where(rule.where) if rule.where else theirs
    wanted = meant.select(F.col(rule.theirs).alias("value")).where("value IS NOT NULL").distinct()
    counted = wanted.join(mine, on="value", how="left").agg(F.count(F.lit(1)), F.count_if(F.col("found").isNull()))
    checked, failed = counted.collect()[0]
    return Fact(failed == 0, checked, failed, f"{failed} of {checked} values of {rule.table}.{rule.theirs} are missing")


def reconciled(
    rows: DataFrame, table: Table, group: Sequence[tuple[str, Reconciles]], *, theirs: DataFrame
) -> dict[str, Fact]:
    """Compare sums key by key, as decimals, for all rules on one other table in one pass over it."""
    first = group[0][1]
    keys = first.keys or reconciling_keys(table, theirs.columns)
    other = meant(first, rows, theirs)
    mine = rows.groupBy(*keys).agg(*(F.expr(f"sum(`{r.column}`) AS mine_{n}") for n, (_, r) in enumerate(group)))
    their = other.groupBy(*keys).agg(*(F.expr(f"sum(`{r.theirs}`) AS their_{n}") for n, (_, r) in enumerate(group)))
    same = " AND ".join(f"mine.`{key}` <=> their.`{key}`" for key in keys)
    compared = mine.alias("mine").join(their.alias("their"), on=F.expr(same or "true"), how="full")
    return _differences(compared, group)


def meant(rule: Reconciles, mine: DataFrame, theirs: DataFrame) -> DataFrame:
    """Return the rows of the other table that the rule speaks of."""
    rows = theirs.where(rule.where) if rule.where else theirs
    if rule.before is None:
        return rows
    their_day, my_day = rule.before
    ends = mine.groupBy("system").agg(F.max(my_day).alias("_ends_on"))
    return rows.join(F.broadcast(ends), on="system").where(F.col(their_day) < F.col("_ends_on"))


def _differences(compared: DataFrame, group: Sequence[tuple[str, Reconciles]]) -> dict[str, Fact]:
    measures = []
    for n in range(len(group)):
        gap = f"coalesce(mine_{n}, 0) - coalesce(their_{n}, 0)"
        measures += [f"count_if({gap} <> 0)", f"sum({gap})"]
    checked, *found = compared.agg(*map(F.expr, ("count(1)", *measures))).collect()[0]
    facts = {}
    for n, (rule_id, rule) in enumerate(group):
        failed, gap = found[2 * n], found[2 * n + 1]
        detail = f"{failed} of {checked} keys differ from {rule.table}.{rule.theirs}, by {gap or 0} in all"
        facts[rule_id] = Fact(failed == 0, checked, failed, detail)
    return facts


def reconciling_keys(table: Table, theirs: Sequence[str]) -> tuple[str, ...]:
    """Return the grain that both tables carry; for a table of single lines, the slices it is replaced by."""
    shared = tuple(column for column in table.grain if column in theirs)
    if table.by and shared == table.grain and set(table.by).isdisjoint(shared):
        business = tuple(column for column in ("system", "currency") if column in table.column_names)
        return (*business, *(column for column in table.by if column in theirs))
    return shared
