"""Of few incoming rows, only the published ones of their keys are read to compare them with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.dataset as ds
from pyarrow.fs import FileSystem
from pyspark.sql import functions as F

from lakehouse import store
from lakehouse.quality import SEEN
from lakehouse.steps.context import FEW_ROWS
from lakehouse.steps.silver.claiming import rows_claimed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.steps.context import Context
    from lakehouse.steps.silver.again import Keep

JUDGED = "judged"


def narrowed(
    judged: DataFrame, target: DataFrame | None, record: StepRecord, *, context: Context, keep: Keep
) -> tuple[DataFrame, DataFrame | None]:
    """Return judged rows, worked out once, and the published ones of their keys; both as they are where that is much.

    Rows that are judged again are compared with more than their keys.
    """
    if target is None or SEEN in judged.columns or rows_claimed(record, context) > FEW_ROWS:
        return judged, target
    table = context.table(record)
    written = keep(judged, JUDGED)
    within = values_of(context.lake.beside_staging(record.step_id, JUDGED), table.grain)
    found = store.read(context.spark, context.lake, table, version=record.version_before, within=within)
    keys = F.broadcast(written.select(*table.grain))
    return written, found.join(keys, on=list(table.grain), how="left_semi")


def values_of(folder: str, columns: Sequence[str]) -> dict[str, list[Any]]:
    """Return the different values of some columns in the files of a folder, without NULL."""
    files, path = FileSystem.from_uri(folder)
    found = ds.dataset(path, filesystem=files, format="parquet").to_table(columns=list(columns))
    return {name: [value for value in found[name].unique().to_pylist() if value is not None] for name in columns}
