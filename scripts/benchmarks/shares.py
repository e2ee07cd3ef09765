"""Where the CPU seconds of a run went, from what its steps wrote into the ledger."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lakehouse.lake import Lake

SQL = 'SELECT run_id, step_id, "table" AS name, state, cpu_seconds, published FROM steps ORDER BY at'


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


def shares_of_newest_run(lake: Lake) -> Shares:
    """Sum the parts of the newest run; every step notes its CPU seconds so far at each state."""
    rows = lake.read(SQL, steps="ops.steps").to_pylist()
    newest = max(row["run_id"] for row in rows)
    steps: dict[str, dict[str, float]] = defaultdict(dict)
    layers: dict[str, str] = {}
    published: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["run_id"] == newest:
            steps[row["step_id"]][row["state"]] = float(row["cpu_seconds"])
            layers[row["step_id"]] = row["name"].partition(".")[0]
            published[row["step_id"]] = row["published"] or published[row["step_id"]]
    judged = [step for step, states in steps.items() if "audited" in states]
    parts = {step: _parts(steps[step]) for step in judged}
    silver = [parts[step] for step in judged if layers[step] == "silver"]
    gold = [parts[step] for step in judged if layers[step] == "gold"]
    return Shares(
        ingest=sum(states.get("done", 0.0) for step, states in steps.items() if layers[step] == "bronze"),
        staging=sum(stage for stage, _, _ in silver),
        audit=sum(audit for _, audit, _ in (*silver, *gold)),
        publish=sum(publish for _, _, publish in silver),
        gold=sum(stage + publish for stage, _, publish in gold),
        audited_tables=len(judged),
        audited_rows=sum(published[step] for step in judged),
    )


def _parts(states: dict[str, float]) -> tuple[float, float, float]:
    """Return staging, audit and publishing of one step."""
    staged, audited = states.get("staged", 0.0), states["audited"]
    return staged, audited - staged, states.get("done", audited) - audited
