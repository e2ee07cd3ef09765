"""From catalog, selection and facts to the steps of a run. Pure: the same facts give the same plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.catalog import day_from
from lakehouse.plan.changes import added_notes, because, refuse_changed
from lakehouse.plan.facts import NOTHING, delivered_since, is_newer, judged_by
from lakehouse.plan.releasing import next_tables
from lakehouse.plan.selection import Selection, graph, refreshed
from lakehouse.plan.steps import Plan, Step
from lakehouse.plan.turns import ledger_steps, resting_notes, wanted_now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lakehouse.catalog import Catalog
    from lakehouse.ledger import StepRecord
    from lakehouse.plan.facts import Facts
    from lakehouse.settings import Source
    from lakehouse.table import Table


def make_plan(catalog: Catalog, selection: Selection, facts: Facts) -> Plan:
    """Return the steps to run, each with its reason.

    Raises ConfigError for unknown selection words, and for tables of Silver whose rows do not fit a changed contract.
    """
    waits = graph(catalog)
    begun = {record.name: record for record in facts.begun}
    full = refreshed(catalog, selection) | {record.table for record in begun.values() if record.inputs.get("full")}
    wanted = wanted_now(catalog, selection, facts) | {
        node for node in waits if {node, node.partition("@")[0]} & set(begun)
    }
    refuse_changed(catalog, facts, full & {node.partition("@")[0] for node in wanted})
    planned: dict[str, Step] = {}
    for node in waits:
        before = waited_for(node, waits, full)
        after = tuple(name for name in planned if name in before)
        if node in wanted and (step := _step(node, catalog, facts, full=full, after=after)):
            planned.setdefault(step.name, step)
    others = bool(planned or facts.unfinished())
    told = ledger_steps(catalog, selection, facts, wanted=wanted, others=others)
    steps = (*planned.values(), *told)
    notes = (*_notes(catalog, facts, full), *resting_notes(catalog, selection, facts))
    return Plan(facts.unfinished(), steps, notes, release_due(catalog, facts) and not steps)


def waited_for(node: str, waits: Mapping[str, frozenset[str]], full: frozenset[str]) -> frozenset[str]:
    """Return the names of steps that a step waits for; a full refresh stands for all steps of its table."""
    table = node.partition("@")[0]
    mine = [needed for other, needed in waits.items() if table in full and other.partition("@")[0] == table]
    needed = waits[node].union(*mine)
    return needed | {name.partition("@")[0] for name in needed}


def _step(node: str, catalog: Catalog, facts: Facts, *, full: frozenset[str], after: tuple[str, ...]) -> Step | None:
    table, _, source = node.partition("@")
    if table.startswith("bronze."):
        return bronze_step(catalog.landing()[table], facts)
    if table.startswith("silver."):
        if table in full:
            return full_silver_step(table, catalog, facts, after=after)
        return silver_step(table, catalog.sources[source], facts, after=after)
    return gold_step(table, catalog, facts, after=after, forced=table in full)


def bronze_step(source: Source, facts: Facts) -> Step | None:
    """Land what is new in the source's folder."""
    arrived = facts.arrivals.get(source.name, NOTHING)
    if not arrived.new:
        return None
    again = f", {len(arrived.corrected)} under a known name" if arrived.corrected else ""
    return Step(source.bronze, f"{len(arrived.new)} new files{again}", source=source.name, files=arrived.new)


def silver_step(table: str, source: Source, facts: Facts, *, after: tuple[str, ...]) -> Step | None:
    """Judge the batches that wait, those that this run lands, and what people decided about the quarantine."""
    if begun := next((r for r in facts.begun if r.name == f"{table}@{source.name}"), None):
        reason = f"backfill that run {begun.run_id} began; what waits is judged by the next run"
        return Step(table, reason, source=source.name, days=tuple(begun.inputs["days"]), after=after)
    if any(each.bronze not in after for each in facts.lacking(source)):
        return None
    waiting, decided = facts.waiting(table, source.name), taken_up(facts.pending.get(f"{table}@{source.name}", {}))
    decided += ("another part delivered anew",) if is_told_anew(table, source, facts, after=after) else ()
    if source.bronze not in after and not waiting:
        return Step(table, ", ".join(decided), source=source.name, after=after) if decided else None
    held = facts.blocked(table, source.name)
    retried = {b for r in held for b in r.inputs["batches"].get(source.name, ())} & set(waiting)
    reason = "held rows may pass now" if retried else "new rows"
    return Step(table, ", ".join((reason, *decided)), source=source.name, batches=waiting, after=after)


def is_told_anew(table: str, source: Source, facts: Facts, *, after: tuple[str, ...]) -> bool:
    """Whether rows that were judged may say something else, since another part of their source said more."""
    known = facts.consumed(table, source.name) or facts.blocked(table, source.name)
    lands = any(each.bronze in after for each in source.beside.values())
    if lands and known:
        return True
    is_tried = facts.is_hopeless(table, source.name) and not facts.waiting(table, source.name)
    return facts.parts_before(table, source) is not None and not is_tried


def taken_up(pending: Mapping[str, int]) -> tuple[str, ...]:
    """Say what people decided about quarantined rows: `12 quarantined rows to judge again`, `3 waived`."""
    again = pending.get("fix", 0) + pending.get("replay", 0)
    judged = (f"{again:,} quarantined rows to judge again",) if again else ()
    given_up = (("waive", "waived"), ("expire", "expired"))
    return judged + tuple(f"{pending[action]:,} {state}" for action, state in given_up if pending.get(action))


