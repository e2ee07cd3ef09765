"""What an increment costs on a short and on a long history, beside building everything again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from lakehouse.lake import Lake

from .commands import generate, run
from .shares import shares_of_newest_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .measuring import Cost
    from .shares import Shares

INCREMENT = 10_000
LINES_A_DAY = 2_732
"""One million lines in a year of 366 days; a longer history has more days, not larger ones."""
LAST_DAY = date(2024, 12, 31)
"""Of every history, so that one increment is like the other: it concerns as many days of as many months."""
HEAD = "| history | run | CPU s | wall s | peak MB | rows/s | written MB |\n|---|---|---|---|---|---|---|"
PARTS = "| history | run | ingest | staging | GX | publish | Gold | rest |\n|---|---|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Run:
    """One run on one history: its order lines, its cost and the bytes that it wrote into Silver and Gold."""

    history: int
    name: str
    lines: int
    cost: Cost
    shares: Shares
    written: int


def report(folder: Path, sizes: Sequence[int]) -> str:
    """Measure on histories of so many lines, one after another, and return Markdown tables."""
    found = [one for lines in sizes for one in measured_on(folder / f"{lines}", lines, refresh=lines == max(sizes))]
    whole = [HEAD, *(whole_line(one) for one in found)]
    parts = ["CPU seconds by part:", "", PARTS, *(parts_line(one) for one in found)]
    return "\n".join([*whole, "", *parts, "", *compared(found)])


def measured_on(folder: Path, lines: int, *, refresh: bool) -> list[Run]:
    """Measure a cold run, an increment and, where wanted, a refresh of all Silver and Gold tables."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    days = lines // LINES_A_DAY
    start = LAST_DAY - timedelta(days=days - 1)
    size = ("--lines", str(lines), "--start", f"{start}", "--days", str(days))
    generate(folder, *size)
    found = [told(folder, "cold", lines=lines, history=lines)]
    generate(folder, *size, "--increment", "1", "--increment-lines", str(INCREMENT))
    found.append(told(folder, "increment", lines=INCREMENT, history=lines))
    if refresh:
        words = ("--full-refresh", "layer:silver", "layer:gold")
        found.append(told(folder, "refresh", *words, lines=lines, history=lines))
    return found


def told(folder: Path, name: str, *words: str, lines: int, history: int) -> Run:
    """Run and look what it wrote."""
    lake = Lake(f"{folder}/lake")
    before = files_of(folder)
    cost = run(folder, name, *words)
    written = sum(size for file, size in files_of(folder).items() if file not in before)
    return Run(history, name, lines, cost, shares_of_newest_run(lake), written)


def files_of(folder: Path) -> dict[str, int]:
    """Size in bytes of every data file below Silver and Gold, change data included."""
    found = [file for layer in ("silver", "gold") for file in (folder / "lake" / layer).rglob("*.parquet")]
    return {str(file): file.stat().st_size for file in found if "_delta_log" not in file.parts}


def whole_line(one: Run) -> str:
    """Return the figures of one run as a whole."""
    cost = one.cost
    figures = (f"{cost.cpu_seconds:.1f}", f"{cost.wall_seconds:.1f}", f"{cost.peak_megabytes:,.0f}")
    per_second = f"{one.lines / cost.wall_seconds:,.0f}"
    return f"| {' | '.join((f'{one.history:,}', one.name, *figures, per_second, f'{one.written / 1e6:,.1f}'))} |"


def parts_line(one: Run) -> str:
    """Return the parts of one run; the rest is start-up, planning, bookkeeping and the release."""
    shares = one.shares
    parts = (shares.ingest, shares.staging, shares.audit, shares.publish, shares.gold)
    rest = one.cost.cpu_seconds - sum(parts)
    return f"| {' | '.join((f'{one.history:,}', one.name, *(f'{part:.1f}' for part in (*parts, rest))))} |"


def compared(found: Sequence[Run]) -> list[str]:
    """Say how the increments compare with each other and with a refresh."""
    increments = [one for one in found if one.name == "increment"]
    short, long = increments[0], increments[-1]
    cpu, written = long.cost.cpu_seconds / short.cost.cpu_seconds, long.written / max(short.written, 1)
    refreshes = [one.cost.cpu_seconds for one in found if one.name == "refresh"]
    lines = [
        f"An increment on {long.history:,} lines costs {cpu:.2f} times the CPU seconds of one on {short.history:,}"
        f" and writes {written:.2f} times the bytes (wanted: 0.90 to 1.10).",
    ]
    if refreshes:
        times = refreshes[0] / long.cost.cpu_seconds
        lines.append(f"A refresh of everything costs {times:.1f} times an increment (wanted: 10 or more).")
    return lines
