"""How the files of a source are read, one kind of them or several."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from lakehouse.settings.base import absolute
from lakehouse.settings.part import nearest
from lakehouse.settings.values import Format, Read, ReadOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.settings.part import Part
    from lakehouse.settings.values import Settings

READ_WORDS = ("format", "path", "options")
OPTIONS = ("header", "separator", "quote", "escape", "encoding", "multiline")
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Kinds:
    """The kinds of files that a source is made of; most have one, which has no name."""

    rows: str
    """The part whose rows are the rows of the source; empty where there are no parts."""
    read: Read
    """How the rows are read."""
    beside: Mapping[str, Read]
    """How the other parts are read, by name."""


def kinds_of(part: Part, settings: Settings) -> Kinds:
    """Return what `read`, or `parts` and `rows`, say."""
    if not part.has("parts"):
        if part.has("rows"):
            part.wrong("rows", "is for a source with parts, and this has none")
        return Kinds("", read_of(part.part("read"), settings), {})
    if part.has("read"):
        part.wrong("read", "stands beside 'parts'; a source has one of the two")
    named = part.part("parts")
    reads = {name: read_of(named.part(name), settings) for name in named.words if _is_name(named, name)}
    rows = _rows(part, reads)
    if not part.text("adapter"):
        part.wrong("adapter", "is missing: what makes one row out of the parts, lakehouse/adapters/<name>.py")
    others = {name: read for name, read in reads.items() if name != rows}
    return Kinds(rows, reads.get(rows, Read("csv", "")), others)


def _rows(part: Part, reads: Mapping[str, Read]) -> str:
    if len(reads) == 1:
        part.wrong("parts", "has one part; 'read' is the word for a source of one kind of files")
    rows = part.need("rows", f"which part's rows are the rows of the source: {', '.join(reads)}")
    if rows and rows not in reads:
        part.wrong("rows", f"{rows!r} is none of the parts", nearest(rows, reads))
    return rows


def _is_name(named: Part, name: str) -> bool:
    good = NAME.fullmatch(name) is not None
    if not good:
        named.wrong(name, "must begin with a small letter and hold only small letters, digits and _")
    return good


def read_of(part: Part, settings: Settings) -> Read:
    """Return how one kind of files is read."""
    part.only(READ_WORDS)
    options, default = part.part("options").only(OPTIONS, kind="option of a file"), ReadOptions()
    part.need("format", ", ".join(get_args(Format)))
    path = part.need("path", "where the files lie, such as ${landing}/shop/*.csv")
    return Read(
        format=part.choice("format", get_args(Format), "csv"),
        path=absolute(path, Path(settings.conf).parent) if path else "",
        options=ReadOptions(
            header=options.flag("header", default.header),
            separator=options.text("separator", default.separator).replace("\\t", "\t"),
            quote=_character(options, "quote", default.quote),
            escape=_character(options, "escape", default.escape),
            encoding=options.text("encoding", default.encoding),
            multiline=options.flag("multiline", default.multiline),
        ),
    )


def _character(part: Part, word: str, default: str) -> str:
    found = part.text(word, default)
    if len(found) > 1:
        part.wrong(word, f"{found!r} is more than one character")
    return found
