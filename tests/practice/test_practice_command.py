"""The command that writes practice data: what it prints, and the memory it takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

GENERATE = Path(__file__).parents[2] / "scripts" / "generate.py"

PEAK = """
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    assert end.code == 0, end
import pathlib, pyarrow
# not ru_maxrss, which begins with what the process that started this one had
[own] = [line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
peaks = int(own.split()[1]) // 1024, pyarrow.default_memory_pool().max_memory() // 2**20
print(*peaks)
"""


def printed(*words: str) -> list[str]:
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def peak_megabytes(lines: int, to: Path) -> tuple[int, int]:
    """Of the whole process, and of the text in it."""
    folder = str(GENERATE.parent)
    script = f"import sys; sys.path.insert(0, {folder!r}){PEAK}"
    process, text = printed("-c", script, str(GENERATE), "--lines", str(lines), "--to", str(to))[-1].split()
    return int(process), int(text)


def test_memory_does_not_grow_with_the_lines(tmp_path):
    (_, text), (process, text_of_more) = (peak_megabytes(lines, tmp_path / str(lines)) for lines in (100_000, 300_000))
    assert process < 400
    assert text_of_more - text <= 3, "200,000 more lines are 34 MB of text"


def test_command_prints_what_to_expect(tmp_path):
    words = (str(GENERATE), "--lines", "1000", "--seed", "7", "--to", str(tmp_path))
    assert printed(*words)[0] == (
        "shop_sales: 1,000 rows in 12 files; expected: 964 published, 21 quarantined, 10 duplicate, 5 superseded"
    )
    assert printed(*words, "--increment", "1", "--increment-lines", "100", "--manifest", str(tmp_path / "m.json"))
    assert (tmp_path / "m.json").exists()


@pytest.mark.parametrize("number", ["-1", "65"])
def test_increment_out_of_range_is_refused(tmp_path, number):
    done = subprocess.run(
        [sys.executable, GENERATE, "--increment", number, "--lines", "100", "--to", tmp_path],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode != 0
    assert f"increment {number}" in done.stderr
