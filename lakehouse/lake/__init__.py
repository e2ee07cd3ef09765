"""A table without Spark: path, version, files, SQL at a version, append, commit of files, transaction ids."""

from lakehouse.lake.files import Mode, Snapshot, commit_files, move_in, snapshot_of
from lakehouse.lake.schemas import arrow_schema, stored_schema
from lakehouse.lake.tables import Lake, Pinned, literal

__all__ = [
    "Lake",
    "Mode",
    "Pinned",
    "Snapshot",
    "arrow_schema",
    "commit_files",
    "literal",
    "move_in",
    "snapshot_of",
    "stored_schema",
]
