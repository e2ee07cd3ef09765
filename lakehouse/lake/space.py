"""What a table takes up on disk, how far back it can be read, and the removal of files that no version needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError
from pyarrow.fs import FileSelector, FileSystem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.lake.tables import Lake

KEPT = "delta.deletedFileRetentionDuration"
USUALLY_KEPT = timedelta(days=7)
INTERVAL = re.compile(r"interval (\d+) (week|day|hour|minute|second)s?")


@dataclass(frozen=True)
class Space:
    """What lies in the folder of a table. Bytes are those of data files; the log is not counted."""

    rows: int
    files: int
    live_bytes: int
    older_bytes: int
    """Kept for older versions, changes included."""
    version: int
    oldest: int
    """Oldest version that can be read still."""


def space(lake: Lake, table: str) -> Space:
    """Measure a table that exists."""
    log = lake.open(table)
    told = pa.table(log.get_add_actions(flatten=True))
    rows, live = (pc.sum(told.column(name)).as_py() or 0 for name in ("num_records", "size_bytes"))
    lying = data_on_disk(lake, table)
    oldest = oldest_readable(lake, table, lying)
    return Space(rows, told.num_rows, live, max(sum(lying.values()) - live, 0), log.version(), oldest)


def data_on_disk(lake: Lake, table: str) -> dict[str, int]:
    """Return the size of every data file below a table's folder, by its path there."""
    store, folder = FileSystem.from_uri(lake.path(table))
    found = store.get_file_info(FileSelector(folder, recursive=True))
    files = [file for file in found if file.path.endswith(".parquet") and "/_delta_log/" not in file.path]
    return {file.path.removeprefix(f"{folder}/"): file.size for file in files}


def oldest_readable(lake: Lake, table: str, lying: Mapping[str, int]) -> int:
    """Return the oldest version whose log and files are all there; once one can be read, all later ones can."""
    log = lake.open(table)
    low, high = min(int(commit["version"]) for commit in log.history()), log.version()
    while low < high:
        middle = (low + high) // 2
        if is_readable(lake.path(table), middle, lying):
            high = middle
        else:
            low = middle + 1
    return high


def is_readable(path: str, version: int, lying: Mapping[str, int]) -> bool:
    """Whether the log and every file of a version are there."""
    try:
        told = pa.table(DeltaTable(path, version=version).get_add_actions())
    except DeltaError:
        return False
    return all(unquote(name) in lying for name in told.column("path").to_pylist())


def kept_for(lake: Lake, table: str) -> timedelta:
    """Return how long a table keeps files after they gave way."""
    match = INTERVAL.fullmatch(lake.open(table).metadata().configuration.get(KEPT, ""))
    return timedelta(**{f"{match[2]}s": int(match[1])}) if match else USUALLY_KEPT


def vacuum(lake: Lake, table: str, *, dry_run: bool = False) -> tuple[int, int]:
    """Delete the files that gave way longer ago than the table keeps them; return how many and their bytes.

    The same age holds for commits in the log, once a checkpoint stands for them. Nothing to delete: no new version.
    """
    log, lying = lake.open(table), data_on_disk(lake, table)
    gone = [unquote(path) for path in log.vacuum(dry_run=True, full=True)]
    if gone and not dry_run:
        log.vacuum(dry_run=False, full=True)
        log = lake.open(table)
    if not dry_run:
        log.create_checkpoint()
        log.cleanup_metadata()
    return len(gone), sum(lying.get(path, 0) for path in gone)
