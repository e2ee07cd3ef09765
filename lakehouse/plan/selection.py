"""Selection words: `gold.daily_sales`, `+gold.daily_sales`, `silver.sales+`, `layer:gold`, `source:online_retail`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.errors import ConfigError, Problem
from lakehouse.settings import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lakehouse.catalog import Catalog


@dataclass(frozen=True)
class Selection:
    """What the user asked for; empty `select` means everything."""

    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    full_refresh: tuple[str, ...] = ()
    only_due: bool = False
    """Nothing for marts whose turn it is not, not even what leads to them."""

    def __str__(self) -> str:
        parts = {"select": self.select, "exclude": self.exclude, "full-refresh": self.full_refresh}
        given = [f"--{name} {' '.join(words)}" for name, words in parts.items() if words]
        return " ".join(given + ["--due"] * self.only_due)


def graph(catalog: Catalog) -> dict[str, frozenset[str]]:
    """Return every step that a run may have, in order, with the steps it waits for."""
    nodes: dict[str, frozenset[str]] = {bronze: frozenset() for bronze in catalog.landing()}
    for name in catalog.order():
        tables = {needed for needed in catalog.needs(name) if not needed.startswith("bronze.")}
        waits = frozenset(node for node in nodes if node.partition("@")[0] in tables)
        if name.startswith("silver."):
            for source in catalog.feeding(catalog.table(name)):
                nodes[f"{name}@{source.name}"] = waits.union(each.bronze for each in source.each_part)
        else:
            nodes[name] = waits
    return nodes


def chosen(catalog: Catalog, selection: Selection) -> frozenset[str]:
    """Return the names of the selected steps. Raises ConfigError naming every unknown word."""
    nodes = graph(catalog)
    problems = list(_unknown(nodes, selection))
    if problems:
        raise ConfigError(problems)
    wanted = set(nodes) if not selection.select else _matching(nodes, selection.select)
    return frozenset(wanted - _matching(nodes, selection.exclude))


def refreshed(catalog: Catalog, selection: Selection) -> frozenset[str]:
    """Return the tables to judge or build again."""
    return frozenset(node.partition("@")[0] for node in _matching(graph(catalog), selection.full_refresh))


def named(catalog: Catalog, selection: Selection) -> frozenset[str]:
    """Return the tables that are selected by their own name, or with `+` before it: what one of them needs, too.

    A layer, a source, or what depends on a table names nobody.
    """
    words = (word.rstrip("+") for word in selection.select if ":" not in word)
    return frozenset(node.partition("@")[0] for node in _matching(graph(catalog), words))


def _matching(nodes: Mapping[str, frozenset[str]], words: Iterable[str]) -> set[str]:
    return {node for word in words for node in _nodes_of(nodes, word)}


def _nodes_of(nodes: Mapping[str, frozenset[str]], word: str) -> set[str]:
    core = word.strip("+")
    found = {node for node in nodes if _named(node, core)}
    if core.startswith("source:"):  # all that it lands, whatever its parts are called
        found |= {waits for node in found for waits in nodes[node] if waits.startswith("bronze.")}
    if word.startswith("+"):
        found |= closure(found, nodes)
    if word.endswith("+"):
        dependants = {node: frozenset(n for n, waits in nodes.items() if node in waits) for node in nodes}
        found |= closure(found, dependants)
    return found


def closure(start: set[str], edges: Mapping[str, frozenset[str]]) -> set[str]:
    """Return `start` and everything that its edges lead to."""
    reached, edge = set(start), set(start)
    while edge:
        edge = {near for node in edge for near in edges[node]} - reached
        reached |= edge
    return reached


def _named(node: str, word: str) -> bool:
    kind, _, value = word.partition(":")
    if kind == "layer":
        return node.startswith(f"{value}.")
    if kind == "source":
        return node == f"bronze.{value}" or node.endswith(f"@{value}")
    return _is_of(node, word)


def _is_of(node: str, table: str) -> bool:
    return node == table or node.partition("@")[0] == table


def _unknown(nodes: Mapping[str, frozenset[str]], selection: Selection) -> Iterator[Problem]:
    words: Sequence[tuple[str, str]] = [
        *(("--select", word) for word in selection.select),
        *(("--exclude", word) for word in selection.exclude),
        *(("--full-refresh", word) for word in selection.full_refresh),
    ]
    for option, word in words:
        if not _nodes_of(nodes, word):
            yield Problem(option, word, "names no table, layer or source", nearest(word.strip("+"), _vocabulary(nodes)))


def _vocabulary(nodes: Mapping[str, frozenset[str]]) -> list[str]:
    tables = {node.partition("@")[0] for node in nodes}
    sources = {f"source:{source}" for source in (node.partition("@")[2] for node in nodes) if source}
    return sorted(tables | set(nodes) | sources | {"layer:bronze", "layer:silver", "layer:gold"})
