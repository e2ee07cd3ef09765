"""Released Gold tables as files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow.csv
import pyarrow.parquet

from lakehouse import ledger
from lakehouse.errors import ConfigError, LakehouseError, Problem
from lakehouse.settings import nearest

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake
    from lakehouse.ledger import Release
    from lakehouse.table import Table

WORDS = re.compile(r"^(?P<table>\S+)(?:\s+where\s+(?P<where>.+))?$", re.IGNORECASE | re.DOTALL)


def release_to_read(lake: Lake, number: int) -> Release:
    """Return a release by number; 0: the newest."""
    found = ledger.newest_release(lake) if not number else ledger.release_as_of(lake, number)
    if found is None:
        raise LakehouseError(f"nothing has been released in {lake.root} yet: jobs/run.py")
    return found


def parsed(words: str, catalog: Catalog, release: Release, *, where: str) -> tuple[Table, str]:
    """Return the table and the condition that words ask for. Raises ConfigError for one that is not released."""
    match = WORDS.match(words.strip())
    name = match["table"] if match else words
    if name not in release.tables:
        raise ConfigError([Problem("export", name, "is not in the release", nearest(name, release.tables))])
    conditions = [f"({condition})" for condition in (match["where"] if match else "", where) if condition]
    return catalog.table(name), " AND ".join(conditions)


def rows_of(lake: Lake, table: Table, release: Release, *, where: str, values: bool = False) -> pa.Table:
    """Return the released rows of a table that meet a condition; `values`: with the columns that name people."""
    condition = f" WHERE {where}" if where else ""
    columns = ", ".join(shown_columns(table, values=values))
    sql = f"SELECT {columns} FROM rows{condition} ORDER BY {', '.join(table.grain)}"  # noqa: S608
    try:
        return lake.read(sql, rows=(table.name, release.tables[table.name]))
    except LakehouseError:
        raise
    except Exception as error:
        columns = ", ".join(table.column_names)
        raise LakehouseError(f"{table.name}: cannot read {where!r}: {error}. Its columns: {columns}") from error


def shown_columns(table: Table, *, values: bool) -> list[str]:
    """Return the columns that are written: with `values` all, else those that name nobody."""
    return [column.name for column in table.columns if values or not column.pii]


def write(rows: pa.Table, file: Path) -> Path:
    """Write rows in the form that the name of the file ends with."""
    if file.suffix == ".csv":
        pyarrow.csv.write_csv(rows, file)
    else:
        pyarrow.parquet.write_table(rows, file)
    return file
