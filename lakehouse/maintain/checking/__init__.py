"""Look at published tables without the gate's own means: are they what their contracts say?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.maintain.checking.history import broken_histories
from lakehouse.maintain.checking.questions import broken_rules
from lakehouse.maintain.checking.values import Finding, Published

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lakehouse.lake import Lake
    from lakehouse.ledger import Release, StepRecord
    from lakehouse.table import Table

__all__ = ["Finding", "check"]


def check(lake: Lake, tables: Sequence[Table]) -> list[Finding]:
    """Return what is wrong with published tables: Silver as it is now, Gold as it was released."""
    steps, release = ledger.steps(lake), ledger.newest_release(lake)
    return [finding for table in tables for finding in findings(published(lake, table, steps, release=release))]


def findings(shown: Published) -> Iterator[Finding]:
    """Yield what is wrong with one table."""
    yield from broken_rules(shown)
    yield from broken_histories(shown)


def published(lake: Lake, table: Table, steps: Sequence[StepRecord], *, release: Release | None) -> Published:
    """Return a table at the version that readers see, and the tables that its rules look into as they were then."""
    version = release.tables.get(table.name) if release else None
    if version is None:
        version = lake.version(table.name) or 0
    built = next((s for s in reversed(steps) if (s.table, s.version_after) == (table.name, version)), None)
    inputs = built.inputs if built and table.layer == "gold" else {}
    others = {**inputs.get("versions", {}), **inputs.get("others", {})}
    return Published(lake, table, version, {name: at for name, at in others.items() if at is not None})
