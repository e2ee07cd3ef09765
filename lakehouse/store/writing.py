"""Append or replace rows in one commit per transaction id.

Where a table is no more than its files, Spark writes these and the log is kept without it: one commit through Spark's
own Delta takes a second, whatever it holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.lake import commit_files, move_in, snapshot_of
from lakehouse.store.commits import Commit, commit_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.lake import Lake, Mode

BRONZE = {"delta.dataSkippingStatsColumns": "_batch_id,_row_id"}
"""Bronze is read by batch."""


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
