"""One batch run: plan, steps in order, release, closing table, result hook."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.catalog import load_conf
from lakehouse.errors import ConfigError, Problem
from lakehouse.lake import Lake
from lakehouse.plan import Plan, backfill_plan, feeds, make_plan, next_tables, release_due, table_of
from lakehouse.run import hook
from lakehouse.run.backfill import rehearsed, rows_of_days
from lakehouse.run.days import as_of, day_of, days_of
from lakehouse.run.gathering import gather
from lakehouse.run.late import late_sources
from lakehouse.run.request import Request
from lakehouse.run.telling import Teller
from lakehouse.settings import fingerprint

if TYPE_CHECKING:
    from lakehouse.catalog import Catalog
    from lakehouse.ledger import RunRecord, StepRecord
    from lakehouse.plan import Facts
    from lakehouse.settings import Settings

__all__ = ["Request", "days_of", "run"]

LARGE_BYTES = 60_000_000
BYTES_OF_PART = 100_000_000
"""Text of rows that one part of a shuffle takes; more would be sorted on disk."""
PACKED = 6
"""Text is about so many times the size of its compressed file."""
OPS = ("ops.runs", "ops.steps", "ops.files", "ops.dq_results", "ops.releases", "ops.leases", "ops.maintenance")


@dataclass(frozen=True)
class Work:
    """A request with everything that conf says about it."""

    request: Request
    settings: Settings
    catalog: Catalog
    lake: Lake
    teller: Teller

    def facts(self) -> Facts:
        """Look at ledger, folders and versions now."""
        return gather(self.lake, self.catalog, self.settings, sources=self.catalog.sources, as_of=self.request.as_of)

    def plan(self, facts: Facts) -> Plan:
        """Return what there is to do; `--resume` only finishes."""
        if self.request.days:
            having = {one.step for one in rows_of_days(self.lake, self.catalog, self.request.days)}
            return backfill_plan(self.catalog, self.request.selection, facts, days=self.request.days, having=having)
        plan = make_plan(self.catalog, self.request.selection, facts)
        if self.request.resume:
            begun = {record.name for record in facts.begun}
            steps = tuple(step for step in plan.steps if step.name in begun)
            return Plan(plan.unfinished, steps, plan.notes, release_due(self.catalog, facts) and not steps)
        return plan


def run(request: Request) -> int:
    """Run once and return the exit code: 0 good, 1 blocked or failed. Raises the errors of conf and lease."""
    settings, catalog = load_conf(request.conf, request.env, request.overrides)
    if request.as_of not in {"", "today", "data"}:
        day_of(request.as_of)
    if request.days:
        refuse_beside_days(request)
    work = Work(request, settings, catalog, Lake(settings.roots.lake), Teller(request.json_logs))
    if request.dry_run:
        return tell_plan(work)
    with ledger.held(work.lake, "batch"):
        return run_with_lease(work)


def refuse_beside_days(request: Request) -> None:
    """Raise ConfigError for what cannot be asked for together with days to judge again."""
    if request.selection.full_refresh:
        what = "judges these days again already; give either days or --full-refresh"
        raise ConfigError([Problem("--full-refresh", " ".join(request.selection.full_refresh), what)])
    if request.selection.only_due:
        what = "asks for marts whose turn it is; days are judged again at any time"
        raise ConfigError([Problem("--due", " ".join(request.days or ()), what)])
    if request.resume:
        what = "finishes what an earlier run began and nothing else; give either days or --resume"
        raise ConfigError([Problem("--resume", " ".join(request.days or ()), what)])


def tell_plan(work: Work) -> int:
    """Say what a run would do; of days to judge again also what would change. Nothing is written."""
    plan = work.plan(work.facts())
    if work.request.days:
        meant = rows_of_days(work.lake, work.catalog, work.request.days)
        day = as_of(work.settings, work.lake, work.request.as_of, now=ledger.now())
        work.teller.say(rehearsed(plan, work.lake, work.settings, catalog=work.catalog, meant=meant, as_of=day))
        return 0
    work.teller.say(table_of(plan))
    for note in plan.notes:
        work.teller.say(note)
    return 0


def run_with_lease(work: Work) -> int:
    """Plan, run, release and report, as the only writer."""
    record = begin(work)
    facts = work.facts()
    plan = work.plan(facts)
    note_seen(work, facts)
    for note in plan.notes:
        work.teller.say(note)
    records = do(work, plan, record) if not plan.is_empty else []
    if plan.is_empty:
        work.teller.say("nothing new: no file, table, rule or build changed; no Java process was started")
    return end(work, record, records)


def begin(work: Work) -> RunRecord:
    """Open the run in the ledger."""
    started = ledger.now()
    hashes = {name: work.catalog.hash_of(table) for name, table in work.catalog.tables.items()}
    record = ledger.RunRecord(
        run_id=f"{started:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}",
        started_at=started,
        env=work.settings.env,
        selection=str(work.request.selection),
        conf_hash=work.settings.hash,
        code_hash=fingerprint(hashes),
    )
    ledger.close_killed_runs(work.lake)
    ledger.open_run(work.lake, record)
    return record


def note_seen(work: Work, facts: Facts) -> None:
    """Record and tell of files that were seen but will not be read."""
    from lakehouse.steps.bronze import file_record

    for source, arrived in facts.arrivals.items():
        for found in arrived.repeated:
            work.teller.say(f"{source}: {found.path} was delivered before under another name; not read again")
        for found in arrived.waiting:
            work.teller.say(f"{source}: {found.path} may still be written; left for the next run")
        seen = [file_record(source, f, "repeated", reason="same content as another file") for f in arrived.repeated]
        dated = {(found.path, found.sha256): found.modified_at for found in arrived.touched}
        mine = [file for file in facts.files if file.source == source and (file.path, file.sha256) in dated]
        again = [replace(file, modified_at=dated[file.path, file.sha256]) for file in mine]
        ledger.note_files(work.lake, seen + again)


def do(work: Work, plan: Plan, record: RunRecord) -> list[StepRecord]:
    """Start Spark, finish what was left, run the steps, release."""
    from lakehouse import session
    from lakehouse.gate import Auditor
    from lakehouse.run.executing import execute, finish
    from lakehouse.steps.context import Context

    spark = session.start(work.settings, extra=sized_for(work_bytes(plan, work.lake)) | dict(work.settings.spark))
    docs, days = work.settings.roots.docs, work.settings.retention.docs
    day = cache(lambda: as_of(work.settings, work.lake, work.request.as_of, now=record.started_at))
    try:
        with Auditor(docs_root=docs, run_id=record.run_id, retention_days=days) as auditor:
            context = Context(
                work.lake, spark, work.settings, work.catalog, auditor, record.run_id,
                as_of=day, began_at=record.started_at, tell=work.teller.say,
            )  # fmt: skip
            finished = finish(plan.unfinished, context, work.teller)
            if plan.unfinished:
                plan = work.plan(work.facts())
            records = finished + execute(plan, context, work.teller)
            release(work, record)
    finally:
        session.stop(spark)
    return records


def work_bytes(plan: Plan, lake: Lake) -> int:
    """Return about how much text a run works on: that of new files, and of all when history is judged again."""
    sizes = [(found.path, found.size) for step in plan.steps for found in step.files]
    if any(step.full for step in plan.steps):
        sizes += [(file.path, file.size) for file in ledger.files(lake) if file.state == "landed"]
    return sum(size * (PACKED if path.endswith((".gz", ".parquet")) else 1) for path, size in sizes)


def sized_for(amount: int) -> dict[str, str]:
    """Return how eagerly Java compiles and in how many parts Spark shuffles, for so many bytes of text."""
    jit = "large" if amount > LARGE_BYTES else "small"
    return {"lakehouse.jit": jit, "spark.sql.shuffle.partitions": str(max(2, amount // BYTES_OF_PART))}


def release(work: Work, record: RunRecord) -> None:
    """Give readers the new Gold versions, when there are any and they belong together."""
    facts = work.facts()
    if release_due(work.catalog, facts):
        held = facts.held_sources(feeds(work.catalog))
        tables = next_tables(work.catalog, facts)
        new = ledger.release(work.lake, run_id=record.run_id, tables=tables, held=held, last=facts.last_release)
        named = f", held: {', '.join(held)}" if held else ""
        work.teller.say(f"release {new.release_id}: {len(tables)} tables{named}", event="release", tables=tables)


def end(work: Work, record: RunRecord, records: list[StepRecord]) -> int:
    """Close the run, print its table and tell whom conf names."""
    bad = [r for r in records if r.state in {"failed", "blocked"}]
    state = "failed" if any(r.state == "failed" for r in bad) else "blocked" if bad else "good"
    late = late_sources(work.catalog, ledger.files(work.lake), now=ledger.now())
    work.teller.summary(records)
    for message in late:
        work.teller.say(f"late: {message}")
    if records:
        work.teller.say(f"data docs: {work.settings.roots.docs}/data_docs/index.html")
    code = 1 if bad else 0
    day: dict[str, str] = next((found for one in reversed(records) if (found := one.inputs.get("as_of"))), {})
    record = replace(record, as_of=json.dumps(day, sort_keys=True) if day else "")
    ledger.close_run(work.lake, record, state=state, exit_code=code)
    if bad or late:
        errors = {r.name: r.error for r in bad}
        result = {"run_id": record.run_id, "state": state, "errors": errors, "late": late, "exit_code": code}
        hook.report(work.settings.on_result, result, work.teller.problem)
    for table in OPS:
        work.lake.compact(table)
    return code
