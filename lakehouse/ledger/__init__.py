"""What happened: runs, steps, files, results, releases, leases."""

from lakehouse.ledger.history import deliveries, files, newest_release, release_as_of, releases, steps
from lakehouse.ledger.leases import Lease, held, holder_of
from lakehouse.ledger.records import ANEW, Books, FileRecord, Release, StepRecord, StepState, now
from lakehouse.ledger.upkeep import Upkeep, note_upkeep
from lakehouse.ledger.writing import (
    RunRecord,
    claim,
    close_killed_runs,
    close_run,
    correct_files,
    note,
    note_files,
    note_results,
    open_run,
    release,
)

__all__ = [
    "ANEW",
    "Books",
    "FileRecord",
    "Lease",
    "Release",
    "RunRecord",
    "StepRecord",
    "StepState",
    "Upkeep",
    "claim",
    "close_killed_runs",
    "close_run",
    "correct_files",
    "deliveries",
    "files",
    "held",
    "holder_of",
    "newest_release",
    "note",
    "note_files",
    "note_results",
    "note_upkeep",
    "now",
    "open_run",
    "release",
    "release_as_of",
    "releases",
    "steps",
]
