"""Maintenance that is killed anywhere and started again: the same rows, nothing doubled, nothing in the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from maintain.shelf import AT_ONCE, LINES, fill

from lakehouse.lake import Lake, data_on_disk, vacuum
from lakehouse.maintain.compacting import compact

ROWS = "SELECT * FROM l ORDER BY system, id"
CHILD = """
import os, sys
from deltalake import DeltaTable
from lakehouse.lake import Lake, joining
from lakehouse.maintain.compacting import compact
from lakehouse.maintain.vacuuming import clean
from maintain.shelf import LINES

root, place = sys.argv[1:]
owner, name = {"file": (joining._Work, "write"), "commit": (DeltaTable, "create_write_transaction")}.get(
    place.partition("-")[2], (DeltaTable, "vacuum"))
real = getattr(owner, name)

def killed(*args, **options):
    if place.startswith("before") and options.get("dry_run") is not True:
        os.kill(os.getpid(), 9)
    done = real(*args, **options)
    if place.startswith("after") and options.get("dry_run") is not True:
        os.kill(os.getpid(), 9)
    return done

setattr(owner, name, killed)
lake = Lake(root)
compact(lake, LINES.name, LINES)
clean(lake, LINES.name, pinned=None)
"""


@pytest.mark.parametrize(
    "place",
    ["before-file", "after-file", "before-commit", "after-commit", "before-vacuum", "after-vacuum"],
)
def test_a_killed_maintenance_is_done_by_the_next_one(tmp_path, place):
    lake = Lake(str(tmp_path / "lake"))
    fill(lake, 9, properties=AT_ONCE)
    before = lake.read(ROWS, l=LINES.name)
    here = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, lake.root, place], env={"PYTHONPATH": f"{here.parent}:{here}"}, check=False
    )
    assert done.returncode == -9
    assert lake.read(ROWS, l=LINES.name) == before
    compact(lake, LINES.name, LINES)
    vacuum(lake, LINES.name)
    assert lake.read(ROWS, l=LINES.name) == before
    assert len(data_on_disk(lake, LINES.name)) == 1
