"""Merge changed rows in one commit per transaction id."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from delta.tables import DeltaTable

from lakehouse.lake import CHANGE, merge_files, snapshot_of
from lakehouse.rules import sql_scalar, sql_text
from lakehouse.store.commits import Commit, commit_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pyspark.sql import Column, DataFrame, SparkSession

    from lakehouse.lake import Lake
    from lakehouse.store.reading import Wanted
    from lakehouse.table import Table

TXN_APP = "spark.databricks.delta.write.txnAppId"
TXN_VERSION = "spark.databricks.delta.write.txnVersion"
COMMIT_NOTE = "spark.databricks.delta.commitInfo.userMetadata"
MOST_SPANS = 64
"""Spans of values that stand in one condition."""


def merge(rows: DataFrame, lake: Lake, table: Table, *, app_id: str, within: Wanted, folder: str = "") -> Commit:
    """Merge rows by grain in one commit that happens once per `app_id`; none where no row changes anything.

    `rows` has the stored columns and `_change` (`upsert` or `delete`). `within`, the values of some columns in the
    targets of these rows, stands as literals in the condition: only files that can hold them are read. `folder`, a
    place to put the rows when they are few: a plain table is then merged without Spark.
    """
    if not lake.committed(table.name, app_id):
        condition = merge_condition(table.grain, within)
        if folder and snapshot_of(lake, table.name).is_plain:
            rows.write.mode("overwrite").parquet(folder)
            schema = rows.drop(CHANGE).schema.json()
            merge_files(lake, table.name, folder=folder, schema=schema, condition=condition, app_id=app_id)
        else:
            _merge_delta(rows, lake, table, condition=condition, app_id=app_id)
    if not lake.committed(table.name, app_id):  # there was nothing to change
        return Commit(lake.version(table.name) or 0, added=0, removed=0)
    return commit_of(lake, table.name, app_id)


def _merge_delta(rows: DataFrame, lake: Lake, table: Table, *, condition: str, app_id: str) -> None:
    news: dict[str, str | Column] = {name: f"new.{name}" for name in rows.columns if name != CHANGE}
    target = DeltaTable.forPath(rows.sparkSession, lake.path(table.name)).alias("old")
    merging = target.merge(rows.alias("new"), condition)
    if set(news) - set(target.toDF().columns):
        merging = merging.withSchemaEvolution()
    with _transaction(rows.sparkSession, app_id):
        (
            merging.whenMatchedDelete(f"new.{CHANGE} = 'delete'")
            .whenMatchedUpdate(set=news)
            .whenNotMatchedInsert(f"new.{CHANGE} = 'upsert'", news)
            .execute()
        )


def merge_condition(grain: Sequence[str], within: Wanted) -> str:
    """Keys are equal and, where given, the target lies within literal bounds."""
    terms = [f"old.{column} = new.{column}" for column in grain]
    for column, values in within.items():
        pairs = [f"old.{column} BETWEEN {_literal(low)} AND {_literal(high)}" for low, high in spans(values)]
        terms.append(f"({' OR '.join(pairs)})" if pairs else "false")
    return " AND ".join(terms)


def spans(values: Collection[Any]) -> list[tuple[Any, Any]]:
    """Return the values as few spans, in order: days that follow each other are one; many are one from end to end."""
    found: list[tuple[Any, Any]] = []
    for value in sorted(set(values)):
        if found and isinstance(value, date) and (value - found[-1][1]).days <= 1:
            found[-1] = (found[-1][0], value)
        else:
            found.append((value, value))
    return found if len(found) <= MOST_SPANS else [(found[0][0], found[-1][1])]


def _literal(value: Any) -> str:
    return f"CAST({sql_text(str(value))} AS DATE)" if isinstance(value, date) else sql_scalar(value)


@contextmanager
def _transaction(spark: SparkSession, app_id: str) -> Iterator[None]:
    """A merge takes its transaction id from the session; it must not leak into the next write."""
    held = {TXN_APP: app_id, TXN_VERSION: "1", COMMIT_NOTE: app_id}
    for key, value in held.items():
        spark.conf.set(key, value)
    try:
        yield
    finally:
        for key in held:
            spark.conf.unset(key)
