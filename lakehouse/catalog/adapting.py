"""Sources that are read through an adapter: it is there, and takes what the source is made of."""

from __future__ import annotations

import importlib
import importlib.util
from inspect import signature
from typing import TYPE_CHECKING

from lakehouse.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lakehouse.settings import Source

ADAPTERS = "lakehouse.adapters"


def problems_of(sources: Sequence[Source]) -> Iterator[Problem]:
    """Everything that is wrong about adapters and parts."""
    landing: dict[str, str] = {}
    for source in sources:
        if source.adapter:
            yield from _adapter(source)
        for each in source.each_part:
            other = landing.setdefault(each.bronze, source.name)
            if other != source.name:
                yield Problem(source.file, "name", f"{each.bronze} is where {other} lands already")


def _adapter(source: Source) -> Iterator[Problem]:
    name = f"{ADAPTERS}.{source.adapter}"
    if not (source.adapter.isidentifier() and importlib.util.find_spec(name)):
        yield Problem(source.file, "adapter", f"there is no lakehouse/adapters/{source.adapter}.py")
        return
    takes = tuple(signature(importlib.import_module(name).adapt).parameters)
    if source.rows and sorted(takes) != sorted((source.rows, *source.beside)):
        parts = ", ".join((source.rows, *source.beside))
        yield Problem(source.file, "parts", f"are {parts}, and {source.adapter} takes {', '.join(takes) or 'nothing'}")
