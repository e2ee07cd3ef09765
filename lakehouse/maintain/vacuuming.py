"""Delete files that no version within the retention needs, and nothing that somebody may still ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.lake import kept_for, vacuum
from lakehouse.ledger import Upkeep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.lake import Lake
    from lakehouse.ledger import StepRecord

NEAR = timedelta(days=1)


def clean(lake: Lake, name: str, *, pinned: int | None, dry_run: bool = False) -> str:
    """Vacuum a table as its own properties say; return what was done, empty when nothing was.

    `pinned`: the oldest version that a release or a step still names. When it gave way so long ago that its files
    are about to lose their protection, the table is left alone.
    """
    gave_way = None if pinned is None else gave_way_at(lake, name, pinned)
    if gave_way and datetime.now(UTC) - gave_way > kept_for(lake, name) - NEAR:
        return f"left alone: version {pinned}, which is still named, gave way on {gave_way:%Y-%m-%d}"
    before = lake.version(name)
    files, size = vacuum(lake, name, dry_run=dry_run)
    if not files:
        return ""
    told = f"{files} files, {size / 1e6:,.1f} MB"
    if dry_run:
        return f"would delete {told}"
    ledger.note_upkeep(lake, Upkeep(name, "vacuum", before, lake.version(name), files=files, bytes=size))
    return f"deleted {told}"


def gave_way_at(lake: Lake, name: str, version: int) -> datetime | None:
    """Return when the next version came; None when there is none. A commit that the log forgot is beyond any age."""
    if version >= (lake.version(name) or 0):
        return None
    commits = {int(commit["version"]): commit["timestamp"] for commit in lake.commits(name)}
    return datetime.fromtimestamp(commits.get(version + 1, 0) / 1000, UTC)


def pins(lake: Lake) -> dict[str, int]:
    """Return, by table, the oldest version that the newest release, what built it, or an unfinished step names."""
    steps, release = ledger.steps(lake), ledger.newest_release(lake)
    named: list[Mapping[str, int | None]] = [
        {step.table: step.version_before, **read_by(step)} for step in steps if not step.is_finished
    ]
    for table, shown in (release.tables if release else {}).items():
        named.append({table: shown})
        named += [read_by(step) for step in steps[::-1] if (step.table, step.version_after) == (table, shown)][:1]
    found: dict[str, int] = {}
    for name, version in ((name, version) for versions in named for name, version in versions.items()):
        if version is not None:
            found[name] = min(version, found.get(name, version))
    return found


def read_by(step: StepRecord) -> dict[str, int | None]:
    """Return the versions that a step reads, also those that its rules look into."""
    return {**step.inputs.get("others", {}), **step.inputs.get("versions", {})}
