"""What leaves the lakehouse as files, written without Spark: released tables and where their rows came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.errors import ConfigError, Problem
from lakehouse.export.lineage import LINEAGE, write_lineage
from lakehouse.export.tables import parsed, release_to_read, rows_of, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake

__all__ = ["export"]

EVENTS = "openlineage"
OF_LINEAGE, OF_TABLES = ("csv", EVENTS), ("csv", "parquet")


def export(
    lake: Lake,
    catalog: Catalog,
    wanted: Sequence[str],
    *,
    to: Path,
    kind: str = "csv",
    where: str = "",
    release: int = 0,
) -> list[Path]:
    """Write one file per wanted table, rows in the order of its grain; `lineage` is the edges between tables.

    Tables (`gold.product_sales where revenue_rank <= 10`) become `csv` or `parquet`, at the newest release or the one
    given; lineage becomes `csv` or `openlineage`. Raises ConfigError for an unknown table or form, LakehouseError when
    nothing was released or a condition cannot be read.
    """
    tables = [words for words in wanted if words != LINEAGE]
    forms = OF_TABLES if tables else OF_LINEAGE
    if kind not in forms or (tables and len(tables) < len(wanted)):
        raise ConfigError([Problem("export", "format", f"{', '.join(wanted)} can become {' or '.join(forms)} alone")])
    if not tables:
        to.mkdir(parents=True, exist_ok=True)
        return [write_lineage(lake, to, events=kind == EVENTS)]
    chosen = release_to_read(lake, release)
    asked = [parsed(words, catalog, chosen, where=where) for words in tables]
    to.mkdir(parents=True, exist_ok=True)
    return [
        write(rows_of(lake, table, chosen, where=condition), to / f"{table.short_name}.{kind}")
        for table, condition in asked
    ]
