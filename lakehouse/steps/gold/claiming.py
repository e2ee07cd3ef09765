"""What a mart's step reads, and which slices of the mart it builds: fixed before anything is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lakehouse import ledger
from lakehouse.catalog import judging
from lakehouse.lake import changed_keys, row_version
from lakehouse.ledger import StepRecord
from lakehouse.plan import changed_inputs, whole_because
from lakehouse.steps.context import judged_by
from lakehouse.steps.gold.slices import Slices
from lakehouse.steps.inputs import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.lake import Key
    from lakehouse.plan import Step
    from lakehouse.steps.context import Context
    from lakehouse.table import Table

MOST_KEYS = 10_000
"""Touched keys that are brought to the driver."""
SYSTEMS = "SELECT DISTINCT system FROM looked_up ORDER BY system"


def claim(step: Step, step_id: str, context: Context) -> tuple[StepRecord, Slices | None]:
    """Fix the versions that the build reads and the slices it builds; None: the whole mart.

    The commit carries the step's id, so that with it the ledger knows up to where the mart has read its inputs.
    Skipped when the versions hold the rows of the last build's.
    """
    table = context.catalog.table(step.table)
    steps = ledger.steps(context.lake)
    last = next((r for r in reversed(steps) if r.table == table.name and r.state == "done"), None)
    versions = {name: context.lake.version(name) for name in table.inputs.values()}
    of_rows = {name: row_version(context.lake, name) for name in table.inputs.values()}
    inputs: dict[str, Any] = {
        "versions": versions,
        "others": {name: context.lake.version(name) for name in judging(table)},
        "roots": roots(of_rows, steps),
        "hash": judged_by(context.catalog, context.settings, table),
        "grain": list(table.grain),
    }
    before = context.lake.version(table.name)
    record = StepRecord(context.run_id, step_id, table.name, "", "claimed", step.reason, inputs, before)
    if last and not step.forced and not changed_inputs(last.inputs["versions"], of_rows):
        return ledger.note(context.lake, record, "skipped", reason="its inputs did not change"), None
    slices, reason = slices_of(record, None if step.full else last, of_rows, context=context)
    inputs["since"] = last.inputs["versions"] if last and slices else None
    return ledger.claim(context.lake, replace(record, reason=reason)), slices


def roots(versions: Mapping[str, int | None], steps: tuple[StepRecord, ...]) -> dict[str, int | None]:
    """Return the Silver versions that a mart goes back to, through the marts it reads."""
    found: dict[str, int | None] = {}
    for name, version in versions.items():
        if name.startswith("silver."):
            found[name] = version
        else:
            built = next((r for r in reversed(steps) if r.table == name and r.version_after == version), None)
            found |= built.inputs["roots"] if built else {}
    return found


def slices_of(
    record: StepRecord, last: StepRecord | None, changed: Mapping[str, int | None], *, context: Context
) -> tuple[Slices | None, str]:
    """Return the slices that a step builds and its reason; where it builds the whole mart, the reason says why."""
    table = context.table(record)
    if not table.by or last is None or record.version_before is None:
        return None, record.reason
    keys = whole_because(table, last, changed, catalog=context.catalog) or touched(table, last, record, context=context)
    if isinstance(keys, str):
        return None, f"{record.reason}; whole table: {keys}"
    return Slices.of(table.by, keys), f"{record.reason}; {len(keys)} of its {', '.join(table.by)}"


def touched(table: Table, last: StepRecord, record: StepRecord, *, context: Context) -> set[Key] | str:
    """Return the touched keys, or in words why they cannot be told."""
    found: set[Key] = set()
    before, now = last.inputs["versions"], record.inputs["versions"]
    looked_up = {table.inputs[alias]: columns for alias, columns in table.looks_up.items()}
    for name in sorted(name for name in now if now[name] != before[name]):
        columns = looked_up.get(name, table.by)
        keys = changed_keys(context.lake, name, columns, after=before[name], upto=now[name], most=MOST_KEYS)
        if keys is None:
            return f"what changed in {name} since version {before[name]} cannot be told or is much"
        if name in looked_up and keys:
            if systems(name, before[name], context) != systems(name, now[name], context):
                return f"{name} has rows of other businesses than before"
            keys = joined(table, Slices.of(columns, keys), now, context=context)
        found |= keys
    share = context.settings.rebuild_above
    known = distinct_keys(table, record.version_before, context)
    if len(found) > 1 and len(found) > share * known:
        return f"{len(found)} of {known} {', '.join(table.by)} are touched, more than {share:.0%}"
    return found


def joined(table: Table, looked_up: Slices, versions: Mapping[str, int | None], *, context: Context) -> set[Key]:
    """Return the keys of the driving rows that join changed rows of an input which is looked up."""
    found: set[Key] = set()
    for name, version in versions.items():
        driving = context.catalog.table(name)
        if {*table.by, *looked_up.by} <= set(driving.column_names):
            rows = looked_up.inside(rows_of(name, version, context).select(*{*table.by, *looked_up.by}))
            found |= {tuple(row) for row in rows.select(*table.by).distinct().limit(MOST_KEYS + 1).collect()}
    return found


def systems(name: str, version: int, context: Context) -> list[str]:
    """Return the businesses that have rows in a table at a version; a build may treat a business without any apart."""
    return [str(row["system"]) for row in context.lake.read(SYSTEMS, looked_up=(name, version)).to_pylist()]


def distinct_keys(table: Table, version: int | None, context: Context) -> int:
    """Return how many slices a mart has."""
    by = ", ".join(table.by)
    counted = f"SELECT count(*) AS slices FROM (SELECT DISTINCT {by} FROM mart)"  # noqa: S608 — columns of a contract
    rows = context.lake.read(counted, mart=(table.name, version) if version is not None else table.name).to_pylist()
    return int(rows[0]["slices"])
