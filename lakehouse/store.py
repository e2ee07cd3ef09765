"""Tables through Spark: read a version, write by mode, transaction ids.

Where a table is no more than its files, Spark reads and writes these and the log is kept without it: one commit through
Spark's own Delta takes a second, whatever it holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from delta.tables import DeltaTable
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from lakehouse.lake import commit_files, move_in, snapshot_of, stored_schema
from lakehouse.rules import sql_scalar, sql_text
from lakehouse.table import Merge, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from lakehouse.lake import Lake, Mode
    from lakehouse.table import Table

TXN_APP = "spark.databricks.delta.write.txnAppId"
TXN_VERSION = "spark.databricks.delta.write.txnVersion"
COMMIT_NOTE = "spark.databricks.delta.commitInfo.userMetadata"
SPARE_DAYS = 7
RECENT = 20
FEW_FILES = 200
"""As many files are read by name; of more, Delta's own reader chooses better."""
MOST_SPANS = 64
Wanted = Mapping[str, Collection[Any]]
"""Values that are looked for, by column."""
GLOB = re.compile(r"([\\\[\]{}*?])")
BRONZE = {"delta.dataSkippingStatsColumns": "_batch_id,_row_id"}
"""Bronze is read by batch."""


@dataclass(frozen=True)
class Commit:
    """What one commit did to a table."""

    version: int
    added: int
    """Rows inserted or rewritten with new content."""
    removed: int
    """Rows that gave way."""


def properties(table: Table, retention_days: int) -> dict[str, str]:
    """Table properties: changes are fed on, and older versions stay readable as long as releases are kept.

    Statistics for skipping files are taken of the columns that rows are looked up by; of all, they cost more than
    the write itself.
    """
    kept = f"interval {retention_days + SPARE_DAYS} days"
    return {
        "delta.dataSkippingStatsColumns": ",".join(looked_up_by(table)),
        "delta.enableChangeDataFeed": "true",
        "delta.deletedFileRetentionDuration": kept,
        "delta.logRetentionDuration": kept,
    }


def looked_up_by(table: Table) -> tuple[str, ...]:
    """Return the columns of a table that reads and merges are bounded by."""
    by = table.write.by if isinstance(table.write, Replace) else ()
    prune = (table.write.prune,) if isinstance(table.write, Merge) and table.write.prune else ()
    return tuple(dict.fromkeys((*table.grain, *by, *prune)))


def read(
    spark: SparkSession, lake: Lake, table: Table, *, version: int | None = None, within: Wanted | None = None
) -> DataFrame:
    """Return the rows of a table at a version (None: newest); an empty frame of its contract before it exists.

    `within` leaves out files that cannot hold a row with one of the wanted values; other rows may still be there.
    """
    if not lake.exists(table.name):
        return no_rows(spark, stored_schema(table))
    return stored(read_all(spark, lake, table.name, version=version, within=within), table)


def no_rows(spark: SparkSession, schema: StructType) -> DataFrame:
    """Return an empty frame that Spark knows to be empty, so that it plans nothing for it."""
    empty = [F.lit(None).cast(f.dataType).alias(f.name, metadata=f.metadata) for f in schema]
    return spark.range(0).select(*empty)


def read_all(
    spark: SparkSession, lake: Lake, table: str, *, version: int | None = None, within: Wanted | None = None
) -> DataFrame:
    """Return the rows of a table that exists, with every column that it keeps; `within` as for read."""
    at = snapshot_of(lake, table, version, within=within)
    if at.is_plain and len(at.files) <= FEW_FILES:
        schema = StructType.fromJson(json.loads(at.schema))
        return spark.read.schema(schema).parquet(*map(address, at.files)) if at.files else no_rows(spark, schema)
    reader = spark.read.format("delta")
    return (reader if version is None else reader.option("versionAsOf", version)).load(lake.path(table))


def address(path: str) -> str:
    """Return where Spark's readers find exactly one file: `s3` is read as `s3a`, a local path as `file`."""
    full = f"file://{path}" if path.startswith("/") else re.sub(r"^s3://", "s3a://", path)
    return GLOB.sub(r"\\\1", full)


