"""Bronze column names of delivered headers, and which delivered columns a source takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from lakehouse.ingest.values import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lakehouse.settings.values import Source

REFUSED = re.compile(r"[ ,;{}()\n\r\t=\x00]")
OURS = ("_batch_id", "_file", "_row_id", "_rescued", "_ingested_at")
"""Columns that Bronze adds; a delivered column of that name gets a number."""
SHOWN = 30
"""Headers shown in a message."""


@dataclass(frozen=True)
class Layout:
    """Delivered columns in their order: header, Bronze name, and whether the value gets a column of its own."""

    headers: tuple[str, ...]
    names: tuple[str, ...]
    kept: tuple[bool, ...]


def bronze_name(headers: Sequence[str]) -> tuple[str, ...]:
    """Return Bronze column names of `headers`.

    What Delta refuses becomes `_`, an empty header `column_<n>`, and a name that is taken (ignoring case) gets a
    number. Blanks around a header are not part of it.
    """
    taken = {name.casefold() for name in OURS}
    names: list[str] = []
    for number, header in enumerate(headers, start=1):
        wanted = REFUSED.sub("_", header.strip()) or f"column_{number}"
        name, copy = wanted, 1
        while name.casefold() in taken:
            copy += 1
            name = f"{wanted}_{copy}"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def origins(source: Source) -> tuple[str, ...]:
    """Headers that a source maps, each once; none when an adapter reads the columns instead."""
    if source.adapter:
        return ()
    return tuple(dict.fromkeys(mapped.origin for mapped in source.every_mapped if mapped.origin))


def as_mapped(headers: Sequence[str], source: Source) -> tuple[str, ...]:
    """Headers without the blanks around them, spelled as the source does where they differ from it in case alone."""
    bare = [header.strip() for header in headers]
    wanted = origins(source)
    free = {origin.casefold(): origin for origin in wanted if origin not in bare}
    return tuple(header if header in wanted else free.pop(header.casefold(), header) for header in bare)


def lay_out(source: Source, headers: Sequence[str], known_columns: Collection[str]) -> Layout:
    """Decide names and new columns by the source's policy; raise Unreadable when the policy is to stop."""
    spelled = as_mapped(headers, source)
    known = {name.casefold(): name for name in known_columns}
    names = tuple(known.get(name.casefold(), name) for name in bronze_name(spelled))
    new = [is_new(header, name, source=source, known=known) for header, name in zip(spelled, names, strict=True)]
    if source.on_new_column == "stop" and any(new):
        fresh = listed([header for header, is_fresh in zip(spelled, new, strict=True) if is_fresh])
        raise Unreadable(f"new column {fresh}, and on_new_column is stop")
    ignores = source.on_new_column == "ignore"
    return Layout(spelled, names, tuple(not (ignores and fresh) for fresh in new))


def is_new(header: str, name: str, *, source: Source, known: Collection[str]) -> bool:
    """Whether a column is neither mapped nor in Bronze; while Bronze has no columns, nothing is new."""
    return bool(known) and name.casefold() not in known and header not in origins(source)


def news(layout: Layout, source: Source, known_columns: Collection[str]) -> tuple[str, ...]:
    """Tell which columns are new, and where they went."""
    known = {name.casefold() for name in known_columns}
    columns = zip(layout.headers, layout.names, strict=True)
    fresh = [header for header, name in columns if is_new(header, name, source=source, known=known)]
    went = "kept in _rescued" if source.on_new_column == "ignore" else "added to Bronze"
    return (f"new column {listed(fresh)} {went}",) if fresh else ()


def missing(source: Source, headers: Sequence[str]) -> tuple[str, ...]:
    """Mapped headers that were not delivered."""
    return tuple(origin for origin in origins(source) if origin not in headers)


def require_mapped(source: Source, headers: Sequence[str]) -> None:
    """Raise Unreadable, naming what is missing, what is there and what was perhaps meant."""
    absent = missing(source, headers)
    if not absent:
        return
    near = get_close_matches(absent[0], headers, n=1)
    hint = f" Did {near[0]!r} replace {absent[0]!r}?" if near else _other_separator(source, headers)
    word = "column" if len(absent) == 1 else "columns"
    raise Unreadable(f"{word} {listed(absent)} missing; the file has {listed(headers)}.{hint}")


def listed(names: Sequence[str]) -> str:
    """Names for a message, the first few of very many."""
    shown = ", ".join(repr(name[:80]) for name in names[:SHOWN])
    return shown + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _other_separator(source: Source, headers: Sequence[str]) -> str:
    """Hint at the separator that a single wide header seems to hold."""
    if source.read.format != "csv":
        return ""
    others = [mark for mark in (";", "\t", "|", ",") if mark != source.read.options.separator]
    splits = {mark: sum(mark in header for header in headers) for mark in others}
    best = max(splits, key=lambda mark: sum(header.count(mark) for header in headers))
    return f" Its fields look separated by {best!r}: set read.options.separator." if splits[best] else ""
