"""Finds the tables: every module of the table folders is imported, on disk or in a zip, and its Tables taken."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.errors import Problem
from lakehouse.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

LAYERS = ("silver", "gold", "app", "ops")
VALUES = ("errors", "table", "rules")
"""Modules whose values stand in the contract itself, so that their text need not count as the build's."""


@dataclass(frozen=True)
class Found:
    """One Table and where it is declared."""

    table: Table
    file: str
    """As written in messages: `lakehouse/gold/daily_sales.py`."""
    module: str


def find(package: str, problems: list[Problem]) -> tuple[Found, ...]:
    """Return every Table declared under `package`; a module that cannot be imported is a problem."""
    return tuple(found for module in _modules(package, problems) for found in _declared(module))


def _modules(package: str, problems: list[Problem]) -> Iterator[ModuleType]:
    for layer in LAYERS:
        folder = f"{package}.{layer}"
        if importlib.util.find_spec(folder) is None:
            continue
        for name in _names(folder):
            try:
                yield importlib.import_module(name)
            except Exception as error:  # a declaration may fail in any way; the others are still checked
                what = f"cannot be imported: {type(error).__name__}: {error}"
                problems.append(Problem(_file(name), "module", what))


def _names(folder: str) -> list[str]:
    """Name every module below `folder`, nested folders included."""
    names = []
    for info in pkgutil.iter_modules(importlib.import_module(folder).__path__, f"{folder}."):
        names += _names(info.name) if info.ispkg else [info.name]
    return sorted(names)


def _declared(module: ModuleType) -> list[Found]:
    own = {id(value): value for value in vars(module).values() if isinstance(value, Table)}
    return [Found(value, _file(module.__name__), module.__name__) for value in own.values() if _home(value, module)]


def _home(table: Table, module: ModuleType) -> bool:
    """Whether the table is declared here, not merely imported."""
    return table.build is None or table.build.__module__ == module.__name__


def _file(module: str) -> str:
    return module.replace(".", "/") + ".py"


def code_of(module: str) -> str:
    """Text of a module and of every module of ours that it builds on: what decides which rows its tables hold."""
    texts: dict[str, str] = {}
    package = module.partition(".")[0]
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in texts:
            texts[name] = text_of(name)
            waiting += _imported(texts[name], package)
    return "\n".join(texts[name] for name in sorted(texts))


def text_of(module: str) -> str:
    """Source text of a module, read through its loader, so that a zip on the path does as well as a folder."""
    spec = importlib.util.find_spec(module)
    text = getattr(spec.loader, "get_source", lambda _: None)(module) if spec else None
    return text or ""


def _imported(text: str, package: str) -> list[str]:
    names = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    above = {f"{package}.{value}" for value in VALUES}
    ours = (name for name in names if name.startswith(f"{package}.") and name not in above)
    return [name for name in ours if name.rpartition(".")[0] not in above and _is_module(name)]


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
