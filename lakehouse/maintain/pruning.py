"""Remove what nobody will look at again: staging of ended steps, old data docs, rows that waited too long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyarrow.fs import FileSelector, FileSystem, FileType

from lakehouse import ledger
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.lake import step_of_folder
from lakehouse.plan import Facts
from lakehouse.quarantine import Decision, quarantine_of, without_pending

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lakehouse.lake import Lake
    from lakehouse.ledger import StepRecord

UNKNOWN_KEPT = timedelta(days=1)
"""A step's staging is written after its claim; a folder that the ledger does not know is no step of this lake."""
AT_ONCE = 50_000
"""Events in one commit."""
EXPIRED = """
    SELECT q.source, q._batch_id, q._row_id FROM q {undecided}
    WHERE q.status = 'open' AND q.first_seen_at < TIMESTAMP '{before:%Y-%m-%dT%H:%M:%SZ}'
    ORDER BY q.source, q._batch_id, q._row_id
"""


def prune_staging(lake: Lake, *, now: datetime, dry_run: bool = False) -> int:
    """Delete what ended steps have in staging, and unknown ones after a day; return how many folders.

    An open step keeps its staging and what lies beside it, a blocked one until its rows were judged again.
    """
    store, root = FileSystem.from_uri(lake.staging(""))
    folders = [f for f in store.get_file_info(FileSelector(root, allow_not_found=True)) if f.type == FileType.Directory]
    steps = {step.step_id: step for step in ledger.steps(lake)}
    wanted = kept(tuple(steps.values()))
    gone = []
    for folder in folders:
        is_young = folder.mtime is not None and now - folder.mtime.replace(tzinfo=UTC) < UNKNOWN_KEPT
        step_id = step_of_folder(folder.base_name)
        if step_id not in wanted and (step_id in steps or not is_young):
            gone.append(folder)
    if not dry_run:
        for folder in gone:
            store.delete_dir(folder.path)
    return len(gone)


def kept(steps: Sequence[StepRecord]) -> frozenset[str]:
    """Return the steps whose staging somebody needs."""
    facts = Facts(steps=tuple(steps))
    waiting = [step for step in steps if not step.is_finished]
    for step in steps:
        if step.state == "blocked":
            if step.inputs.get("batches"):
                held = [b for source in step.inputs["batches"] for b in facts.blocked(step.table, source)]
                waiting += [step] * (step in held)
            else:
                last = facts.last_done(step.table)
                waiting += [step] * (last is None or last.step_id < step.step_id)
    return frozenset(step.step_id for step in waiting)


def prune_docs(docs: str, *, keep_days: int, now: datetime) -> int:
    """Delete data docs older than so many days and write the index anew; return how many pages went."""
    from lakehouse.gate import site

    root = Path(docs)
    if not (root / site.SITE).exists():
        return 0
    gone = site.prune(root, keep=timedelta(days=keep_days), now=now)
    if gone:
        site.rebuild(root / site.SITE)
    return gone


def expire(lake: Lake, tables: Sequence[str], *, keep_days: int, now: datetime, dry_run: bool = False) -> int:
    """Note for each open row that has waited longer than so many days that it expires; return how many.

    The next run folds these decisions into the quarantine.
    """
    events = [event for table in tables for event in events_of(lake, table, now=now, keep_days=keep_days)]
    if not dry_run:
        for first in range(0, len(events), AT_ONCE):
            lake.append(quarantine_actions, events[first : first + AT_ONCE])
    return len(events)


def events_of(lake: Lake, table: str, *, now: datetime, keep_days: int) -> Iterator[dict[str, Any]]:
    """Yield one event for each row of a table's quarantine that expires; never over a decision that still waits."""
    name = quarantine_of(table).name
    if not lake.exists(name):
        return
    undecided = without_pending(lake, table)
    tables = {"q": name} | ({"actions": quarantine_actions.name} if undecided else {})
    sql = EXPIRED.format(before=now - timedelta(days=keep_days), undecided=undecided)
    decision = Decision("expire", f"open for more than {keep_days} days", now, actor="maintain")
    for row in lake.read(sql, **tables).to_pylist():
        yield decision.event(row["source"], table=table, batch_id=row["_batch_id"], row_id=row["_row_id"])
