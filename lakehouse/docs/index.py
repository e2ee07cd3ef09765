"""The index: every table and source by layer, with a filter."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from lakehouse.docs.contracts import refreshed
from lakehouse.docs.frame import count, grid, link, moment, page, section, state
from lakehouse.docs.tables import released

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lakehouse.docs.known import Known

LAYERS = {
    "gold": "Gold: marts that answer questions, and the star they are built on",
    "silver": "Silver: one meaning, one type, one row per thing",
    "quarantine": "Quarantine: rows that Silver did not let through",
    "app": "App: what people decided",
    "ops": "Ops: the ledger",
}
HEADS = ("Table", "One row per", "Columns", "Built", "Last step", "Released")
PLAIN = ("Table", "One row per", "Columns", "Last step")


def index_page(known: Known) -> str:
    """Return the index."""
    release = known.release
    told = f"Release {release.release_id:,} of {moment(release.at)}" if release else "Nothing was released yet"
    head = (
        f"<header><h1>Tables and sources</h1><p>{told}: {len(known.tables):,} tables, "
        f'{len(known.catalog.sources):,} sources.</p><input id="filter" type="search" '
        'placeholder="Filter by name or words" aria-label="Filter"></header>\n'
    )
    body = [section(title, tables(layer, known)) for layer, title in LAYERS.items()]
    body.append(section("Sources: feeds of files", sources(known)))
    return page("Tables and sources", head + "".join(body), script=True)


def tables(layer: str, known: Known) -> str:
    """Return the tables of one layer."""
    heads = HEADS if layer == "gold" else PLAIN
    rows = [line(name, known) for name in sorted(known.tables) if known.tables[name].layer == layer]
    kept = [[row[HEADS.index(head)] for head in heads] for row in rows]
    return grid(heads, kept, numbers=("Columns",))


def line(name: str, known: Known) -> Sequence[str]:
    """Return the cells of one table."""
    table = known.tables[name]
    newest = next(iter(known.of(name)), None)
    what = table.doc.strip().partition("\n")[0].removeprefix("One row per ")
    last = f"{moment(newest.at)} {state(newest.state)}" if newest else ""
    return (
        link(name),
        escape(what),
        count(len(table.columns)),
        escape(refreshed(table)),
        last,
        released(table, known),
    )


def sources(known: Known) -> str:
    """Return the sources."""
    return grid(("Source", "What it is", "Feeds", "Key space"), source_lines(known))


def source_lines(known: Known) -> Iterator[Sequence[str]]:
    """Yield the cells of each source."""
    for name, source in sorted(known.catalog.sources.items()):
        yield link(f"source.{name}", name), escape(source.doc), link(source.feeds), escape(source.system)
