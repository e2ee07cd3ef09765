"""Sources made of several parts: what lies beside their rows, and which rows say something else because of it.

A source's rows are those of one part; the others (headers of orders, names of categories) are looked up by its
adapter, whole, at what had landed when the step was claimed. What a further delivery of another part changes is judged
again: the rows that an earlier step judged are read through the adapter twice, beside the parts as that step knew them
and as they are now, and those that say something else are rows of this step, where they are published or open in the
quarantine. So a header that comes late lets its lines go on, a corrected one corrects them, and after every step each
row is what a full refresh would make of it. A blocked batch is tried again too. Costs a look at all rows of the
source, and only when another part delivered something.

Nothing delivered of another part gives way but by key: of several rows of one key the adapter takes the newest. A file
of it that people discard counts no more. While nothing has landed of a part, the rows wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from lakehouse import store
from lakehouse.conform import told
from lakehouse.quarantine import ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.settings import Source
    from lakehouse.steps.context import Context

    Content = Mapping[str, Mapping[str, Any]]


def parts_of(source: Source, content: Content, record: StepRecord, *, context: Context) -> dict[str, DataFrame]:
    """Return what lies beside the rows of a source, by part; none where it has but one."""
    return {name: delivered(part, content[part.name], record, context=context) for name, part in source.beside.items()}


def delivered(part: Source, content: Mapping[str, Any], record: StepRecord, *, context: Context) -> DataFrame:
    """Return the rows of a part in some batches, without files that people gave up, at the version of the step."""
    rows = store.read_all(context.spark, context.lake, part.bronze, version=record.inputs["versions"][part.bronze])
    found = rows.where(F.col("_batch_id").isin(content["batches"]))
    for batch, path in content["without"]:
        found = found.where((F.col("_batch_id") != batch) | (F.col("_file") != path))
    return found


def told_anew(bronze: DataFrame, record: StepRecord, source: Source, *, context: Context) -> DataFrame:
    """Return where rows stand that say something else now than beside the parts that they were judged with."""
    contents = (record.inputs["parts_before"][source.name], record.inputs["parts"][source.name])
    then, now = (
        told(bronze, source, beside=parts_of(source, content, record, context=context)) for content in contents
    )
    both = then.unionByName(now).groupBy(*ROW).agg(F.min("_told").alias("least"), F.max("_told").alias("most"))
    return both.where(F.col("least") != F.col("most")).select(*ROW)
