"""Measure a cold run of generated lines, a run with nothing new and an increment; print and keep a Markdown table."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from benchmarks.measuring import Cost, measured
from benchmarks.shares import Shares, shares_of_newest_run

from lakehouse.lake import Lake

ROOT = Path(__file__).resolve().parents[1]
INCREMENT = 10_000
SETTLE_SECONDS = 3
HEAD = "| run | CPU s | target | wall s | peak MB | target | rows/s |\n|---|---|---|---|---|---|---|"
PARTS = "| run | ingest | staging | GX | target | publish | Gold | rest |\n|---|---|---|---|---|---|---|---|"


def main() -> int:
    """Return 0; the targets are printed beside the figures and fail nothing."""
    parser = argparse.ArgumentParser(prog="scripts/bench.py", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000, help="order lines of the cold run")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "bench", help="working folder, emptied first")
    asked = parser.parse_args()
    shutil.rmtree(asked.to, ignore_errors=True)
    asked.to.mkdir(parents=True)
    rows, parts = [], []
    for name, lines, cost, shares in runs(asked.to.resolve(), asked.lines):
        cpu, memory = targets(name, asked.lines)
        per_second = f"{lines / cost.wall_seconds:,.0f}" if lines else ""
        rows.append(
            f"| {name} | {cost.cpu_seconds:.1f} | {cpu} | {cost.wall_seconds:.1f} | {cost.peak_megabytes:,.0f} "
            f"| {memory} | {per_second} |"
        )
        if shares:
            parts.append(line_of(name, cost, shares))
    report = "\n".join([HEAD, *rows, "", "CPU seconds by part:", "", PARTS, *parts])
    (asked.to / "report.md").write_text(report + "\n")
    print(report)
    return 0


def runs(folder: Path, lines: int) -> list[tuple[str, int, Cost, Shares | None]]:
    """Run the three of them on one lake."""
    found: list[tuple[str, int, Cost, Shares | None]] = []
    generate(folder, "--lines", str(lines))
    found.append(("cold", lines, run(folder, "cold"), shares_of_newest_run(Lake(f"{folder}/lake"))))
    found.append(("nothing new", 0, run(folder, "nothing-new"), None))
    generate(folder, "--lines", str(lines), "--increment", "1", "--increment-lines", str(INCREMENT))
    found.append(("increment", INCREMENT, run(folder, "increment"), shares_of_newest_run(Lake(f"{folder}/lake"))))
    return found


def generate(folder: Path, *words: str) -> None:
    """Write practice files and wait until they count as whole."""
    command = [sys.executable, str(ROOT / "scripts" / "generate.py"), "--to", str(folder / "landing"), *words]
    measured(command, log=folder / "generate.log")
    time.sleep(SETTLE_SECONDS)


def run(folder: Path, name: str) -> Cost:
    """Measure one run of the lakehouse."""
    roots = [f"--set=roots.{root}={folder / root}" for root in ("landing", "lake", "docs")]
    command = [sys.executable, str(ROOT / "jobs" / "run.py"), "--conf", str(ROOT / "conf"), *roots]
    return measured(command, log=folder / f"{name}.log")


def targets(name: str, lines: int) -> tuple[str, str]:
    """Return what a run should cost at most on two cores: CPU seconds, peak megabytes."""
    if name == "cold":
        return f"≤ {50 * lines / 1e6:g}", "≤ 2,000"
    return ("≤ 4", "") if name == "nothing new" else ("", "")


def line_of(name: str, cost: Cost, shares: Shares) -> str:
    """Return the parts of one run; the rest is start-up, planning, bookkeeping and the release."""
    parts = (shares.ingest, shares.staging, shares.audit, shares.publish, shares.gold)
    target = 3 + 1.2 * shares.audited_tables + 0.8 * shares.audited_rows / 1e6
    ingest, staging, audit, publish, gold = (f"{part:.1f}" for part in parts)
    rest = cost.cpu_seconds - sum(parts)
    return f"| {name} | {ingest} | {staging} | {audit} | ≤ {target:.1f} | {publish} | {gold} | {rest:.1f} |"


if __name__ == "__main__":
    sys.exit(main())
