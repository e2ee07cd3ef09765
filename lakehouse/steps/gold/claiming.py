"""What a mart's step reads, and which slices of the mart it builds: fixed before anything is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lakehouse import ledger
from lakehouse.catalog import judging
from lakehouse.lake import CLEANED_AWAY, changed_keys, row_version, version_like
from lakehouse.ledger import StepRecord
from lakehouse.plan import Facts, changed_inputs, moved_day, one_of_each, roots, slower, whole_because
from lakehouse.steps.context import judged_by
from lakehouse.steps.gold.slices import Slices
from lakehouse.steps.inputs import rows_of
from lakehouse.table import Replace, Since, columns_of, keys_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lakehouse.lake import Key
    from lakehouse.plan import Step
    from lakehouse.steps.context import Context
    from lakehouse.table import LookUp, Table

MOST_KEYS = 10_000
"""Touched keys that are brought to the driver."""
SYSTEMS = "SELECT DISTINCT system FROM looked_up ORDER BY system"


def claim(step: Step, step_id: str, context: Context) -> tuple[StepRecord, Slices | None]:
    """Fix the versions that the build reads and the slices it builds; None: the whole mart.

    The commit carries the step's id, so that with it the ledger knows up to where the mart has read its inputs.
    Skipped when the versions hold the rows of the last build's.
    """
    table = context.catalog.table(step.table)
    facts = facts_for(table, context)
    last = facts.last_done(table.name)
    slow = slower(context.catalog, table.release_group)
    fast = (name for name in table.inputs.values() if name not in slow)
    noted = one_of_each(root for name in fast for root in roots(name, facts, slow=slow))
    inputs: dict[str, Any] = {
        "versions": {name: context.lake.version(name) for name in table.inputs.values()},
        "others": {name: judging_version(name, noted.get(name), facts, context=context) for name in judging(table)},
        "roots": noted,
        "hash": judged_by(context.catalog, context.settings, table),
        "grain": list(table.grain),
        "begun_at": context.began_at.isoformat() if context.began_at else "",
        "as_of": context.as_of().told() if table.asks("as_of") else {},
    }
    before = context.lake.version(table.name)
    record = StepRecord(context.run_id, step_id, table.name, "", "claimed", step.reason, inputs, before)
    moved = moved_day(table, last, inputs["as_of"]) if last else ""
    if last and not (step.forced or moved or changed_inputs(last.inputs["versions"], rows_now(table, facts))):
        return ledger.note(context.lake, record, "skipped", reason="its inputs did not change"), None
    record = replace(record, reason=moved or record.reason)
    slices, reason = slices_of(record, None if step.full or moved else last, facts, context=context)
    inputs["since"] = last.inputs["versions"] if last and slices else None
    return ledger.claim(context.lake, replace(record, reason=reason)), slices


def facts_for(table: Table, context: Context) -> Facts:
    """Return the ledger's steps, and the versions of all that a mart goes back to."""
    found: set[str] = set()
    waiting = list(table.inputs.values())
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += context.catalog.table(name).inputs.values()
    versions = {name: row_version(context.lake, name) for name in sorted(found)}
    return Facts(steps=ledger.steps(context.lake), versions=versions)


def rows_now(table: Table, facts: Facts) -> dict[str, int | None]:
    """Return, of each input, the oldest version with the rows that it has now."""
    return {name: facts.versions[name] for name in table.inputs.values()}


def judging_version(name: str, root: int | None, facts: Facts, *, context: Context) -> int | None:
    """Return the version of a table that the rules of a mart look into: what it was built from, else the newest.

    A mart of a mart that is behind would else be compared with rows that it cannot have.
    """
    if root is not None and facts.has_newer(name, root):
        return version_like(context.lake, name, root)
    return context.lake.version(name)


