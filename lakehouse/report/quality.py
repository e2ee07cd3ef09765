"""How far the numbers can be trusted: books, broken rules, held sources, freshness, rows that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.lake import literal
from lakehouse.report.values import Books, Broken, Feed, Quality

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake
    from lakehouse.ledger import FileRecord, Release, StepRecord

JUDGED = ("done", "published", "blocked")
ARRIVED = {"claimed", "landed", "repeated"}
BROKEN = """
    SELECT step_id, rule, severity, failed, checked FROM (
        SELECT *, row_number() OVER (PARTITION BY step_id, rule ORDER BY at DESC) AS place FROM r
        WHERE step_id IN ({steps})
    ) WHERE place = 1 AND severity <> '' AND verdict IN ('failed', 'warned', 'errored')
"""
WAITING = "SELECT count(*) AS rows FROM q WHERE status = 'open'"


def quality_of(lake: Lake, catalog: Catalog, release: Release, *, now: datetime) -> Quality:
    """Return what the ledger says of the newest step of each table and source."""
    newest = newest_steps(ledger.steps(lake), catalog)
    return Quality(
        books=[books_of(step) for step in newest if step.table.startswith("silver.")],
        broken=sorted(broken_rules(lake, newest), key=lambda one: (-one.failed / max(one.checked, 1), one.step)),
        feeds=feeds_of(catalog, ledger.files(lake), now=now),
        held=release.held,
        open_rows=sum(waiting(lake, name) for name in catalog.tables if name.startswith("silver.")),
    )


def newest_steps(steps: Iterable[StepRecord], catalog: Catalog) -> list[StepRecord]:
    """Return the newest step that judged each table and source of the catalog, by name.

    A full refresh judged every source of its table, so that nothing older counts.
    """
    found: dict[str, StepRecord] = {}
    for step in (step for step in steps if step.state in JUDGED and is_known(step, catalog)):
        if step.inputs.get("full") and step.state != "blocked":
            found = {name: older for name, older in found.items() if older.table != step.table}
        found[step.name] = step
    return [step for _, step in sorted(found.items())]


def is_known(step: StepRecord, catalog: Catalog) -> bool:
    """Whether the table of a step, and the source that it judged, are still there."""
    if step.table in catalog.landing():
        return True
    source = catalog.sources.get(step.source)
    feeds = not step.source or (source is not None and source.feeds == step.table)
    return step.table in catalog.tables and feeds


def books_of(step: StepRecord) -> Books:
    """Return the books of a step."""
    kept = step.books
    return Books(step.name, step.state, kept.read, kept.published, kept.quarantined, kept.duplicate, kept.held)


def broken_rules(lake: Lake, newest: Sequence[StepRecord]) -> Iterator[Broken]:
    """Yield the rules that the newest audits found broken."""
    names = {step.step_id: step.name for step in newest}
    if not names or not lake.exists("ops.dq_results"):
        return
    sql = BROKEN.format(steps=", ".join(map(literal, names)))
    for row in lake.read(sql, r="ops.dq_results").to_pylist():
        yield Broken(names[row["step_id"]], row["rule"], row["severity"], row["failed"], row["checked"])


def feeds_of(catalog: Catalog, files: Iterable[FileRecord], *, now: datetime) -> list[Feed]:
    """Return when each source delivered last, and each other part of it, late ones first.

    What never delivered promises nothing yet.
    """
    newest: dict[str, datetime] = {}
    for file in files:
        if file.state in ARRIVED and file.at:
            newest[file.source] = max(newest.get(file.source, file.at), file.at)
    feeds = []
    for name, source in sorted((each.name, each) for each in catalog.landing().values()):
        promise, arrived = source.arrives_within_seconds, newest.get(name)
        is_late = promise is not None and arrived is not None and (now - arrived).total_seconds() > promise
        feeds.append(Feed(name, arrived, promise / 3600 if promise else None, is_late))
    return sorted(feeds, key=lambda feed: (not feed.is_late, feed.newest_at is None, feed.source))


def waiting(lake: Lake, silver: str) -> int:
    """Return how many rows of a Silver table's quarantine wait for a decision."""
    aside = silver.replace("silver.", "quarantine.", 1)
    return int(lake.read(WAITING, q=aside).to_pylist()[0]["rows"]) if lake.exists(aside) else 0
