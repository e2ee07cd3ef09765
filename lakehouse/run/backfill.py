"""Judge days again by the rules of today: which rows are meant, and what would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse import session
from lakehouse.lake import literal
from lakehouse.plan import DAY, aligned, table_of, tables_by_day
from lakehouse.quarantine import quarantine_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from lakehouse.business import AsOf
    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake
    from lakehouse.plan import Days, Plan
    from lakehouse.settings import Settings
    from lakehouse.steps.silver.rehearsing import Expected

PUBLISHED = """
    SELECT source, {day} AS day, count(*) AS rows FROM s
    WHERE {day} BETWEEN DATE {first} AND DATE {last} GROUP BY source, {day} ORDER BY source, {day}
"""
OPEN = "SELECT source, count(*) AS rows FROM q WHERE status = 'open' GROUP BY source ORDER BY source"


@dataclass(frozen=True)
class Meant:
    """Published rows of one source and day; without a day, rows in quarantine whose day a step has yet to read."""

    table: str
    source: str
    day: date | None
    rows: int

    @property
    def step(self) -> str:
        """Name of the step that judges them."""
        return f"{self.table}@{self.source}"


def rows_of_days(lake: Lake, catalog: Catalog, days: Days) -> tuple[Meant, ...]:
    """Count the rows that a backfill may be about, without Spark."""
    first, last = map(literal, days)
    found = []
    for table in tables_by_day(catalog):
        if lake.exists(table):
            sql = PUBLISHED.format(day=DAY, first=first, last=last)
            found += [Meant(table, r["source"], r["day"], r["rows"]) for r in lake.read(sql, s=table).to_pylist()]
        held = quarantine_of(table).name
        if lake.exists(held):
            found += [Meant(table, r["source"], None, r["rows"]) for r in lake.read(OPEN, q=held).to_pylist()]
    return tuple(one for one in found if one.source in catalog.sources)


def rehearsed(
    plan: Plan, lake: Lake, settings: Settings, *, catalog: Catalog, meant: Iterable[Meant], as_of: AsOf
) -> str:
    """Say what a backfill would change, having judged its rows without writing anything."""
    from lakehouse.gate import Auditor
    from lakehouse.steps.context import Context
    from lakehouse.steps.silver.rehearsing import rehearse

    steps = [step for step in plan.steps if step.days]
    if not steps:
        return table_of(plan)
    spark = session.start(settings, extra=dict(settings.spark))
    try:
        auditor = Auditor(docs_root=settings.roots.docs, run_id="rehearsal")
        context = Context(lake, spark, settings, catalog, auditor, "rehearsal", as_of=lambda: as_of)
        expected = {step.name: rehearse(step, context) for step in steps}
    finally:
        session.stop(spark)
    found = {name: rows for name, rows in expected.items() if rows}
    return "\n\n".join([table_of(plan), by_day(meant, found), by_outcome(found)])


def by_day(meant: Iterable[Meant], expected: dict[str, tuple[Expected, ...]]) -> str:
    """Render, per source and day, the rows that are published now and those that wait in quarantine."""
    published: dict[tuple[str, date | None], int] = {(one.step, one.day): one.rows for one in meant if one.day}
    held: dict[tuple[str, date | None], int] = {}
    for name, rows in expected.items():
        for one in rows:
            if one.seen == "quarantine":
                held[name, one.day] = held.get((name, one.day), 0) + one.rows
    keys = sorted({*published, *held}, key=str)
    lines = [(n, str(day), f"{published.get((n, day), 0):,}", f"{held.get((n, day), 0):,}") for n, day in keys]
    return aligned([("rows of", "day", "published", "quarantined"), *lines])


def by_outcome(expected: dict[str, tuple[Expected, ...]]) -> str:
    """Render what would become of the rows: a published row that stays as it is comes out as `duplicate`."""
    counts: dict[tuple[str, str, str], int] = {}
    for name, rows in expected.items():
        for one in rows:
            key = (name, one.seen or "elsewhere", one.outcome)
            counts[key] = counts.get(key, 0) + one.rows
    lines = [(*key, f"{n:,}") for key, n in sorted(counts.items())]
    return aligned([("rows of", "now in", "would be", "rows"), *lines])
