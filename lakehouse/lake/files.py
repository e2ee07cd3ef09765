"""The Parquet files of a table: which ones make up a version, and new ones taken in by one commit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

import pyarrow.parquet as pq
from deltalake import CommitProperties, Schema, Transaction
from deltalake.transaction import AddAction, RemoveAction
from pyarrow.fs import FileSelector, FileSystem

from lakehouse.errors import LakehouseError
from lakehouse.lake.changes import files_within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from deltalake import DeltaTable
    from pyarrow.fs import FileInfo

    from lakehouse.lake.tables import Lake

Mode = Literal["append", "overwrite"]

FIRST_READER, CHANGES_WRITER = 1, 4
"""Newest protocol without a feature that makes rows differ from what the files say; the writer's knows change feeds."""
LONGEST_BOUND = 32
"""Longest text that stands in the log as the bound of a file, as Delta itself has it."""


@dataclass(frozen=True)
class Snapshot:
    """The files of a table at one version."""

    files: tuple[str, ...]
    schema: str
    """As JSON, in the words that Delta and Spark share."""
    is_plain: bool
    """Whether its rows are exactly those of its files."""


def snapshot_of(
    lake: Lake, table: str, version: int | None = None, *, within: Mapping[str, Collection[Any]] | None = None
) -> Snapshot:
    """Return the files of a version (None: newest). Raises LakehouseError when the table does not exist.

    `within`, wanted values by column, leaves out the files that by the log's bounds cannot hold any of them.
    """
    log = lake.open(table, version)
    files = log.file_uris()
    if within:
        held = files_within(log, within)
        files = [uri for uri in files if uri.endswith(tuple(held))] if held else []
    return Snapshot(tuple(unquote(uri) for uri in files), log.schema().to_json(), is_plain(log))


def is_plain(log: DeltaTable) -> bool:
    """Whether a table has no deletion vectors, renamed or generated columns, partitions or constraints."""
    needs, about = log.protocol(), log.metadata()
    derived = any("delta.generationExpression" in field.metadata for field in log.schema().fields)
    bound = any(name.startswith("delta.constraints.") for name in about.configuration)
    old = needs.min_reader_version == FIRST_READER and needs.min_writer_version <= CHANGES_WRITER
    return old and not (about.partition_columns or derived or bound)


def move_in(lake: Lake, table: str, *, staged: str, folder: str) -> None:
    """Move staged files into a folder of a table, where no reader sees them before they are committed.

    What an earlier process moved is no longer staged, so that a second call goes on where the first one ended.
    """
    store, source = FileSystem.from_uri(staged)
    _, target = FileSystem.from_uri(f"{lake.path(table)}/{folder}")
    store.create_dir(target)
    for file in _parquet_files(store, source):
        # files of one name may lie in several folders
        name = file.path.removeprefix(source).strip("/").replace("/", "-")
        store.move(file.path, f"{target}/{name}")


def commit_files(lake: Lake, table: str, *, folder: str, schema: str, mode: Mode, app_id: str) -> None:
    """Make the files in a folder of a plain table its next version, under a transaction id; new columns come before.

    `schema` (JSON) is what the files hold of the table: appending adds columns that are new to it, overwriting gives
    it this schema. Columns of the files that it does not name are never read. Raises LakehouseError when a column
    would change its type by appending.
    """
    log = lake.open(table)
    wanted = Schema.from_json(schema)
    if mode == "append":
        wanted = widened(log, wanted, table)
    added: list[AddAction | RemoveAction] = [*_additions(log, lake.path(table), folder)]
    rows = sum(json.loads(action.stats)["numRecords"] for action in added if isinstance(action, AddAction))
    about = CommitProperties({"userMetadata": app_id, "rows": str(rows)}, app_transactions=[Transaction(app_id, 1)])
    log.create_write_transaction(added, mode, wanted, commit_properties=about)


def widened(log: DeltaTable, wanted: Schema, table: str) -> Schema:
    """Add the columns that a table lacks; return its schema. Raises LakehouseError where a type differs."""
    known = {field.name: field for field in log.schema().fields}
    changed = [f.name for f in wanted.fields if f.name in known and f.type != known[f.name].type]
    if changed:
        raise LakehouseError(f"{table}: the type of {', '.join(changed)} differs from the table's; nothing was written")
    if new := [field for field in wanted.fields if field.name not in known]:
        log.alter.add_columns(new)
        log.update_incremental()
    return log.schema()


def _additions(log: DeltaTable, root: str, folder: str) -> Iterator[AddAction]:
    store, path = FileSystem.from_uri(f"{root}/{folder}")
    for file in _parquet_files(store, path):
        with store.open_input_file(file.path) as opened:
            footer = pq.read_metadata(opened)
        if footer.num_rows:
            yield addition(log, file, footer, folder=folder, is_news=True)


def addition(log: DeltaTable, file: FileInfo, footer: pq.FileMetaData, *, folder: str, is_news: bool) -> AddAction:
    """Return what takes a file in a folder of a table in; not news is a file whose rows the table had before."""
    bounded = log.metadata().configuration.get("delta.dataSkippingStatsColumns", "").split(",")
    told, at = statistics(footer, bounded), int(file.mtime_ns / 1e6)
    return AddAction(f"{folder}/{file.base_name}", file.size, {}, at, is_news, told)


def _parquet_files(store: FileSystem, path: str) -> list[FileInfo]:
    found = store.get_file_info(FileSelector(path, allow_not_found=True, recursive=True))
    return sorted((file for file in found if file.base_name.endswith(".parquet")), key=lambda file: file.path)


def statistics(footer: pq.FileMetaData, bounded: Sequence[str]) -> str:
    """Return what the log says of a file, as JSON: rows, and bounds of the columns that rows are looked up by."""
    places = {footer.schema.column(place).path: place for place in range(footer.num_columns)}
    told: dict[str, Any] = {"numRecords": footer.num_rows, "minValues": {}, "maxValues": {}, "nullCount": {}}
    for name in (name for name in bounded if name in places):
        parts = [footer.row_group(group).column(places[name]).statistics for group in range(footer.num_row_groups)]
        if not all(part is not None and part.has_null_count for part in parts):
            continue
        told["nullCount"][name] = sum(part.null_count for part in parts)
        filled = [part for part in parts if part.num_values]
        if filled and all(part.has_min_max for part in filled):
            _bound(told, name, low=min(part.min for part in filled), high=max(part.max for part in filled))
    return json.dumps(told)


def _bound(told: dict[str, Any], name: str, *, low: Any, high: Any) -> None:
    """Note the bounds of a column whose values JSON can say; a long text bounds from below alone."""
    if isinstance(low, datetime) or not isinstance(low, str | int | date):
        return
    if isinstance(low, str):
        told["minValues"][name] = low[:LONGEST_BOUND]
        if len(high) <= LONGEST_BOUND:
            told["maxValues"][name] = high
        return
    told["minValues"][name], told["maxValues"][name] = (
        bound.isoformat() if isinstance(bound, date) else bound for bound in (low, high)
    )
