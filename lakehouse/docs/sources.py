"""The page of one source: what it delivers, how its columns become those of a contract, which files came."""

from __future__ import annotations

from dataclasses import fields
from html import escape
from typing import TYPE_CHECKING

from lakehouse.docs.frame import code, count, facts, grid, link, moment, page, section, state
from lakehouse.docs.known import LAST
from lakehouse.docs.lineage import Node, drawing
from lakehouse.docs.tables import NUMBERS, STEP_HEADS, steps
from lakehouse.settings.values import Mapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lakehouse.docs.known import Known
    from lakehouse.ledger import FileRecord
    from lakehouse.settings import Source

FILES = 20
"""Files that a page lists."""
USUAL = Mapped("")


def source_page(source: Source, known: Known) -> str:
    """Return the page of a source."""
    way = drawing(Node(source.bronze), before=[Node(source.name)], after=[Node(source.feeds, f"{source.feeds}.html")])
    body = [
        f'<header><p class="layer source">source</p><h1>{escape(source.name)}</h1>',
        f"<p>{escape(source.doc)}</p>{summary(source, known)}</header>\n",
        section("Lineage", way),
        section("Map", grid(("Column", "Comes from", "How"), mapping(source))),
        section("Last files", grid(FILE_HEADS, files(source, known), numbers=("Rows", "Bytes"))),
        section(
            "Last steps", grid(STEP_HEADS, steps(known.of(source.feeds, source.name)[:LAST], known), numbers=NUMBERS)
        ),
        section("As written", yaml(source, known)),
    ]
    return page(source.name, "".join(body))


FILE_HEADS = ("Seen", "State", "File", "Batch", "Rows", "Bytes", "Why")


def summary(source: Source, known: Known) -> str:
    """Return the facts below the title."""
    promise = source.arrives_within_seconds
    newest = max((file.at for file in delivered(source, known) if file.at), default=None)
    return facts(
        {
            "Feeds": link(source.feeds),
            "Key space": code(source.system),
            "Format": escape(source.read.format),
            "Owner": escape(source.owner),
            "Identical rows": escape(source.identical_rows),
            "Delivers": escape(source.delivers),
            "Arrives within": f"{promise / 3600:g} hours" if promise else "",
            "Newest file": moment(newest) if newest else "",
        }
    )


def mapping(source: Source) -> Iterator[Sequence[str]]:
    """Yield the cells of each mapped column."""
    for mapped in source.every_mapped:
        origin = code(mapped.origin) if mapped.value is None else f"always {code(mapped.value)}"
        yield code(mapped.column), origin, "; ".join(how(mapped))


def how(mapped: Mapped) -> Iterator[str]:
    """Yield the words of a mapped column that say more than where it comes from."""
    for each in fields(mapped):
        told = getattr(mapped, each.name)
        if each.name in ("column", "origin", "value") or told == getattr(USUAL, each.name):
            continue
        if isinstance(told, dict):
            told = ", ".join(f"{key} → {value}" for key, value in told.items())
        elif isinstance(told, tuple):
            told = ", ".join(told)
        yield f'<span class="word">{escape(each.name)}</span> {escape(str(told))}'


def delivered(source: Source, known: Known) -> list[FileRecord]:
    """Return the files of a source, those of its other parts too."""
    names = {part.name for part in source.each_part}
    return [file for file in known.files if file.source in names]


def files(source: Source, known: Known) -> Iterator[Sequence[str]]:
    """Yield the cells of the newest files, by name: where the landing folder lies is nobody's business."""
    newest_first = sorted(delivered(source, known), key=lambda file: str(file.at), reverse=True)
    for file in newest_first[:FILES]:
        name = escape(file.path.rpartition("/")[2])
        told = (
            count(file.batch_id),
            count(file.rows),
            count(file.size),
            escape(known.without_places(file.reason or "", file)),
        )
        yield moment(file.at), state(file.state), name, *told


def yaml(source: Source, known: Known) -> str:
    """Return the file that declares a source."""
    text = known.text_of(source)
    return f"<details><summary>{escape(source.file)}</summary><pre>{escape(text)}</pre></details>" if text else ""
