"""Where the CPU seconds of a run went, from what its steps wrote into the ledger."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lakehouse.lake import Lake

SQL = 'SELECT run_id, step_id, "table" AS name, state, cpu_seconds, published, reason FROM steps ORDER BY at'


@dataclass(frozen=True)
class Shares:
    """CPU seconds by part; what is left of the whole is start-up, planning and the release."""

    ingest: float
    staging: float
    audit: float
    publish: float
    gold: float
    """Staging and publishing of the marts; their audits count as audit."""
    audited_tables: int
    audited_rows: int


@dataclass(frozen=True)
class StepShares:
    """CPU seconds of one step that was judged, by part, and the rows that it published."""

    table: str
    reason: str
    staging: float
    audit: float
    publish: float
    rows: int

    @property
    def whole(self) -> float:
        """CPU seconds from claim to done."""
        return self.staging + self.audit + self.publish


def steps_of_newest_run(lake: Lake) -> list[StepShares]:
    """Return the judged steps of the newest run in their order; each notes its CPU seconds so far at each state."""
    found = []
    for rows in _newest(lake).values():
        states = {row["state"]: float(row["cpu_seconds"]) for row in rows}
        if "audited" in states:
            staged, audited, last = states.get("staged", 0.0), states["audited"], rows[-1]
            parts = (staged, audited - staged, states.get("done", audited) - audited)
            found.append(StepShares(last["name"], last["reason"], *parts, rows=last["published"] or 0))
    return found


def shares_of_newest_run(lake: Lake) -> Shares:
    """Sum the parts of the newest run."""
    judged = steps_of_newest_run(lake)
    silver = [step for step in judged if step.table.startswith("silver.")]
    gold = [step for step in judged if step.table.startswith("gold.")]
    landed = [rows[-1] for rows in _newest(lake).values() if rows[-1]["name"].startswith("bronze.")]
    return Shares(
        ingest=sum(float(row["cpu_seconds"]) for row in landed if row["state"] == "done"),
        staging=sum(step.staging for step in silver),
        audit=sum(step.audit for step in judged),
        publish=sum(step.publish for step in silver),
        gold=sum(step.staging + step.publish for step in gold),
        audited_tables=len(judged),
        audited_rows=sum(step.rows for step in judged),
    )


def _newest(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """Return what the steps of the newest run noted, step by step, oldest first."""
    rows = lake.read(SQL, steps="ops.steps").to_pylist()
    newest = max(row["run_id"] for row in rows)
    steps: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["run_id"] == newest:
            steps[row["step_id"]].append(row)
    return steps
