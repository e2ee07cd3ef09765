"""Keep the lake small, quick and true: join files, delete what no version needs, prune, check, measure. No Spark."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.lake import Lake, space
from lakehouse.maintain.checking import check
from lakehouse.maintain.compacting import compact
from lakehouse.maintain.pruning import expire, prune_docs, prune_staging
from lakehouse.maintain.selecting import Kept, kept_tables
from lakehouse.maintain.telling import Line, told
from lakehouse.maintain.vacuuming import clean, pins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lakehouse.catalog import Catalog
    from lakehouse.settings import Settings

__all__ = ["WORDS", "Report", "Request", "attend", "maintain"]

WORDS = ("compact", "vacuum", "prune", "check", "sizes")
WRITES = frozenset({"compact", "vacuum", "prune"})


@dataclass(frozen=True)
class Request:
    """What a person asked for; no word means all of them."""

    words: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    """Tables, or `layer:gold`; empty: all."""
    dry_run: bool = False

    def wants(self, word: str) -> bool:
        """Whether a piece of maintenance is asked for."""
        return not self.words or word in self.words

    @property
    def writes(self) -> bool:
        """Whether anything may be changed."""
        return not self.dry_run and any(map(self.wants, WRITES))


@dataclass(frozen=True)
class Report:
    """What to say, and whether a check failed."""

    text: str
    exit_code: int = 0


@dataclass(frozen=True)
class Care:
    """One call: what was asked, of which lake, and which tables must be left alone."""

    lake: Lake
    request: Request
    open: Mapping[str, str] = field(default_factory=dict)
    """Tables with an unfinished step, and that step."""
    pins: Mapping[str, int] = field(default_factory=dict)

    def of(self, kept: Kept) -> str:
        """Join and vacuum the files of a table; say what was done."""
        if not (self.request.wants("compact") or self.request.wants("vacuum")):
            return ""
        if kept.name in self.open:
            return f"left alone: {self.open[kept.name]} is not finished, jobs/run.py finishes it"
        done = []
        if self.request.wants("compact"):
            done.append(compact(self.lake, kept.name, kept.table, dry_run=self.request.dry_run))
        if self.request.wants("vacuum"):
            pinned = self.pins.get(kept.name)
            done.append(clean(self.lake, kept.name, pinned=pinned, dry_run=self.request.dry_run))
        return "; ".join(filter(None, done))


def maintain(settings: Settings, catalog: Catalog, request: Request) -> Report:
    """Do what was asked, as the only writer where anything changes. Exit code 1: a check failed.

    Raises ConfigError for an unknown table, LeaseHeld when a run is under way.
    """
    lake = Lake(settings.roots.lake)
    tables = kept_tables(lake, catalog, request.select)
    with ledger.held(lake, "batch") if request.writes else nullcontext():
        lines = cared_for(lake, request, tables)
        pruned = prune(settings, catalog, dry_run=request.dry_run) if request.wants("prune") else []
    built = [each.table for each in tables if each.table and each.table.layer in {"silver", "gold"}]
    findings = check(lake, built) if request.wants("check") else None
    failed = any(not finding.warns for finding in findings or ())
    return Report(told(lines, pruned, findings), 1 if failed else 0)


def attend(settings: Settings, catalog: Catalog, request: Request) -> int:
    """Do what was asked and print what was done; return the exit code. Raises as `maintain` does."""
    report = maintain(settings, catalog, request)
    print(report.text)
    return report.exit_code


def cared_for(lake: Lake, request: Request, tables: Sequence[Kept]) -> list[Line]:
    """Look after the files of each table, then measure it."""
    steps = ledger.steps(lake)
    unfinished = {step.table: step.name for step in steps if not step.is_finished}
    unfinished |= {name.replace("silver.", "quarantine.", 1): step for name, step in unfinished.items()}
    care = Care(lake, request, unfinished, pins(lake))
    done = {kept.name: care.of(kept) for kept in tables}
    measured = request.wants("sizes")
    return [Line(kept.name, space(lake, kept.name) if measured else None, done[kept.name]) for kept in tables]


def prune(settings: Settings, catalog: Catalog, *, dry_run: bool) -> list[str]:
    """Remove what nobody will look at again; return what to say of it."""
    lake, now = Lake(settings.roots.lake), ledger.now()
    silver = [name for name in catalog.order() if name.startswith("silver.")]
    folders = prune_staging(lake, now=now, dry_run=dry_run)
    waited = expire(lake, silver, keep_days=settings.retention.quarantine, now=now, dry_run=dry_run)
    pages = 0 if dry_run else prune_docs(settings.roots.docs, keep_days=settings.retention.docs, now=now)
    gone = ((folders, "staging folders of ended steps"), (pages, "pages of data docs"))
    lines = [f"{'would delete' if dry_run else 'deleted'} {count:,} {what}" for count, what in gone if count]
    if waited:
        lines.append(f"{waited:,} open rows {'would expire' if dry_run else 'expire'} in quarantine at the next run")
    return lines
