"""A table without Spark: path, version, files, SQL at a version, append, commit of files, transaction ids."""

from lakehouse.lake.changes import Key, changed_keys, row_version
from lakehouse.lake.files import Mode, Snapshot, commit_files, move_in, snapshot_of
from lakehouse.lake.merging import CHANGE, merge_files
from lakehouse.lake.schemas import arrow_schema, stored_schema
from lakehouse.lake.tables import Lake, Pinned, literal

__all__ = [
    "CHANGE",
    "Key",
    "Lake",
    "Mode",
    "Pinned",
    "Snapshot",
    "arrow_schema",
    "changed_keys",
    "commit_files",
    "literal",
    "merge_files",
    "move_in",
    "row_version",
    "snapshot_of",
    "stored_schema",
]
