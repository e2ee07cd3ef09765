"""The tables that lie in a lake, with their contracts where they have one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.errors import ConfigError, Problem
from lakehouse.quarantine import quarantine_of
from lakehouse.settings import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake
    from lakehouse.table import Table


@dataclass(frozen=True)
class Kept:
    """A table that exists; Bronze has no contract."""

    name: str
    table: Table | None = None


def kept_tables(lake: Lake, catalog: Catalog, select: Sequence[str] = ()) -> tuple[Kept, ...]:
    """Return the selected tables that exist, layer by layer. Raises ConfigError for a word that means none."""
    known: dict[str, Table | None] = dict.fromkeys(catalog.landing())
    known |= {name: catalog.tables[name] for name in catalog.order()}
    silver = [table for table in known.values() if table and table.layer == "silver"]
    known |= {held.name: held for held in (quarantine_of(table.name) for table in silver)}
    known |= {name: table for name, table in catalog.tables.items() if table.layer in {"ops", "app"}}
    problems = [
        Problem("--select", word, "names no table or layer", nearest(word, [*known, *map(layer_of, known)]))
        for word in select
        if not any(is_meant(name, word) for name in known)
    ]
    if problems:
        raise ConfigError(problems)
    meant = [name for name in known if not select or any(is_meant(name, word) for word in select)]
    return tuple(Kept(name, known[name]) for name in meant if lake.exists(name))


def is_meant(name: str, word: str) -> bool:
    """Whether a word of the command line means a table."""
    return word in {name, layer_of(name)}


def layer_of(name: str) -> str:
    """`layer:gold` of `gold.daily_sales`."""
    return f"layer:{name.partition('.')[0]}"
