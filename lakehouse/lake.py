"""A table without Spark: path, version, SQL at a version, append, transaction ids."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, QueryBuilder, write_deltalake
from deltalake.exceptions import CommitFailedError, TableNotFoundError
from pyspark.sql.pandas.types import to_arrow_type
from pyspark.sql.types import LongType, StringType, StructField, StructType, TimestampType

from lakehouse.errors import LakehouseError
from lakehouse.table import PROVENANCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql.types import DataType

    from lakehouse.table import Table

Pinned = str | tuple[str, int]
"""A table by name, at its newest version or at the one given."""

RETRIES = 5
SMALL_FILES = 60


@dataclass(frozen=True)
class Lake:
    """The folder or object-store address that holds all tables."""

    root: str

    def path(self, table: str) -> str:
        """`<root>/silver/sales` of `silver.sales`."""
        return f"{self.root}/{table.replace('.', '/', 1)}"

    def staging(self, step_id: str) -> str:
        """Where a step keeps its rows until they are published."""
        return f"{self.root}/staging/{step_id}"

    def exists(self, table: str) -> bool:
        """Whether the table has been created."""
        return DeltaTable.is_deltatable(self.path(table))

    def version(self, table: str) -> int | None:
        """Newest version, or None for a table that does not exist yet."""
        try:
            return DeltaTable(self.path(table)).version()
        except TableNotFoundError:
            return None

    def read(self, sql: str, **tables: Pinned) -> pa.Table:
        """Run SQL over tables given by alias: `read("SELECT … FROM s", s=("gold.daily_sales", 12))`.

        Raises LakehouseError when a table does not exist.
        """
        builder = QueryBuilder()
        for alias, pinned in tables.items():
            name, version = (pinned, None) if isinstance(pinned, str) else pinned
            builder = builder.register(alias, self._open(name, version))
        return pa.table(builder.execute(sql).read_all())

    def create(self, table: Table, properties: Mapping[str, str] | None = None) -> None:
        """Create the table from its contract; does nothing when it exists."""
        DeltaTable.create(
            self.path(table.name),
            schema=arrow_schema(table),
            mode="ignore",
            configuration=dict(properties or {}),
            partition_by=list(table.partition_by),
            description=table.doc.partition("\n")[0],
        )

    def append(
        self, table: Table, rows: Sequence[Mapping[str, Any]], *, about: Mapping[str, str] | None = None
    ) -> None:
        """Append rows of a contract in one commit, retried when another process commits at the same moment."""
        if not self.exists(table.name):
            self.create(table)
        batch = pa.Table.from_pylist([dict(row) for row in rows], schema=arrow_schema(table))
        for attempt in range(RETRIES):
            try:
                write_deltalake(
                    self.path(table.name), batch, mode="append", commit_properties=CommitProperties(dict(about or {}))
                )
            except CommitFailedError:
                if attempt == RETRIES - 1:
                    raise
                time.sleep(0.05 * (attempt + 1))
            else:
                return

    def committed(self, table: str, app_id: str) -> bool:
        """Whether a commit with this transaction id is in the table."""
        return self.exists(table) and self._open(table, None).transaction_version(app_id) is not None

    def commits(self, table: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Newest commits first, as the table's log describes them; each has its `version`. None: all."""
        return self._open(table, None).history(limit)

    def column_comments(self, table: str) -> dict[str, str]:
        """Comment of each column, in order; the column's own name where it has none."""
        fields = self._open(table, None).schema().fields
        return {field.name: str(field.metadata.get("comment", field.name)) for field in fields}

    def compact(self, table: str) -> None:
        """Join the small files of an appended table once there are many."""
        if self.exists(table) and len((opened := self._open(table, None)).file_uris()) > SMALL_FILES:
            opened.optimize.compact()

    def _open(self, name: str, version: int | None) -> DeltaTable:
        try:
            return DeltaTable(self.path(name), version=version)
        except TableNotFoundError as missing:
            raise LakehouseError(
                f"{name} does not exist under {self.root}. A run makes it once its inputs have rows: jobs/run.py"
            ) from missing


def stored_schema(table: Table) -> StructType:
    """Contract and, for Silver, where each row came from."""
    fields = list(table.schema().fields)
    if table.layer == "silver":
        kinds = {"_batch_id": LongType(), "_file": StringType(), "_row_id": LongType()}
        fields += [StructField(name, kinds[name]) for name in PROVENANCE]
    return StructType(fields)


def arrow_schema(table: Table) -> pa.Schema:
    """Stored schema for delta-rs; time stamps are microseconds in UTC, columns carry their docs."""
    docs = {column.name: column.doc for column in table.columns}
    return pa.schema(
        [
            pa.field(field.name, arrow_type(field.dataType), metadata={"comment": docs.get(field.name, field.name)})
            for field in stored_schema(table)
        ]
    )


def arrow_type(spark_type: DataType) -> pa.DataType:
    """Return the arrow type that Delta stores as `spark_type`."""
    return pa.timestamp("us", tz="UTC") if isinstance(spark_type, TimestampType) else to_arrow_type(spark_type)
