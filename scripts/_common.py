"""What the scripts share. Standard library only: there may be no virtual environment yet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

ROOT = Path(__file__).resolve().parents[1]
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def say(thing: str, what: str) -> None:
    """Print one line about one thing."""
    print(f"{thing:9} {what}", flush=True)


def run(*words: str | Path, out: TextIO | None = None) -> int:
    """Run a command in the project's folder and return its exit code; `out` takes its standard output."""
    return subprocess.run([str(word) for word in words], cwd=ROOT, stdout=out, check=False).returncode


def setup(*words: str, out: TextIO | None = None) -> None:
    """Run `scripts/setup`; end this program with its exit code when it fails."""
    code = run(sys.executable, ROOT / "scripts" / "setup", *words, out=out)
    if code:
        sys.exit(code)


def checked(words: Sequence[str | Path], *, otherwise: str) -> None:
    """Run a command; when it fails, say what to do and end this program with exit code 3."""
    if run(*words):
        print(otherwise, file=sys.stderr)
        sys.exit(3)