def slices_of(
    record: StepRecord, last: StepRecord | None, facts: Facts, *, context: Context
) -> tuple[Slices | None, str]:
    """Return the slices that a step builds and its reason; where it builds the whole mart, the reason says why.

    A whole mart is one slice where only what differs is written.
    """
    table = context.table(record)
    if last is None or record.version_before is None:
        return None, record.reason
    whole = Slices.everything() if writes_only_changes(table) else None
    if not table.by:
        return whole, record.reason
    why = whole_because(table, last, rows_now(table, facts), catalog=context.catalog)
    keys = why or touched(record, last, facts, context=context)
    if isinstance(keys, str):
        return whole, f"{record.reason}; whole table: {keys}"
    slices = Slices.of(table.by, keys)
    return slices, f"{record.reason}; {len(slices.keys)} of its {', '.join(table.by)}"


def touched(record: StepRecord, last: StepRecord, facts: Facts, *, context: Context) -> set[Key] | str:
    """Return the touched keys, or in words why they cannot be told."""
    table = context.table(record)
    found: set[Key] = set()
    before, now = last.inputs["versions"], record.inputs["versions"]
    looked_up = {table.inputs[alias]: look_up for alias, look_up in table.looks_up.items()}
    for name in sorted(name for name in now if facts.has_newer(name, before.get(name))):
        columns = columns_of(looked_up.get(name, table.by))
        keys = changed_keys(context.lake, name, columns, after=before[name], upto=now[name], most=MOST_KEYS)
        if keys is None:
            return f"what changed in {name} since version {before[name]} cannot be told or is much"
        if name in looked_up and keys:
            if why := other_systems(name, before[name], now[name], context=context):
                return why
            keys = joined(table, looked_up[name], Slices.of(columns, keys), versions=now, context=context)
        found |= keys
    return too_many(found, table, record.version_before, context=context) or found


def other_systems(name: str, before: int, now: int, *, context: Context) -> str:
    """Say that a looked-up table has rows of other businesses than before, or that nobody can tell; else empty."""
    try:
        is_same = systems(name, before, context) == systems(name, now, context)
    except CLEANED_AWAY:
        return f"version {before} of {name} can no longer be read"
    return "" if is_same else f"{name} has rows of other businesses than before"


def too_many(found: Collection[Key], table: Table, version: int | None, *, context: Context) -> str:
    """Say that so many slices are touched that the whole mart is built; else empty."""
    by, share = ", ".join(table.by), context.settings.rebuild_above
    if len(found) > MOST_KEYS:
        return f"more than {MOST_KEYS:,} {by} are touched"
    known = distinct_keys(table, version, context)
    if len(found) > 1 and len(found) > share * known:
        return f"{len(found)} of {known} {by} are touched, more than {share:.0%}"
    return ""


def joined(
    table: Table, look_up: LookUp, changed: Slices, *, versions: Mapping[str, int | None], context: Context
) -> set[Key]:
    """Return the keys of the driving rows that join changed rows of an input which is looked up.

    Of each driving input one more than MOST_KEYS at most.
    """
    found: set[Key] = set()
    for name, version in versions.items():
        driving = context.catalog.table(name)
        if {*table.by, *keys_of(look_up)} <= set(driving.column_names):
            rows = rows_of(name, version, context).select(*{*table.by, *keys_of(look_up)})
            met = changed.inside_since(rows, table.by[0]) if isinstance(look_up, Since) else changed.inside(rows)
            found |= {tuple(row) for row in met.select(*table.by).distinct().limit(MOST_KEYS + 1).collect()}
    return found


def writes_only_changes(table: Table) -> bool:
    """Whether a mart that is built whole writes the rows alone that say something else than before."""
    return isinstance(table.write, Replace) and table.write.only_changed


def systems(name: str, version: int, context: Context) -> list[str]:
    """Return the businesses that have rows in a table at a version; a build may treat a business without any apart."""
    return [str(row["system"]) for row in context.lake.read(SYSTEMS, looked_up=(name, version)).to_pylist()]


def distinct_keys(table: Table, version: int | None, context: Context) -> int:
    """Return how many slices a mart has."""
    by = ", ".join(table.by)
    counted = f"SELECT count(*) AS slices FROM (SELECT DISTINCT {by} FROM mart)"  # noqa: S608 — columns of a contract
    rows = context.lake.read(counted, mart=(table.name, version) if version is not None else table.name).to_pylist()
    return int(rows[0]["slices"])
