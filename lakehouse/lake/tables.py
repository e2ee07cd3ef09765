"""Tables by name: path, version, SQL at a version, append, transaction ids."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, QueryBuilder, Schema, write_deltalake
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from lakehouse.errors import LakehouseError
from lakehouse.lake.schemas import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lakehouse.table import Table

Pinned = str | tuple[str, int]
"""A table by name, at its newest version or at the one given."""

BESIDE = ("again", "moved", "judged")
"""What a step may keep beside its staging: rows judged again, published ones that they leave, few incoming ones."""

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

    def beside_staging(self, step_id: str, name: str) -> str:
        """Where a step keeps one of BESIDE, which it will need to publish them."""
        return f"{self.staging(step_id)}-{name}"

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
            builder = builder.register(alias, self.open(name, version))
        return without_views(pa.table(builder.execute(sql).read_all()))

    def create(self, table: Table, properties: Mapping[str, str] | None = None) -> None:
        """Create the table from its contract; one that exists is given those properties that its own differ from."""
        if self.exists(table.name):
            self._set_properties(table.name, properties or {})
            return
        DeltaTable.create(
            self.path(table.name),
            schema=arrow_schema(table),
            mode="ignore",
            configuration=dict(properties or {}),
            partition_by=list(table.partition_by),
            description=table.doc.partition("\n")[0],
        )

    def _set_properties(self, name: str, wanted: Mapping[str, str]) -> None:
        """A commit of its own, and only when something differs: retention or what rows are looked up by changed."""
        log = self.open(name)
        own = log.metadata().configuration
        if differing := {key: value for key, value in wanted.items() if own.get(key) != value}:
            log.alter.set_table_properties(differing)

    def create_as(self, table: str, schema: str, properties: Mapping[str, str]) -> None:
        """Create a table without a contract; `schema` as JSON."""
        DeltaTable.create(
            self.path(table), schema=Schema.from_json(schema), mode="ignore", configuration=dict(properties)
        )

    def append(
        self, table: Table, rows: Sequence[Mapping[str, Any]], *, about: Mapping[str, str] | None = None
    ) -> None:
        """Append rows of a contract in one commit, retried when another process commits at the same moment.

        Columns that the contract has got since the table was created are added to it.
        """
        if not self.exists(table.name):
            self.create(table)
        batch = pa.Table.from_pylist([dict(row) for row in rows], schema=arrow_schema(table))
        for attempt in range(RETRIES):
            log = self.open(table.name)
            added = set(batch.column_names) - {field.name for field in log.schema().fields}
            merging: Literal["merge"] | None = "merge" if added else None
            try:
                known = CommitProperties(dict(about or {}))
                write_deltalake(log, batch, mode="append", schema_mode=merging, commit_properties=known)
            except CommitFailedError:
                if attempt == RETRIES - 1:
                    raise
                time.sleep(0.05 * (attempt + 1))
            else:
                return

    def committed(self, table: str, app_id: str) -> bool:
        """Whether a commit with this transaction id is in the table."""
        return self.exists(table) and self.open(table).transaction_version(app_id) is not None

    def commits(self, table: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Newest commits first, as the table's log describes them; each has its `version`. None: all."""
        return self.open(table).history(limit)

    def rows(self, table: str, version: int) -> int:
        """How many rows a version has, as the log's statistics say."""
        counted = pa.table(self.open(table, version).get_add_actions(flatten=True))["num_records"]
        return int(sum(rows or 0 for rows in counted.to_pylist()))

    def columns(self, table: str) -> tuple[str, ...]:
        """Names of the columns that a table has, which an older one may have fewer of than its contract."""
        return tuple(field.name for field in self.open(table).schema().fields)

    def column_comments(self, table: str) -> dict[str, str]:
        """Comment of each column, in order; the column's own name where it has none."""
        fields = self.open(table).schema().fields
        return {field.name: str(field.metadata.get("comment", field.name)) for field in fields}

    def compact(self, table: str) -> None:
        """Join the small files of an appended table once there are many."""
        if self.exists(table) and len((opened := self.open(table)).file_uris()) > SMALL_FILES:
            opened.optimize.compact()

    def open(self, name: str, version: int | None = None) -> DeltaTable:
        """Return the table's log at a version (None: newest). Raises LakehouseError when it does not exist."""
        try:
            return DeltaTable(self.path(name), version=version)
        except TableNotFoundError as missing:
            raise LakehouseError(
                f"{name} does not exist under {self.root}. A run makes it once its inputs have rows: jobs/run.py"
            ) from missing


def step_of_folder(name: str) -> str:
    """Return the id of the step that keeps a folder as its staging or beside it."""
    step_id, _, kind = name.rpartition("-")
    return step_id if kind in BESIDE else name


def literal(value: str) -> str:
    """Return a text as it stands in SQL for `Lake.read`."""
    return "'" + value.replace("'", "''") + "'"


def without_views(rows: pa.Table) -> pa.Table:
    """Return rows with text as plain text: the query engine may hand out views, which few others can read."""
    plain = [field.with_type(pa.string()) if field.type == pa.string_view() else field for field in rows.schema]
    return rows.cast(pa.schema(plain))
