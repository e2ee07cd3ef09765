"""The commands that are measured, as a user would type them."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .measuring import measured

if TYPE_CHECKING:
    from .measuring import Cost

ROOT = Path(__file__).resolve().parents[2]
SETTLE_SECONDS = 3


def generate(folder: Path, *words: str) -> None:
    """Write practice files and wait until they count as whole."""
    command = [sys.executable, str(ROOT / "scripts" / "generate.py"), "--to", str(folder / "landing"), *words]
    measured(command, log=folder / "generate.log")
    time.sleep(SETTLE_SECONDS)


def run(folder: Path, name: str, *words: str) -> Cost:
    """Measure one run of the lakehouse."""
    roots = [f"--set=roots.{root}={folder / root}" for root in ("landing", "lake", "docs")]
    command = [sys.executable, str(ROOT / "jobs" / "run.py"), "--conf", str(ROOT / "conf"), *roots, *words]
    return measured(command, log=folder / f"{name}.log")
