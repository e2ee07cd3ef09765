"""What needs what: tables by name, sources by theirs."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from lakehouse.rules import Covers, Reconciles, RefersTo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lakehouse.settings import Source
    from lakehouse.table import Table

Needs = dict[str, frozenset[str]]
ENGINE_BUILDS = ("silver", "gold")


def judging(table: Table) -> frozenset[str]:
    """Tables that the rules of `table` look into; it may be one of them."""
    helpers = (rule.helper for rule in table.rules)
    return frozenset(helper.table for helper in helpers if isinstance(helper, RefersTo | Reconciles | Covers))


def day_from(table: Table) -> frozenset[str]:
    """Tables whose newest rows may say which day `as_of` is."""
    return frozenset({"silver.sales"} if table.asks("as_of") else ())


def near_tables(source: Source) -> dict[str, str]:
    """Per mapped column whose `near` names a reference (`silver.products.product_name`), that name."""
    return {mapped.column: mapped.near for mapped in source.map if isinstance(mapped.near, str) and mapped.near}


def direct_needs(tables: Mapping[str, Table], sources: Iterable[Source]) -> Needs:
    """Direct needs of every table and source; the path of a file is source, `bronze.<source>`, Silver, marts."""
    needs = {
        name: set(table.inputs.values()) | (judging(table) - {name}) | (day_from(table) & set(tables))
        for name, table in tables.items()
    }
    for source in sources:
        references = {name.rpartition(".")[0] for name in near_tables(source).values()}
        landing = {each.bronze for each in source.each_part}
        needs.setdefault(source.feeds, set()).update(landing, references - {source.feeds})
        needs |= {bronze: {source.name} for bronze in landing} | {source.name: set()}
    return {name: frozenset(found) for name, found in needs.items()}


def ordered(needs: Needs) -> tuple[str, ...]:
    """Silver then Gold names, each after what it needs; the same order every time."""
    sorter = TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)})
    sorter.prepare()
    found: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        sorter.done(*ready)
        found += ready
    return tuple(name for layer in ENGINE_BUILDS for name in found if name.startswith(f"{layer}."))


def cycle(needs: Needs) -> tuple[str, ...]:
    """Return one circle of tables that need each other, or nothing."""
    try:
        TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)}).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()


def closure(start: str, steps: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Everything that can be reached from `start`, itself aside."""
    found: set[str] = set()
    waiting = list(steps.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += steps.get(name, ())
    return frozenset(found)


def turned(needs: Needs) -> dict[str, set[str]]:
    """The same arrows the other way: who needs each name."""
    users: dict[str, set[str]] = {name: set() for name in needs}
    for name, needed in needs.items():
        for each in needed:
            users.setdefault(each, set()).add(name)
    return users
