"""Changed rows merged into a plain table, file by file, without Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.dataset as ds
from deltalake import CommitProperties, Schema, Transaction, WriterProperties
from pyarrow.fs import FileSystem

from lakehouse.lake.files import widened

if TYPE_CHECKING:
    from lakehouse.lake.tables import Lake

CHANGE = "_change"
SPILL_BYTES = 1_000_000_000
"""Memory that a merge may use before it puts rows on disk."""


def merge_files(lake: Lake, table: str, *, folder: str, schema: str, condition: str, app_id: str) -> None:
    """Merge the Parquet files of a folder into a plain table by one commit under a transaction id.

    Rows have the columns of `schema` (JSON) and `_change`: `upsert` or `delete`. `condition`, on `old` and `new`,
    finds the row that one of them changes; bounds of `old` in it keep other files from being read. New columns are
    added by a commit of their own. Raises LakehouseError when a column would change its type.
    """
    log = lake.open(table)
    wanted = Schema.from_json(schema)
    widened(log, wanted, table)
    files, path = FileSystem.from_uri(folder)
    changes = ds.dataset(path, filesystem=files, format="parquet").scanner().to_reader()
    news = {field.name: f"new.{field.name}" for field in wanted.fields}
    (
        log.merge(
            changes,
            condition,
            source_alias="new",
            target_alias="old",
            max_spill_size=SPILL_BYTES,
            writer_properties=WriterProperties(compression="ZSTD"),
            commit_properties=CommitProperties({"userMetadata": app_id}, app_transactions=[Transaction(app_id, 1)]),
        )
        .when_matched_delete(f"new.{CHANGE} = 'delete'")
        .when_matched_update(news)
        .when_not_matched_insert(news, f"new.{CHANGE} = 'upsert'")
        .execute()
    )
