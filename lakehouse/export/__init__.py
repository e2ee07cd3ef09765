"""What leaves the lakehouse as files, written without Spark: released tables and where their rows came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from lakehouse.errors import ConfigError, Problem
from lakehouse.export.lineage import LINEAGE, write_lineage
from lakehouse.export.tables import Format, write_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake

__all__ = ["export"]

EVENTS = "openlineage"


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
    to.mkdir(parents=True, exist_ok=True)
    tables = [words for words in wanted if words != LINEAGE]
    forms = get_args(Format) if tables else ("csv", EVENTS)
    if kind not in forms or (tables and len(tables) < len(wanted)):
        raise ConfigError([Problem("export", "format", f"{', '.join(wanted)} can become {' or '.join(forms)} alone")])
    if not tables:
        return [write_lineage(lake, to, events=kind == EVENTS)]
    form: Format = "parquet" if kind == "parquet" else "csv"
    return write_tables(lake, catalog, tables, to=to, kind=form, where=where, release=release)
