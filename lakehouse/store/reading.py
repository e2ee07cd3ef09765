"""Read a table at a version, or the part of it that a step asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from pyspark.sql.types import StructType

from lakehouse.lake import snapshot_of, stored_schema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from lakehouse.lake import Lake
    from lakehouse.table import Table

FEW_FILES = 200
"""As many files are read by name; of more, Delta's own reader chooses better."""
GLOB = re.compile(r"([\\\[\]{}*?])")
Wanted = Mapping[str, Collection[Any]]
"""Values that are looked for, by column."""


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
    return spark.range(0).select().to(schema)


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


def stored(rows: DataFrame, table: Table) -> DataFrame:
    """Only the columns that the table keeps, in their order; NULL where they were written before it had them."""
    return rows.to(stored_schema(table))
