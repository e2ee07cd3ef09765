"""Sources that are read through an adapter: it is there, and takes what the source is made of."""

from __future__ import annotations

import importlib
import importlib.util
from inspect import signature
from typing import TYPE_CHECKING

from lakehouse.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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
    try:
        adapt = importlib.import_module(name).adapt
    except AttributeError:
        yield Problem(source.file, "adapter", f"lakehouse/adapters/{source.adapter}.py has no function adapt")
        return
    except Exception as error:  # a module may fail in any way; the other sources are still checked
        yield Problem(source.file, "adapter", f"{source.adapter} cannot be imported: {type(error).__name__}: {error}")
        return
    takes = tuple(signature(adapt).parameters)
    parts, taken = ", ".join((source.rows, *source.beside)), ", ".join(takes) or "nothing"
    if source.rows and sorted(takes) != sorted((source.rows, *source.beside)):
        yield Problem(source.file, "parts", f"are {parts}, and {source.adapter} takes {taken}")
    elif not source.rows and not _takes_rows(adapt):
        what = f"{source.adapter} takes {taken}; 'read' gives it the rows alone, 'parts' and 'rows' give more by name"
        yield Problem(source.file, "adapter", what)


def _takes_rows(adapt: Callable[..., object]) -> bool:
    try:
        signature(adapt).bind(None)
    except TypeError:
        return False
    return True