def full_silver_step(table: str, catalog: Catalog, facts: Facts, *, after: tuple[str, ...]) -> Step | None:
    """Judge all of Bronze again, every source in one commit."""
    has_rows = any(
        facts.landed(source.name) or source.bronze in after for source in catalog.feeding(catalog.table(table))
    )
    reason = because(catalog.table(table), facts, "full refresh asked for")
    return Step(table, reason, after=after, full=True, forced=True) if has_rows else None


def gold_step(table: str, catalog: Catalog, facts: Facts, *, after: tuple[str, ...], forced: bool) -> Step | None:
    """Build a mart again when an input, its contract or its build changed."""
    inputs = catalog.table(table).inputs.values()
    upstream = tuple(name for name in after if name.partition("@")[0] in inputs)
    if not upstream and all(facts.versions.get(name) is None for name in inputs):
        return None
    last = facts.last_done(table)
    if forced:
        reason = because(catalog.table(table), facts, "full refresh asked for")
        return Step(table, reason, after=after, full=True, forced=True)
    if last is None:
        return Step(table, "never built", after=after, forced=True)
    if last.inputs.get("hash") != facts.hashes.get(table):
        reason = because(catalog.table(table), facts, "contract, rules, build or params changed")
        return Step(table, reason, after=after, full=True, forced=True)
    now = {name: facts.versions.get(name) for name in inputs}
    if changed := changed_inputs(last.inputs.get("versions", {}), now):
        scope = scope_of(catalog.table(table), last, now, catalog=catalog)
        return Step(table, changed, after=after, forced=True, scope=scope)
    if moved := moved_day(catalog.table(table), last, facts.as_of):
        return Step(table, moved, after=after, full=True, forced=True)
    if upstream:
        return Step(table, "its inputs may change", after=after)
    sales = [name for name in after if name.partition("@")[0] in day_from(catalog.table(table))]
    return Step(table, "its day may move", after=after) if sales and facts.day_follows_sales else None


def moved_day(table: Table, last: StepRecord, now: Mapping[str, str]) -> str:
    """Say that a mart was judged on another day than `now` says; empty when not, or when no day matters to it."""
    before = last.inputs.get("as_of", {})
    if not table.asks("as_of") or before == now:
        return ""
    moved = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    told = (f"{name or 'others'} {before.get(name, 'none')} → {now.get(name, 'none')}" for name in moved)
    return f"as of: {', '.join(told)}"


def scope_of(table: Table, last: StepRecord, now: Mapping[str, int | None], *, catalog: Catalog) -> str:
    """Say how much of a mart a step builds, as far as it is known before it starts."""
    if not table.by:
        return "whole table"
    why = whole_because(table, last, now, catalog=catalog)
    return f"whole table: {why}" if why else f"touched {', '.join(table.by)}"


def changed_inputs(before: Mapping[str, int | None], now: Mapping[str, int | None]) -> str:
    """Say which inputs have other rows than the last build read; empty when none.

    `now` names, for each, the oldest version with the rows that it has: keeping a table in order changes none.
    """
    moved = ((name, version) for name, version in now.items() if is_newer(version, before.get(name)))
    told = ", ".join(f"{name} {before.get(name)} → {version}" for name, version in moved)
    return f"changed: {told}" if told else ""


def whole_because(table: Table, last: StepRecord, now: Mapping[str, int | None], *, catalog: Catalog) -> str:
    """Say why a mart cannot be built slice by slice from what changed in its inputs; empty when it can."""
    before = last.inputs.get("versions", {})
    looked_up = {table.inputs[alias] for alias in table.looks_up}
    for name in sorted(name for name, version in now.items() if is_newer(version, before.get(name))):
        if before.get(name) is None:
            return f"{name} is new to it"
        if name not in looked_up and not set(table.by) <= set(catalog.table(name).column_names):
            return f"{name} is read whole"
    return ""


def _notes(catalog: Catalog, facts: Facts, full: frozenset[str]) -> Iterator[str]:
    yield from added_notes(catalog, facts, full)
    for source in catalog.sources.values():
        table, last = source.feeds, facts.last_done(source.feeds)
        if (lacking := facts.lacking(source)) and facts.waiting(table, source.name):
            missing = ", ".join(each.name for each in lacking)
            yield f"{table}@{source.name}: rows wait, since nothing was delivered of {missing}"
        if facts.blocked(table, source.name) and not facts.waiting(table, source.name):
            yield held_note(table, source.name, facts)
        judged = [r for r in facts.done(table) if r.inputs.get("batches", {}).get(source.name)]
        changed = bool(judged) and judged_by(judged[-1], source.name) != facts.hashes.get(f"{table}@{source.name}")
        if last and changed and table not in full:
            yield f"{table}@{source.name}: rules or mapping changed; --full-refresh {table} judges history again"


def held_note(table: str, source: str, facts: Facts) -> str:
    """Say that a gate holds rows of a source, and which files made it judge them again."""
    again = facts.held_again(table, source)
    files = ", ".join(delivered_since(again, source, facts.files)) if again else ""
    what = f"what {files} says about earlier rows is" if files else "rows of an earlier batch are"
    return f"{table}@{source}: {what} held; readers see what was published before"


def release_due(catalog: Catalog, facts: Facts) -> bool:
    """Whether readers should be given other versions than the last release names, or told of other held sources."""
    tables, held = next_tables(catalog, facts), facts.held_sources(feeds(catalog))
    last = facts.last_release
    return bool(tables) and (last is None or (dict(last.tables), last.held) != (tables, held))


def feeds(catalog: Catalog) -> dict[str, str]:
    """Return the table that each source feeds."""
    return {source.name: source.feeds for source in catalog.sources.values()}
