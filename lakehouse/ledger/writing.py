"""Append to the ledger: runs, steps, files, results, releases."""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lakehouse.ledger.history import open_runs
from lakehouse.ledger.records import FileRecord, Release, StepRecord, StepState, now
from lakehouse.ops.dq_results import dq_results
from lakehouse.ops.files import files as files_table
from lakehouse.ops.releases import releases as releases_table
from lakehouse.ops.runs import runs as runs_table
from lakehouse.ops.steps import steps as steps_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lakehouse.lake import Lake

MOMENT = timedelta(microseconds=1)
"""The shortest time that the ledger tells apart."""


@dataclass(frozen=True)
class RunRecord:
    """A run from its start to its exit code."""

    run_id: str
    started_at: datetime
    env: str
    selection: str
    conf_hash: str
    code_hash: str
    as_of: str = ""


def open_run(lake: Lake, run: RunRecord) -> None:
    """Record that a run began."""
    _append_run(lake, run, state="running", ended_at=None, exit_code=None)


def close_run(lake: Lake, run: RunRecord, *, state: str, exit_code: int) -> None:
    """Record how a run ended."""
    _append_run(lake, run, state=state, ended_at=now(), exit_code=exit_code)


def close_killed_runs(lake: Lake) -> None:
    """Record that runs which never told their end were killed; the caller holds the lease, so none still runs."""
    for row in open_runs(lake):
        lake.append(runs_table, [row | {"state": "killed", "ended_at": now()}])


def _append_run(lake: Lake, run: RunRecord, **outcome: Any) -> None:
    who = {"command": " ".join(sys.argv), "host": socket.gethostname(), "pid": os.getpid()}
    lake.append(runs_table, [vars(run) | who | outcome])


def claim(lake: Lake, record: StepRecord) -> StepRecord:
    """Fix what a step reads, before it writes anything."""
    return note(lake, record, "claimed")


def note(lake: Lake, record: StepRecord, state: StepState, **changes: Any) -> StepRecord:
    """Record that a step reached a state; return the record as it is now."""
    reached = replace(record, state=state, at=now(), **changes)
    lake.append(steps_table, [reached.row()])
    return reached


def note_files(lake: Lake, records: Sequence[FileRecord]) -> None:
    """Record what became of files."""
    if records:
        lake.append(files_table, [record.row() for record in records])


def correct_files(lake: Lake, records: Sequence[FileRecord]) -> None:
    """Record what is known better of files; they keep their state, the moment they reached it and their order."""
    if records:
        lake.append(files_table, [record.row() | {"at": (record.at or now()) + MOMENT} for record in records])


def note_results(lake: Lake, record: StepRecord, results: Sequence[Mapping[str, Any]]) -> None:
    """Record what each rule found in a step."""
    known = {"run_id": record.run_id, "step_id": record.step_id, "table": record.table, "source": record.source}
    if results:
        lake.append(dq_results, [known | {"at": now()} | dict(result) for result in results])


def release(
    lake: Lake, *, run_id: str, tables: Mapping[str, int], held: Sequence[str], last: Release | None
) -> Release:
    """Give readers a new consistent set of Gold versions."""
    new = Release((last.release_id if last else 0) + 1, run_id, now(), dict(tables), tuple(held))
    row = vars(new) | {"tables": json.dumps(new.tables, sort_keys=True), "held": json.dumps(list(held))}
    lake.append(releases_table, [row])
    return new
