"""Measure runs of generated lines; print and keep a Markdown table.

`runs`: a cold run, one with nothing new and an increment, with every count of the generator's manifests compared with
the ledger's. `increment`: the same increment on a short and on a long history, beside building everything again.
`marts`: every mart built whole and after an increment, the slowest broken down into their parts.
`anomalies`: how many of the planted unusual days `gold.revenue_anomalies` finds, and how many of its flags are right.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import anomalies, increments, marts
from benchmarks.commands import ROOT, generate, run
from benchmarks.counts import compared
from benchmarks.increments import INCREMENT
from benchmarks.shares import shares_of_newest_run
from practice import manifest

from lakehouse.lake import Lake

if TYPE_CHECKING:
    from benchmarks.measuring import Cost
    from benchmarks.shares import Shares

HEAD = "| run | CPU s | target | wall s | peak MB | target | rows/s |\n|---|---|---|---|---|---|---|"
PARTS = "| run | ingest | staging | GX | target | publish | Gold | rest |\n|---|---|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Measured:
    """One run: its order lines, its cost, where that went, and how many counts were compared or differ."""

    name: str
    lines: int
    cost: Cost
    shares: Shares | None = None
    compared: int = 0
    wrong: tuple[str, ...] = ()


def main() -> int:
    """Return 0, or 1 when a count differs; the targets are printed beside the figures and fail nothing."""
    parser = argparse.ArgumentParser(prog="scripts/bench.py", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("runs", "increment", "marts", "anomalies"), default="runs")
    parser.add_argument("--lines", type=int, default=1_000_000, help="order lines of the cold run")
    parser.add_argument("--histories", type=int, nargs="+", default=[1_000_000, 10_000_000], help="order lines of each")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "bench", help="working folder, emptied first")
    asked = parser.parse_args()
    shutil.rmtree(asked.to, ignore_errors=True)
    asked.to.mkdir(parents=True)
    if asked.what == "increment":
        return told(increments.report(asked.to.resolve(), asked.histories), asked.to)
    if asked.what == "marts":
        return told(marts.report(asked.to.resolve(), asked.lines), asked.to)
    if asked.what == "anomalies":
        return told(anomalies.report(asked.to.resolve(), asked.lines, manifest.read), asked.to)
    found = runs(asked.to.resolve(), asked.lines)
    wrong = [difference for one in found for difference in one.wrong]
    counts = f"Counts of the manifests: {sum(one.compared for one in found)} compared, {len(wrong)} differ."
    whole = [HEAD, *(whole_line(one, asked.lines) for one in found)]
    parts = [PARTS, *(parts_line(one.name, one.cost, one.shares) for one in found if one.shares)]
    told("\n".join([*whole, "", "CPU seconds by part:", "", *parts, "", counts, *wrong]), asked.to)
    return 1 if wrong else 0


def told(report: str, folder: Path) -> int:
    """Print and keep a report; return 0."""
    (folder / "report.md").write_text(report + "\n")
    print(report)
    return 0


def runs(folder: Path, lines: int) -> list[Measured]:
    """Run the three of them on one lake."""
    lake = Lake(f"{folder}/lake")
    generate(folder, "--lines", str(lines))
    cost = run(folder, "cold")
    first = manifest.read(folder / "landing" / "_manifest.json")
    cold = Measured("cold", lines, cost, shares_of_newest_run(lake), *compared(first, lake))
    idle = Measured("nothing new", 0, run(folder, "nothing-new"))
    generate(folder, "--lines", str(lines), "--increment", "1", "--increment-lines", str(INCREMENT))
    cost = run(folder, "increment")
    second = manifest.read(folder / "landing" / "_manifest-increment-0001.json")
    return [
        cold,
        idle,
        Measured("increment", INCREMENT, cost, shares_of_newest_run(lake), *compared(second, lake)),
    ]


def targets(name: str, lines: int) -> tuple[str, str]:
    """Return what a run should cost at most on two cores: CPU seconds, peak megabytes."""
    if name == "cold":
        return f"≤ {50 * lines / 1e6:g}", "≤ 2,000"
    return ("≤ 4", "") if name == "nothing new" else ("", "")


def whole_line(one: Measured, lines: int) -> str:
    """Return the figures of one run as a whole, each beside its target."""
    cpu, memory = targets(one.name, lines)
    per_second = f"{one.lines / one.cost.wall_seconds:,.0f}" if one.lines else ""
    figures = (f"{one.cost.cpu_seconds:.1f}", cpu, f"{one.cost.wall_seconds:.1f}", f"{one.cost.peak_megabytes:,.0f}")
    return f"| {' | '.join((one.name, *figures, memory, per_second))} |"


def parts_line(name: str, cost: Cost, shares: Shares) -> str:
    """Return the parts of one run; the rest is start-up, planning, bookkeeping and the release."""
    parts = (shares.ingest, shares.staging, shares.audit, shares.publish, shares.gold)
    target = 3 + 1.2 * shares.audited_tables + 0.8 * shares.audited_rows / 1e6
    ingest, staging, audit, publish, gold = (f"{part:.1f}" for part in parts)
    rest = cost.cpu_seconds - sum(parts)
    return f"| {name} | {ingest} | {staging} | {audit} | ≤ {target:.1f} | {publish} | {gold} | {rest:.1f} |"


if __name__ == "__main__":
    sys.exit(main())
