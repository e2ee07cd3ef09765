"""What leaves the lakehouse as files, written without Spark: released tables and where their rows came from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from lakehouse.errors import ConfigError, Problem
from lakehouse.export.lineage import LINEAGE, write_lineage
from lakehouse.export.tables import parsed, release_to_read, rows_of, write
from lakehouse.export.trace import TRACE, way_back, write_trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake

__all__ = ["Command", "act", "export", "trace"]

EVENTS = "openlineage"
OF_LINEAGE, OF_TABLES = ("csv", EVENTS), ("csv", "parquet")


@dataclass(frozen=True)
class Command:
    """What a person asked for."""

    tables: tuple[str, ...]
    """Released tables, each with its own condition or none; or `lineage`; or `trace` and one mart."""
    to: Path
    format: str = "csv"
    where: str = ""
    """Condition on every table."""
    release: int = 0
    """Number of an older release; 0: the newest."""
    values: bool = False
    """Whether columns and delivered text that name people are shown, in tables and traces."""

    @classmethod
    def of(cls, asked: object) -> Command:
        """Take what a command line gave under these names."""
        given = {field.name: getattr(asked, field.name) for field in fields(cls)}
        return cls(**given | {"tables": tuple(given["tables"])})


def act(lake: Lake, catalog: Catalog, command: Command) -> str:
    """Do what was asked; return what to say. Raises as `export` and `trace` do."""
    if command.tables[0] == TRACE:
        return trace(lake, catalog, command)
    files = export(
        lake, catalog, command.tables,
        to=command.to, kind=command.format, where=command.where, release=command.release, values=command.values,
    )  # fmt: skip
    return "\n".join([*map(str, files), *([] if command.values else left_out(catalog, command.tables))])


def left_out(catalog: Catalog, wanted: Sequence[str]) -> Iterator[str]:
    """Say which columns of the wanted tables are not written because they name people."""
    for name in dict.fromkeys(words.split()[0] for words in wanted):
        personal = [column.name for column in catalog.table(name).columns if column.pii] if name != LINEAGE else []
        if personal:
            yield f"{name}: without {', '.join(personal)}, which name people; --values writes them"


def trace(lake: Lake, catalog: Catalog, command: Command) -> str:
    """Write the lines behind rows of a released mart; return the file's name and what the lines add up to.

    Raises ConfigError for more or less than one released mart, LakehouseError when the way back is not known.
    """
    if len(command.tables) != 2 or command.format != "csv":
        raise ConfigError([Problem("export", TRACE, "takes one released mart and becomes csv: trace gold.daily_sales")])
    chosen = release_to_read(lake, command.release)
    table, where = parsed(command.tables[1], catalog, chosen, where=command.where)
    way = way_back(lake, catalog, table, release=chosen, where=where)
    command.to.mkdir(parents=True, exist_ok=True)
    return write_trace(way, catalog, command.to, values=command.values)


def export(
    lake: Lake,
    catalog: Catalog,
    wanted: Sequence[str],
    *,
    to: Path,
    kind: str = "csv",
    where: str = "",
    release: int = 0,
    values: bool = False,
) -> list[Path]:
    """Write one file per wanted table, rows in the order of its grain; `lineage` is the edges between tables.

    Tables (`gold.product_sales where revenue_rank <= 10`) become `csv` or `parquet`, at the newest release or the one
    given, with columns that name people only where `values` asks for them; lineage becomes `csv` or `openlineage`.
    Raises ConfigError for an unknown table or form, LakehouseError when nothing was released or a condition cannot be
    read.
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
        write(rows_of(lake, table, chosen, where=condition, values=values), to / f"{table.short_name}.{kind}")
        for table, condition in asked
    ]
