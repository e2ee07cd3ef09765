"""Which columns of Bronze are shown as delivered: those that fill a shown column, and all only when asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lakehouse.lake import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake
    from lakehouse.table import Table

ENGINE_COLUMNS = ("_batch_id", "_file", "_row_id", "_ingested_at")
IS_THERE = "is_there"


def shown_headers(lake: Lake, catalog: Catalog, source: str, *, table: Table, values: bool) -> dict[str, str]:
    """Return Bronze column -> header as delivered, of what may be shown of a source that feeds a table of Silver.

    Without `values`: only what is mapped, and onto no column that names people. An unmapped column may hold anything.
    """
    comments = lake.column_comments(bronze_of(catalog, source))
    headers = {name: header for name, header in comments.items() if name not in ENGINE_COLUMNS}
    if values:
        return headers
    mapped = catalog.sources[source].map if source in catalog.sources else ()
    personal = {column.name for column in table.columns if column.pii}
    hidden = {each.origin for each in mapped if each.column in personal}
    known = {each.origin for each in mapped if each.column in table.column_names} - hidden
    return {name: header for name, header in headers.items() if header in known}


def bronze_of(catalog: Catalog, source: str) -> str:
    """Return the table that a source's rows were delivered into; conf may not know the source any more."""
    return catalog.sources[source].bronze if source in catalog.sources else f"bronze.{source}"


def selected(headers: Mapping[str, str]) -> str:
    """Return the SQL that selects Bronze columns of table `b` under names of our own; a header may hold anything."""
    texts = (f"b.{quoted(name)} AS text_{number}" for number, name in enumerate(headers))
    return ", ".join([f"b._batch_id IS NOT NULL AS {IS_THERE}", *texts])


def as_json(rows: pa.Table, headers: Mapping[str, str]) -> Iterator[str]:
    """Yield each row's text by header, NULL left out; empty where Bronze no longer has the row."""
    named = {f"text_{number}": header for number, header in enumerate(headers.values())}
    for batch in rows.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            said: dict[str, Any] = {header: row[name] for name, header in named.items() if row[name] is not None}
            yield json.dumps(said, ensure_ascii=False) if row[IS_THERE] else ""
