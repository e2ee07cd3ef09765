"""Days that are judged again by the rules of today: which steps that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.plan.changes import refuse_changed
from lakehouse.plan.planning import gold_step, release_due, waited_for
from lakehouse.plan.selection import chosen, graph
from lakehouse.plan.steps import Plan, Step
from lakehouse.plan.turns import is_live

if TYPE_CHECKING:
    from collections.abc import Collection

    from lakehouse.catalog import Catalog
    from lakehouse.plan.facts import Facts
    from lakehouse.plan.selection import Selection

DAY = "sold_on"
"""What a day of a backfill is."""

Days = tuple[str, str]
"""First and last day, both meant, as yyyy-MM-dd."""


def tables_by_day(catalog: Catalog) -> tuple[str, ...]:
    """Return the Silver tables whose rows are merged by day, in their order."""
    return tuple(name for name in catalog.order() if catalog.table(name).prune == DAY)


def backfill_plan(catalog: Catalog, selection: Selection, facts: Facts, *, days: Days, having: Collection[str]) -> Plan:
    """Return the steps that judge the days again, of the sources `having` rows (`<table>@<source>`), and what follows.

    Nothing else runs: no file is landed, no batch that waits is judged. Raises ConfigError as `make_plan` does.
    """
    refuse_changed(catalog, facts, frozenset())
    wanted, waits = chosen(catalog, selection), graph(catalog)
    reason = f"backfill {days[0]} to {days[1]}"
    planned: dict[str, Step] = {}
    for node in waits:
        before = waited_for(node, waits, frozenset())
        after = tuple(name for name in planned if name in before)
        table, _, source = node.partition("@")
        step = None
        if node in having:
            step = Step(table, reason, source=source, days=days, after=after)
        elif table.startswith("gold.") and after and not is_live(catalog.table(table)):
            step = gold_step(table, catalog, facts, after=after, forced=False)
        if step and node in wanted:
            planned[step.name] = step
    steps = tuple(planned.values())
    return Plan(facts.unfinished(), steps, release_due=release_due(catalog, facts) and not steps)
