"""The published rows that incoming ones are compared with: of few incoming rows, only those of their keys are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.dataset as ds
from pyarrow.fs import FileSystem
from pyspark.sql import functions as F

from lakehouse import store
from lakehouse.steps.closing import folder_of_judged
from lakehouse.steps.context import FEW_ROWS
from lakehouse.steps.silver.claiming import rows_claimed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.steps.context import Context


def against(judged: DataFrame, record: StepRecord, context: Context) -> tuple[DataFrame, DataFrame | None]:
    """Return judged rows and the published ones that they are compared with; None: there is nothing to compare with."""
    if not has_rows(record, context):
        return judged, None
    table = context.table(record)
    if rows_claimed(record, context) > FEW_ROWS:
        return judged, store.read(context.spark, context.lake, table, version=record.version_before)
    folder = folder_of_judged(record, context)
    judged.write.mode("overwrite").parquet(folder)
    written = context.spark.read.schema(judged.schema).parquet(folder)
    within = values_of(folder, table.grain)
    target = store.read(context.spark, context.lake, table, version=record.version_before, within=within)
    keys = F.broadcast(written.select(*table.grain))
    return written, target.join(keys, on=list(table.grain), how="left_semi")


def published_rows(record: StepRecord, context: Context) -> DataFrame | None:
    """Return the whole table that rows are compared with; None when there is nothing to compare with."""
    if not has_rows(record, context):
        return None
    return store.read(context.spark, context.lake, context.table(record), version=record.version_before)


def has_rows(record: StepRecord, context: Context) -> bool:
    """Whether rows were published before; a full refresh compares with none."""
    if record.version_before is None or record.inputs["full"]:
        return False
    return context.lake.rows(record.table, record.version_before) > 0


def values_of(folder: str, columns: Sequence[str]) -> dict[str, list[Any]]:
    """Return the different values of some columns in the files of a folder, without NULL."""
    files, path = FileSystem.from_uri(folder)
    found = ds.dataset(path, filesystem=files, format="parquet").to_table(columns=list(columns))
    return {name: [value for value in found[name].unique().to_pylist() if value is not None] for name in columns}
