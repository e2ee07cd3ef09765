"""What the gate found and what the books say, from the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dashboards.data.place import Place, stamp
from lakehouse import ledger
from lakehouse.lake import Lake

if TYPE_CHECKING:
    from datetime import datetime

    from dashboards.data.release import Released

ASIDE = ("set_aside", "repeated", "waiting", "withdrawn", "discarded", "void")
JUDGED = ("done", "published", "blocked")
RESULTS = 'SELECT step_id, "table", source, rule, severity, checked, failed, corrected, share, verdict, link, at FROM r'


@dataclass(frozen=True)
class Finding:
    """What one rule (or one kind of correction, then without severity) found in one step."""

    step_id: str
    table: str
    source: str
    rule: str
    severity: str
    checked: int
    failed: int
    corrected: int
    share: float | None
    verdict: str
    link: str
    at: datetime

    @property
    def is_broken(self) -> bool:
        """Whether more rows broke it than it tolerates, or it could not be judged."""
        return bool(self.severity) and self.verdict in ("failed", "warned", "errored")

    @property
    def step(self) -> str:
        """`silver.sales@shop_sales`."""
        return f"{self.table}@{self.source}" if self.source else self.table


@dataclass(frozen=True)
class RunSummary:
    """The newest run: how it ended and how long it took (None while it runs)."""

    run_id: str
    state: str
    started_at: datetime
    seconds: float | None
    command: str


@dataclass(frozen=True)
class Seal:
    """What the gate said of one released version of a table."""

    table: str
    version: int
    at: datetime | None
    passed: int
    warned: int
    failed: int

    @property
    def rules(self) -> int:
        """Rules judged."""
        return self.passed + self.warned + self.failed


def ledger_steps(place: Place) -> tuple[ledger.StepRecord, ...]:
    """Newest state of every step."""
    return read_steps(place.lake, stamp(place.lake, "ops.steps"))


@lru_cache(maxsize=4)
def read_steps(lake: str, _stamp: int) -> tuple[ledger.StepRecord, ...]:
    """Read all steps; `_stamp` makes a new commit a new question."""
    return ledger.steps(Lake(lake))


def last_run(place: Place) -> RunSummary | None:
    """Return the newest run that had steps, with its newest state."""
    steps = ledger_steps(place)
    return read_run(place.lake, stamp(place.lake, "ops.runs"), max(one.run_id for one in steps)) if steps else None


@lru_cache(maxsize=4)
def read_run(lake: str, mark: int, run_id: str) -> RunSummary | None:
    """Read one run; the row that has an end wins over the one written at its start."""
    if mark < 0:
        return None
    sql = "SELECT * FROM r ORDER BY ended_at DESC NULLS LAST"
    rows = [row for row in Lake(lake).read(sql, r="ops.runs").to_pylist() if row["run_id"] == run_id]
    if not rows:
        return None
    one = rows[0]
    took = (one["ended_at"] - one["started_at"]).total_seconds() if one["ended_at"] else None
    return RunSummary(one["run_id"], one["state"], one["started_at"], took, one["command"] or "")


def last_books(place: Place) -> tuple[ledger.StepRecord, ...]:
    """Steps of the newest run that had any, in the order they ran."""
    steps = ledger_steps(place)
    newest = max((one.run_id for one in steps), default="")
    return tuple(one for one in steps if one.run_id == newest)


def all_findings(place: Place) -> tuple[Finding, ...]:
    """Every result ever written."""
    return read_findings(place.lake, stamp(place.lake, "ops.dq_results"))


@lru_cache(maxsize=4)
def read_findings(lake: str, mark: int) -> tuple[Finding, ...]:
    """Read all results; `mark` makes a new commit a new question."""
    if mark < 0:
        return ()
    rows = sorted(Lake(lake).read(RESULTS, r="ops.dq_results").to_pylist(), key=lambda row: row["at"])
    newest = {(row["step_id"], row["rule"]): row for row in rows}  # an audit that was finished later stands twice
    return tuple(
        Finding(**row | {"share": None if row["share"] is None else float(row["share"]), "link": row["link"] or ""})
        for row in newest.values()
    )


def findings(place: Place) -> tuple[Finding, ...]:
    """Results of the newest step that judged each table and source; worst share first."""
    latest = {one.name: one.step_id for one in ledger_steps(place) if one.state in JUDGED}
    current = (one for one in all_findings(place) if latest.get(one.step) == one.step_id)
    return tuple(sorted(current, key=lambda one: (-(one.share or 0), one.table, one.source, one.rule)))


def seals(place: Place, released: Released) -> dict[str, Seal]:
    """Return what the gate said of exactly the released version of each table."""
    made = {(one.table, one.version_after): one for one in ledger_steps(place) if one.state in ("done", "published")}
    verdicts: dict[str, list[str]] = {}
    for one in all_findings(place):
        if one.severity:
            verdicts.setdefault(one.step_id, []).append(one.verdict)
    found = {}
    for table, version in released.versions:
        step = made.get((table, version))
        told = verdicts.get(step.step_id, []) if step else []
        bad = sum(verdict in ("failed", "errored") for verdict in told)
        warned = told.count("warned")
        found[table] = Seal(table, version, step.at if step else None, len(told) - bad - warned, warned, bad)
    return found


def files_aside(place: Place) -> tuple[ledger.FileRecord, ...]:
    """Files that gave no rows: set aside, repeated, waiting, withdrawn or discarded."""
    return tuple(one for one in all_files(place) if one.state in ASIDE)


def all_files(place: Place) -> tuple[ledger.FileRecord, ...]:
    """Newest state of every file content."""
    return read_files(place.lake, stamp(place.lake, "ops.files"))


@lru_cache(maxsize=4)
def read_files(lake: str, _stamp: int) -> tuple[ledger.FileRecord, ...]:
    """Read all files; `_stamp` makes a new commit a new question."""
    return ledger.files(Lake(lake))


def arrivals(place: Place) -> dict[str, datetime]:
    """When each source last delivered a file that was taken."""
    return read_arrivals(place.lake, stamp(place.lake, "ops.files"))


@lru_cache(maxsize=4)
def read_arrivals(lake: str, mark: int) -> dict[str, datetime]:
    """Read the newest arrival of each source; `mark` makes a new commit a new question."""
    if mark < 0:
        return {}
    sql = "SELECT source, max(at) AS at FROM f WHERE state IN ('claimed', 'landed') GROUP BY source"
    return {row["source"]: row["at"] for row in Lake(lake).read(sql, f="ops.files").to_pylist()}


def late(place: Place, system: str, now: datetime) -> tuple[str, ...]:
    """Sources of a business (empty: of all) that are past the arrival they promise."""
    seen = arrivals(place)
    return tuple(
        promise.source
        for promise in place.promises
        if system in ("", promise.system)
        and promise.arrives_within_seconds is not None
        and promise.source in seen
        and (now - seen[promise.source]).total_seconds() > promise.arrives_within_seconds
    )
