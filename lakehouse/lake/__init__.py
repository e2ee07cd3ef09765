"""A table without Spark: path, version, files, SQL at a version, append, commit of files, transaction ids."""

from lakehouse.lake.changes import CLEANED_AWAY, Key, changed_keys, row_version, version_like
from lakehouse.lake.erasing import count_rows, delete_rows, quoted, set_values
from lakehouse.lake.files import Mode, Snapshot, commit_files, move_in, snapshot_of
from lakehouse.lake.joining import DataFile, data_files, join_files
from lakehouse.lake.merging import CHANGE, merge_files
from lakehouse.lake.schemas import arrow_schema, stored_schema, stored_types
from lakehouse.lake.space import Space, data_on_disk, kept_for, space, vacuum
from lakehouse.lake.tables import BESIDE, Lake, Pinned, literal, step_of_folder

__all__ = [
    "BESIDE",
    "CHANGE",
    "CLEANED_AWAY",
    "DataFile",
    "Key",
    "Lake",
    "Mode",
    "Pinned",
    "Snapshot",
    "Space",
    "arrow_schema",
    "changed_keys",
    "commit_files",
    "count_rows",
    "data_files",
    "data_on_disk",
    "delete_rows",
    "join_files",
    "kept_for",
    "literal",
    "merge_files",
    "move_in",
    "quoted",
    "row_version",
    "set_values",
    "snapshot_of",
    "space",
    "step_of_folder",
    "stored_schema",
    "stored_types",
    "vacuum",
    "version_like",
]
