"""Whose turn it is: marts that are built less often than runs come, and marts that tell of the runs themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lakehouse.catalog import refresh_of
from lakehouse.plan.changes import because
from lakehouse.plan.selection import chosen, closure, graph, named, refreshed
from lakehouse.plan.steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lakehouse.catalog import Catalog
    from lakehouse.ledger import StepRecord
    from lakehouse.plan.facts import Facts
    from lakehouse.plan.selection import Selection
    from lakehouse.table import Table


def wanted_now(catalog: Catalog, selection: Selection, facts: Facts) -> frozenset[str]:
    """Return the selected steps that this run may have: a mart whose turn it is not keeps its version.

    With `only_due`, what leads to such marts alone waits too: its files are landed when one of them is built.
    """
    live = {name for name in catalog.order() if is_live(catalog.table(name))}
    waiting = frozenset(resting(catalog, selection, facts))
    wanted = chosen(catalog, selection) - live - waiting
    return wanted - leading_nowhere(catalog, waiting, live=live) if selection.only_due else wanted


def is_live(table: Table) -> bool:
    """Whether the stream alone builds a table."""
    return table.layer == "gold" and refresh_of(table).is_live


def leading_nowhere(catalog: Catalog, waiting: frozenset[str], *, live: set[str]) -> frozenset[str]:
    """Return the steps below marts that all wait; what no mart of a run reads leads to itself."""
    waits = graph(catalog)
    marts = {name for name in waits if name.startswith("gold.")} - live
    return frozenset(closure(marts, waits) - closure(marts - waiting, waits) - marts)


def resting(catalog: Catalog, selection: Selection, facts: Facts) -> dict[str, datetime]:
    """Return the marts whose turn it is not, each with the moment of its next one.

    One that is selected by its own name is built now, so is one that it needs, and one that is refreshed in full.
    Marts of one release group rest together: readers are given them together, so one that is late would keep the
    others from them.
    """
    asked = named(catalog, selection) | refreshed(catalog, selection)
    marts = [catalog.table(name) for name in catalog.order() if name.startswith("gold.")]
    until = {table.name: rests_until(table, facts) for table in marts if can_be_built(table, facts)}
    awake = {table.release_group for table in marts if table.name in until and until[table.name] is None}
    resting = (table.name for table in marts if table.release_group not in awake and table.name not in asked)
    return {name: moment for name in resting if (moment := until.get(name)) is not None}


def can_be_built(table: Table, facts: Facts) -> bool:
    """Whether a mart was ever built, or has an input that exists: a lake without a catalogue has no dimension of it."""
    exists = any(facts.versions.get(name) is not None for name in table.inputs.values())
    return exists or facts.last_done(table.name) is not None


def rests_until(table: Table, facts: Facts) -> datetime | None:
    """Return when a mart is due next; None: it is due. One never built, or built otherwise than now, always is."""
    last, refresh = facts.last_done(table.name), refresh_of(table)
    if facts.now is None or last is None or last.at is None or refresh.is_live or not refresh.every:
        return None
    if last.inputs.get("hash") != facts.hashes.get(table.name):
        return None
    if facts.day_is_asked and table.asks("as_of") and last.inputs.get("as_of") != facts.as_of:
        return None
    begun = begun_at(last)
    return refresh.next_turn(facts.now, facts.zone) if begun >= refresh.turn(facts.now, facts.zone) else None


def begun_at(last: StepRecord) -> datetime:
    """Return when the run began that built a mart: what it read and the day it judged by are of then, not of later."""
    told = last.inputs.get("begun_at")
    if told:
        return datetime.fromisoformat(told)
    return (last.at or datetime.max.replace(tzinfo=UTC)) - timedelta(seconds=float(last.seconds))


def resting_notes(catalog: Catalog, selection: Selection, facts: Facts) -> Iterator[str]:
    """Say which of the selected marts keep their version, and which wait for such ones to be released."""
    wanted, until_of = chosen(catalog, selection), resting(catalog, selection, facts)
    for name, until in until_of.items():
        table = catalog.table(name)
        if name in wanted and not tells_of_runs(table):
            yield f"{name} is built {table.refresh}: it keeps its version until {until:%Y-%m-%d %H:%M} UTC"

    for name in sorted(named(catalog, selection) & wanted - set(until_of)):
        mine = catalog.tables[name].release_group if name.startswith("gold.") else None
        if late := [
            each for each in until_of if each.startswith("gold.") and catalog.table(each).release_group == mine
        ]:
            last = max(until_of[each] for each in late)
            yield f"{name} is released together with {', '.join(late)}, resting until {last:%Y-%m-%d %H:%M} UTC"


def tells_of_runs(table: Table) -> bool:
    """Whether a mart reads the ledger and nothing else."""
    return bool(table.inputs) and all(name.startswith("ops.") for name in table.inputs.values())


def ledger_steps(
    catalog: Catalog, selection: Selection, facts: Facts, *, wanted: frozenset[str], others: bool
) -> Iterator[Step]:
    """Yield the steps of marts that tell of runs; they come last, so that they see what the run itself found.

    Every run adds to the ledger, so what it adds is no reason for a run: such a mart is built beside `others` alone,
    or when it is asked for by name, was never built or is built otherwise now.
    """
    asked, full = named(catalog, selection), refreshed(catalog, selection)
    for name in catalog.order():
        table, last = catalog.table(name), facts.last_done(name)
        if name not in wanted or not tells_of_runs(table):
            continue
        changed = last is not None and last.inputs.get("hash") != facts.hashes.get(name)
        if name in full or changed:
            why = "full refresh asked for" if name in full else "contract, rules, build or params changed"
            yield Step(name, because(table, facts, why), full=True, forced=True)
        elif others or name in asked or (last is None and facts.steps):
            reason = "never built" if last is None else "what runs found since"
            yield Step(name, reason, forced=True, scope="whole table")