def append(rows: DataFrame, lake: Lake, table: str, *, app_id: str, staged: str = "") -> Commit:
    """Append rows in one commit that happens once per `app_id`; new columns are added to the table.

    `staged`: folder whose files hold exactly these rows; a plain table takes them in as they are.
    """
    return _write(rows, lake, table, app_id=app_id, mode="append", staged=staged)


def replace(rows: DataFrame, lake: Lake, table: str, *, app_id: str, staged: str = "") -> Commit:
    """Replace all rows, and the schema, in one commit that happens once per `app_id`; `staged` as for append."""
    return _write(rows, lake, table, app_id=app_id, mode="overwrite", staged=staged)


def _write(rows: DataFrame, lake: Lake, table: str, *, app_id: str, mode: Mode, staged: str) -> Commit:
    if not lake.committed(table, app_id):
        if not lake.exists(table):
            lake.create_as(table, rows.schema.json(), BRONZE)
        if snapshot_of(lake, table).is_plain:
            _write_files(rows, lake, table, app_id=app_id, mode=mode, staged=staged)
        else:
            _write_delta(rows, lake, table, app_id=app_id, mode=mode)
    return commit_of(lake, table, app_id)


def _write_files(rows: DataFrame, lake: Lake, table: str, *, app_id: str, mode: Mode, staged: str) -> None:
    """Put files into a folder that is named after the step, then commit them."""
    folder = app_id.rpartition(":")[2]
    if staged:
        move_in(lake, table, staged=staged, folder=folder)
    else:
        rows.write.mode("overwrite").parquet(f"{lake.path(table)}/{folder}")
    commit_files(lake, table, folder=folder, schema=rows.schema.json(), mode=mode, app_id=app_id)


def _write_delta(rows: DataFrame, lake: Lake, table: str, *, app_id: str, mode: Mode) -> None:
    schema = "mergeSchema" if mode == "append" else "overwriteSchema"
    writer = rows.write.format("delta").mode(mode).option(schema, "true").option("userMetadata", app_id)
    writer.option("txnAppId", app_id).option("txnVersion", 1).save(lake.path(table))


def merge(rows: DataFrame, lake: Lake, table: Table, *, app_id: str, within: Wanted) -> Commit:
    """Merge rows by grain in one commit that happens once per `app_id`.

    `rows` has the stored columns and `_change` (`upsert` or `delete`). `within`, the values of some columns in the
    targets of these rows, stands as literals in the condition: only files that can hold them are read.
    """
    if not lake.committed(table.name, app_id):
        names = [name for name in rows.columns if name != "_change"]
        target = DeltaTable.forPath(rows.sparkSession, lake.path(table.name)).alias("old")
        merging = target.merge(rows.alias("new"), merge_condition(table.grain, within))
        if set(names) - set(target.toDF().columns):
            merging = merging.withSchemaEvolution()
        with _transaction(rows.sparkSession, app_id):
            (
                merging.whenMatchedDelete("new._change = 'delete'")
                .whenMatchedUpdate(set={name: f"new.{name}" for name in names})
                .whenNotMatchedInsert("new._change = 'upsert'", {name: f"new.{name}" for name in names})
                .execute()
            )
    return commit_of(lake, table.name, app_id)


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


def commit_of(lake: Lake, table: str, app_id: str) -> Commit:
    """Return what the commit of `app_id` did, also when an earlier process made it."""
    found = (one for limit in (RECENT, None) for one in lake.commits(table, limit) if one.get("userMetadata") == app_id)
    commit = next(found)
    if "rows" in commit:
        return Commit(int(commit["version"]), added=int(commit["rows"]), removed=0)
    metrics = commit.get("operationMetrics", {})
    return Commit(int(commit["version"]), _rows_added(metrics), _rows_removed(metrics))


def _rows_added(metrics: dict[str, Any]) -> int:
    merged = int(metrics.get("numTargetRowsInserted", 0)) + int(metrics.get("numTargetRowsUpdated", 0))
    return merged if "numTargetRowsInserted" in metrics else int(metrics.get("numOutputRows", 0))


def _rows_removed(metrics: dict[str, Any]) -> int:
    return int(metrics.get("numTargetRowsUpdated", 0)) + int(metrics.get("numTargetRowsDeleted", 0))


def stored(rows: DataFrame, table: Table) -> DataFrame:
    """Only the columns that the table keeps, in their order; NULL where they were written before it had them."""
    return rows.to(stored_schema(table))
