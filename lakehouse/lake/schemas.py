"""What a table keeps, in the types of Spark and of arrow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql.pandas.types import to_arrow_type
from pyspark.sql.types import ArrayType, LongType, StringType, StructField, StructType, TimestampType

from lakehouse.table import CORRECTED, PROVENANCE, History

if TYPE_CHECKING:
    from pyspark.sql.types import DataType

    from lakehouse.lake.tables import Lake
    from lakehouse.table import Table


STATEMENT = StructType(
    [
        StructField("sequence_at", TimestampType()),
        StructField("said_at", TimestampType()),
        StructField("source", StringType()),
        StructField("batch_id", LongType()),
        StructField("file", StringType()),
        StructField("row_id", LongType()),
    ]
)
"""A delivered row that said again what the version before it says: its place in time, the time it named, its origin."""

HISTORY = {"_sequence_at": TimestampType(), "_restated": ArrayType(STATEMENT)}
"""What a table with `History` keeps beside its contract, so that a late row finds its place between two equal ones."""


def stored_schema(table: Table) -> StructType:
    """Contract and, for Silver, where each row came from and what was corrected in it; columns carry their docs."""
    docs = {column.name: {"comment": column.doc} for column in table.columns}
    fields = [StructField(f.name, f.dataType, metadata=docs[f.name]) for f in table.schema()]
    if table.layer == "silver":
        kinds: dict[str, DataType] = dict(zip(PROVENANCE, (LongType(), StringType(), LongType()), strict=True))
        kinds |= {CORRECTED: ArrayType(StringType())}
        kinds |= HISTORY if isinstance(table.write, History) else {}
        fields += [StructField(name, kind, metadata={"comment": name}) for name, kind in kinds.items()]
    return StructType(fields)


def stored_types(lake: Lake, table: str) -> dict[str, DataType]:
    """Return the type of each column that a table has now."""
    schema = StructType.fromJson(json.loads(lake.open(table).schema().to_json()))
    return {field.name: field.dataType for field in schema}


def arrow_schema(table: Table) -> pa.Schema:
    """Stored schema for delta-rs; time stamps are microseconds in UTC."""
    fields = stored_schema(table)
    return pa.schema([pa.field(f.name, arrow_type(f.dataType), metadata=f.metadata) for f in fields])


def arrow_type(spark_type: DataType) -> pa.DataType:
    """Return the arrow type that Delta stores as `spark_type`."""
    return pa.timestamp("us", tz="UTC") if isinstance(spark_type, TimestampType) else to_arrow_type(spark_type)
