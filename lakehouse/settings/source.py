"""`conf/sources/<source>.yaml` as frozen Sources; names of columns and tables are the catalog's to check."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from lakehouse.settings import text
from lakehouse.settings.base import ROOTS
from lakehouse.settings.fingerprint import fingerprint
from lakehouse.settings.part import Part
from lakehouse.settings.reading import NAME, kinds_of
from lakehouse.settings.values import (
    Case,
    Delivers,
    IdenticalRows,
    Mapped,
    Near,
    OnNewColumn,
    Settings,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.errors import Problem
    from lakehouse.settings.text import Node
    from lakehouse.settings.values import Read

WORDS = (
    "name", "doc", "owner", "read", "feeds", "system", "identity", "identical_rows", "arrives_within",
    "on_new_column", "settle", "map", "not_products", "parts", "rows", "adapter",
    "delivers", "deleted",
)  # fmt: skip
MAP_WORDS = (
    "from", "value", "formats", "zone", "decimal", "thousands", "nulls", "drop_suffix", "spellings", "near", "case",
    "starts_with", "equals", "negative",
)  # fmt: skip
PATTERN_LETTERS = set("GyMLdQqEFaDhHkKmsSVzOXx")
NO_MATTER_OF_ROWS = {"doc": "", "owner": "", "file": "", "arrives_within_seconds": None, "settle_seconds": 0.0}


def read_sources(settings: Settings) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """Return every source as far as it can be read, sorted by name, and every mistake in them."""
    problems: list[Problem] = []
    folder = Path(settings.conf) / "sources"
    files = sorted(path for path in folder.glob("*.y*ml") if not path.name.startswith("."))
    return tuple(_source(path, settings, problems) for path in files), tuple(problems)


def _source(path: Path, settings: Settings, problems: list[Problem]) -> Source:
    file = path.relative_to(Path(settings.conf).parent).as_posix()
    part = Part(text.read(path, file, problems), lambda _: file, problems)
    known = {root: getattr(settings.roots, root) for root in ROOTS}
    part = replace(part, words=text.filled(part.words, known, part.wrong))
    if part.words:
        part.only(WORDS, kind="word of a source")
    name, kinds = _name(part, path), kinds_of(part, settings)
    within = part.seconds("arrives_within", -1)
    source = Source(
        name=name,
        doc=part.need("doc", "one line that says what the files hold"),
        owner=part.need("owner", "who answers when the source is late or broken"),
        read=kinds.read,
        feeds=part.need("feeds", "the table that the rows go to, such as silver.sales"),
        system=part.text("system", name),
        map=_map(part),
        identity=part.texts("identity"),
        identical_rows=part.choice("identical_rows", get_args(IdenticalRows), "keep"),
        arrives_within_seconds=None if within < 0 else int(within),
        on_new_column=part.choice("on_new_column", get_args(OnNewColumn), "keep"),
        settle_seconds=part.seconds("settle", 2.0),
        not_products=_lists(part.part("not_products")),
        delivers=part.choice("delivers", get_args(Delivers), ""),
        deleted=_deleted(part),
        adapter=part.text("adapter"),
        rows=kinds.rows,
        file=file,
    )
    return _with_parts(source, kinds.beside)


def _name(part: Part, path: Path) -> str:
    found = part.need("name", f"it is the name of the file, {path.stem}")
    if path.suffix != ".yaml":
        part.wrong("file", "ends in .yml; a source ends in .yaml", f"{path.stem}.yaml")
    elif found and found != path.stem:
        part.wrong("name", f"{found!r} is not the name of the file", path.stem)
    elif not NAME.fullmatch(path.stem):
        part.wrong("name", f"{path.stem!r} must begin with a small letter and hold only small letters, digits and _")
    return path.stem


def _map(part: Part) -> tuple[Mapped, ...]:
    lines = part.part("map")
    if not lines.words:
        part.wrong("map", "is missing: how each column of the table comes from a column of the files")
    return tuple(_mapped(lines, column) for column in lines.words)


def _mapped(lines: Part, column: str) -> Mapped:
    said: Node = lines.words[column]
    short: dict[str, Node] = {"from": said}  # `order_id: InvoiceNo`
    part = replace(lines, words=short, key=lines.path(column)) if isinstance(said, str) else lines.part(column)
    part.only(MAP_WORDS, kind="map word")
    _origin(part)
    return Mapped(
        column=column,
        origin=part.text("from"),
        value=part.text("value") if part.has("value") else None,
        formats=_formats(part),
        zone=part.zone("zone"),
        decimal=_mark(part, "decimal", "."),
        thousands=_mark(part, "thousands", "." if part.text("decimal") == "," else ","),
        nulls=part.texts("nulls"),
        drop_suffix=part.text("drop_suffix"),
        spellings=dict(part.part("spellings").by_word()),
        near=_near(part),
        case=part.choice("case", get_args(Case), ""),
        starts_with=part.text("starts_with") or None,
        equals=part.texts("equals"),
        negative=part.flag("negative", default=False),
    )


def _deleted(part: Part) -> Mapped | None:
    if not part.has("deleted"):
        return None
    said = part.part("deleted").only(("from", "equals"))
    origin = said.need("from", "the column of the files that marks what is no longer listed")
    equals = said.texts("equals")
    if not equals:
        said.wrong("equals", "is missing: the values that mean deleted, such as [D, deleted]")
    return Mapped("is_deleted", origin=origin, equals=equals)


def _origin(part: Part) -> None:
    if part.has("from") and part.has("value"):
        part.wrong("value", "stands beside 'from'; a column has one of the two")
    elif not part.has("from") and not part.has("value") and set(part.words) <= set(MAP_WORDS):  # else: said already
        part.wrong("", "needs 'from' (a column of the files) or 'value' (the same for every row)")


def _mark(part: Part, word: str, default: str) -> str:
    found = part.text(word, default)
    if len(found) > 1 or found.isalnum() or (word == "decimal" and not found):
        part.wrong(word, f"{found!r} is not one mark like '.' or ','")
    if word == "thousands" and found and found == part.text("decimal", "."):
        part.wrong(word, f"{found!r} is the decimal mark too")
    return found


def _near(part: Part) -> Near:
    return part.text("near") if isinstance(part.words.get("near"), str) else part.texts("near")


def _formats(part: Part) -> tuple[str, ...]:
    found = part.texts("formats")
    for pattern in found:
        bare = re.sub(r"'[^']*'", "", pattern)
        strange = sorted(set(re.findall("[A-Za-z]", bare)) - PATTERN_LETTERS)
        if not bare or strange or "%" in bare or "'" in bare:
            part.wrong("formats", f"{pattern!r} is no date pattern; an example is 'yyyy-MM-dd HH:mm:ss'")
    return found


def _lists(part: Part) -> dict[str, tuple[str, ...]]:
    return {word: part.texts(word) for word in part.words}


def _with_parts(source: Source, beside: Mapping[str, Read]) -> Source:
    """Add the other parts, each as what lands its files and maps nothing by itself, and the hash of all."""
    nothing = {"feeds": "", "map": (), "deleted": None, "rows": "", "arrives_within_seconds": None}
    parts = {
        name: replace(source, **nothing, name=f"{source.name}_{name}", read=read)  # type: ignore[arg-type]
        for name, read in beside.items()
    }
    found = _hash(replace(source, beside=parts))
    return replace(source, hash=found, beside={name: replace(part, hash=found) for name, part in parts.items()})


def _hash(source: Source) -> str:
    """Of what decides how rows are judged: not where the files lie, who owns them, or in which order the map stands."""
    beside = {name: replace(part.read, path="") for name, part in source.beside.items()}
    judged = replace(
        source,
        **NO_MATTER_OF_ROWS,  # type: ignore[arg-type]
        read=replace(source.read, path=""),
        map=(),
        beside={},
    )
    return fingerprint([judged, sorted(source.map, key=lambda mapped: mapped.column), beside])
