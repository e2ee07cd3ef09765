"""Small files of a table joined into larger ones, by commits that change no row."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import CommitProperties
from deltalake.transaction import RemoveAction
from pyarrow.fs import FileSystem

from lakehouse.lake.changes import FILES_JOINED
from lakehouse.lake.files import addition, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deltalake import DeltaTable
    from deltalake.transaction import AddAction

    from lakehouse.lake.tables import Lake

JOINED = "joined"
"""Folder of a table for files that were made of others."""
LEAST_PIECE = 4_000_000
"""Bytes; Spark takes the opening of a file to cost as much as reading 4 MB, so that smaller pieces save nothing."""


@dataclass(frozen=True)
class DataFile:
    """A file of a table's newest version; `low` and `high` bound one column, None where the log does not tell."""

    path: str
    size: int
    rows: int
    low: Any = None
    high: Any = None


def data_files(lake: Lake, table: str, column: str = "") -> tuple[DataFile, ...]:
    """Return the files of a table, with the bounds of a column."""
    told = pa.table(lake.open(table).get_add_actions(flatten=True)).to_pylist()
    return tuple(
        DataFile(f["path"], f["size_bytes"], f["num_records"] or 0, f.get(f"min.{column}"), f.get(f"max.{column}"))
        for f in told
    )


def join_files(lake: Lake, table: str, groups: Sequence[Sequence[DataFile]], *, by_month_of: str = "") -> int:
    """Put the rows of each group into as few files as are good to read, in one commit; return how many.

    `by_month_of`: a date column; rows are sorted by it and files begin with a month. A group is held in memory. Files
    that an earlier process wrote for the same version and did not commit are overwritten. Readers of older versions
    keep their files until these are vacuumed.
    """
    log = lake.open(table)
    if not is_plain(log):
        return int(log.optimize.compact()["numFilesAdded"])
    work = _Work(lake.path(table), log, by_month_of)
    at = int(time.time() * 1000)
    gone = [RemoveAction(file.path, False, at, file.size, {}) for group in groups for file in group]
    added = [addition for number, group in enumerate(groups) for addition in work.joined(group, number)]
    about = CommitProperties({"userMetadata": FILES_JOINED})
    log.create_write_transaction([*gone, *added], "append", log.schema(), commit_properties=about)
    return len(added)


@dataclass(frozen=True)
class _Work:
    """The table whose files are joined."""

    path: str
    log: DeltaTable
    by_month_of: str

    def joined(self, group: Sequence[DataFile], number: int) -> Iterator[AddAction]:
        """Write the rows of a group as new files."""
        rows = pa.concat_tables([self.read(file) for file in group])
        pieces = [rows]
        if self.by_month_of and rows.num_rows:
            least = LEAST_PIECE * rows.num_rows // max(sum(file.size for file in group), 1)
            rows = rows.sort_by(self.by_month_of)
            pieces = list(_by_month(rows, self.by_month_of, least=least))
        for place, piece in enumerate(pieces):
            yield self.write(piece, f"{self.log.version()}-{number}-{place}.parquet")

    def read(self, file: DataFile) -> pa.Table:
        """Return the rows of a file as the table has them now; NULL where a column came later."""
        store, folder = FileSystem.from_uri(self.path)
        rows = pq.read_table(f"{folder}/{unquote(file.path)}", filesystem=store, partitioning=None)
        wanted = pa.schema(self.log.schema().to_arrow())
        columns = [
            rows.column(field.name).cast(field.type)
            if field.name in rows.schema.names
            else pa.nulls(rows.num_rows, field.type)
            for field in wanted
        ]
        return pa.table(columns, names=wanted.names)

    def write(self, rows: pa.Table, name: str) -> AddAction:
        """Write a file into the table, where no reader sees it before it is committed."""
        store, folder = FileSystem.from_uri(f"{self.path}/{JOINED}")
        store.create_dir(folder)
        pq.write_table(rows, f"{folder}/{name}", filesystem=store, compression="zstd")
        footer = pq.read_metadata(f"{folder}/{name}", filesystem=store)
        written = store.get_file_info(f"{folder}/{name}")
        return addition(self.log, written, footer, folder=JOINED, is_news=False)


def _by_month(rows: pa.Table, column: str, *, least: int) -> Iterator[pa.Table]:
    """Cut sorted rows where a month begins: a month of so many rows is a piece, smaller ones go together."""
    days = rows.column(column).combine_chunks()
    months = pc.add(pc.multiply(pc.year(days), 12), pc.month(days))
    begin = month = 0
    for end in pc.run_end_encode(months).run_ends.to_pylist():
        if month > begin and end - month >= least:
            yield rows.slice(begin, month - begin)
            begin = month
        if end - begin >= least or end == rows.num_rows:
            yield rows.slice(begin, end - begin)
            begin = end
        month = end
