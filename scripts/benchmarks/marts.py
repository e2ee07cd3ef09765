"""What each mart costs: built whole, and after a further delivery of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.lake import Lake

from .commands import generate, run
from .increments import INCREMENT
from .shares import steps_of_newest_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .shares import StepShares

HEAD = "| mart | whole CPU s | rows | increment CPU s | rows | why |\n|---|---|---|---|---|---|"
SLOWEST_HEAD = "| run | mart | build and staging | audit | publish | sum |\n|---|---|---|---|---|---|"
SLOWEST = 3


def report(folder: Path, lines: int) -> str:
    """Build every mart of so many lines whole, then after an increment, due or not; return Markdown tables."""
    lake = Lake(f"{folder}/lake")
    generate(folder, "--lines", str(lines))
    run(folder, "cold")
    run(folder, "refresh", "--full-refresh", "layer:gold", "--select", "layer:gold")
    whole = marts_of(lake)
    generate(folder, "--lines", str(lines), "--increment", "1", "--increment-lines", str(INCREMENT))
    run(folder, "increment", "--select", "layer:bronze", "layer:silver", *whole)
    later = marts_of(lake)
    costs = [HEAD, *(cost_line(name, whole.get(name), later.get(name)) for name in whole | later)]
    sums = f"All marts: whole {total(whole):.1f} CPU s, increment {total(later):.1f} CPU s."
    return "\n".join([*costs, "", sums, "", *slowest("whole", whole), "", *slowest("increment", later)])


def marts_of(lake: Lake) -> dict[str, StepShares]:
    """Return the marts that the newest run built."""
    return {step.table: step for step in steps_of_newest_run(lake) if step.table.startswith("gold.")}


def total(steps: Mapping[str, StepShares]) -> float:
    """Sum of CPU seconds."""
    return sum(step.whole for step in steps.values())


def cost_line(name: str, whole: StepShares | None, later: StepShares | None) -> str:
    """Return the figures of one mart; a run that did not build it has none."""
    figures = [
        text for step in (whole, later) for text in ((f"{step.whole:.1f}", f"{step.rows:,}") if step else ("", ""))
    ]
    why = later.reason.rpartition("; ")[2] if later else "not built"
    return f"| {' | '.join((name, *figures, why))} |"


def slowest(run_name: str, steps: Mapping[str, StepShares]) -> Sequence[str]:
    """Break the marts that cost most down into their parts."""
    found = sorted(steps.values(), key=lambda step: -step.whole)[:SLOWEST]
    rows = [
        (step.table, *(f"{part:.1f}" for part in (step.staging, step.audit, step.publish, step.whole)))
        for step in found
    ]
    return [SLOWEST_HEAD, *(f"| {' | '.join((run_name, *row))} |" for row in rows)]
