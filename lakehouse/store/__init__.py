"""Tables through Spark: read a version, write by mode, transaction ids."""

from lakehouse.store.commits import Commit, commit_of, looked_up_by, properties
from lakehouse.store.merging import COMMIT_NOTE, TXN_APP, TXN_VERSION, merge, merge_condition, spans
from lakehouse.store.reading import Wanted, address, no_rows, read, read_all, stored
from lakehouse.store.writing import append, replace

__all__ = [
    "COMMIT_NOTE",
    "TXN_APP",
    "TXN_VERSION",
    "Commit",
    "Wanted",
    "address",
    "append",
    "commit_of",
    "looked_up_by",
    "merge",
    "merge_condition",
    "no_rows",
    "properties",
    "read",
    "read_all",
    "replace",
    "spans",
    "stored",
]
