"""One command measured as a whole process tree: CPU and wall seconds, peak memory."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERY_SECONDS = 0.1
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Cost:
    """What one command cost."""

    cpu_seconds: float
    wall_seconds: float
    peak_megabytes: float
    """Largest sum of resident memory over the process tree, sampled ten times a second."""
    output: str


def measured(words: Sequence[str], *, log: Path) -> Cost:
    """Run a command to its end. Raises SystemExit with its output when it fails."""
    started = time.monotonic()
    with log.open("w") as out:
        process = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT)
        peak = 0.0
        while (ended := os.wait4(process.pid, os.WNOHANG))[0] == 0:
            peak = max(peak, tree_megabytes(process.pid))
            time.sleep(EVERY_SECONDS)
    _, status, usage = ended
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}:\n{log.read_text()}")
    wall = time.monotonic() - started
    return Cost(usage.ru_utime + usage.ru_stime, wall, peak, log.read_text())


def tree_megabytes(root: int) -> float:
    """Resident memory of a process and its descendants.

    A child that is about to become another program still shows its parent's command and memory: it is left out, so
    the command is read before the memory.
    """
    parents, resident, commands = {}, {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            commands[int(folder.name)] = (folder / "cmdline").read_bytes()
            resident[int(folder.name)] = int((folder / "statm").read_text().split()[1]) * PAGE / 1e6
        except OSError:
            continue  # it ended meanwhile
    for pid, parent in parents.items():
        if commands.get(pid) == commands.get(parent):
            resident.pop(pid, None)
    tree, edge = {root}, {root}
    while edge:
        edge = {pid for pid, parent in parents.items() if parent in edge} - tree
        tree |= edge
    return sum(resident.get(pid, 0.0) for pid in tree)
