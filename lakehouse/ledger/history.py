"""What the ledger knows: the newest state of runs, steps, files and releases."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from lakehouse.errors import LakehouseError
from lakehouse.ledger.records import FileRecord, Release, StepRecord, step_record

if TYPE_CHECKING:
    from lakehouse.lake import Lake

NEWEST_STEPS = """
    SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY step_id ORDER BY at DESC) AS place FROM steps
    ) WHERE place = 1 ORDER BY step_id
"""
NEWEST_FILES = """
    SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY source, path, sha256 ORDER BY at DESC) AS place FROM files
    ) WHERE place = 1 ORDER BY source, path, at
"""
DELIVERIES = """
    SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY source, path, batch_id ORDER BY at DESC) AS place
        FROM files WHERE batch_id IS NOT NULL
    ) WHERE place = 1 ORDER BY source, path, at
"""
OPEN_RUNS = """
    SELECT * FROM runs
    WHERE state = 'running' AND run_id NOT IN (SELECT run_id FROM runs WHERE state <> 'running')
"""


def steps(lake: Lake) -> tuple[StepRecord, ...]:
    """Newest state of every step, in the order they were claimed."""
    if not lake.exists("ops.steps"):
        return ()
    return tuple(step_record(row) for row in lake.read(NEWEST_STEPS, steps="ops.steps").to_pylist())


def files(lake: Lake) -> tuple[FileRecord, ...]:
    """Newest state of every content that a file ever had."""
    return _files(lake, NEWEST_FILES)


def deliveries(lake: Lake) -> tuple[FileRecord, ...]:
    """Newest state of what each batch brought of each file; a content that came twice stands in both batches."""
    return _files(lake, DELIVERIES)


def _files(lake: Lake, sql: str) -> tuple[FileRecord, ...]:
    if not lake.exists("ops.files"):
        return ()
    names = [f.name for f in fields(FileRecord)]
    rows = lake.read(sql, files="ops.files").to_pylist()
    return tuple(FileRecord(**{name: row[name] for name in names}) for row in rows)


def open_runs(lake: Lake) -> list[dict[str, Any]]:
    """Return the rows of runs of which nothing is known but that they began."""
    return lake.read(OPEN_RUNS, runs="ops.runs").to_pylist() if lake.exists("ops.runs") else []


def newest_release(lake: Lake) -> Release | None:
    """Return the release that readers see now."""
    found = releases(lake)
    return found[-1] if found else None


def releases(lake: Lake) -> tuple[Release, ...]:
    """Every release, oldest first."""
    if not lake.exists("ops.releases"):
        return ()
    rows = lake.read("SELECT * FROM releases ORDER BY release_id, at", releases="ops.releases").to_pylist()
    return tuple(
        Release(row["release_id"], row["run_id"], row["at"], json.loads(row["tables"]), tuple(json.loads(row["held"])))
        for row in rows
    )


def release_as_of(lake: Lake, release_id: int) -> Release:
    """Return an older release, whose versions `Lake.read` takes: `("gold.daily_sales", release.tables[...])`.

    Raises LakehouseError when there is none with this number.
    """
    known = releases(lake)
    for release in known:
        if release.release_id == release_id:
            return release
    numbers = f"1 to {known[-1].release_id}" if known else "none"
    raise LakehouseError(f"there is no release {release_id} in {lake.root}; released: {numbers}")
