"""`kill -9` at any commit of a run, then start again: what an undisturbed run gives, and nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import engine as engines
import pytest
from crash import house

from lakehouse import ledger
from lakehouse.lake import Lake

POINTS = (
    "after ops.files till_sales claimed",
    "after append bronze.till_sales",
    "after stage silver.sales",
    "after ops.dq_results silver.sales",
    "after append quarantine.sales",
    "after move silver.sales",
    "after append silver.sales",
    "after ops.steps silver.sales done",
    "after replace gold.days",
    "after ops.releases",
)
"""One of each kind; after the audit: test_change.py; each and every one: test_rounds.py."""


def test_what_an_undisturbed_run_gives(first_end):
    """The measure of all others, written down."""
    sums = house.books(first_end)
    assert vars(sums["silver.sales@till_sales"]) == {
        "read": 9, "published": 5, "quarantined": 2, "duplicate": 1, "superseded": 1,
        "held": 0, "replaced": 0, "corrected": 0, "replayed": 0,
    }  # fmt: skip
    [net] = house.lake_of(first_end).read("SELECT sum(net_amount) AS net FROM d", d="gold.months").to_pylist()
    assert str(net["net"]) == "37.5000"


@pytest.mark.parametrize("point", POINTS)
def test_killed_and_started_again(point, first_day, first_end, recover):
    home = first_day.home()
    first_day.crash(home, point)
    assert recover(home, first_day.landing) == 0
    house.assert_as_undisturbed(home, first_end)


def test_killed_in_the_midst_of_its_work_with_its_java(first_day, first_end, recover):
    """Not at a commit but somewhere on the way to one, and the Java process with it."""
    home = first_day.home()
    first_day.crash(home, "before stage silver.sales", seconds=0.3, own_java=True)
    assert recover(home, first_day.landing) == 0
    house.assert_as_undisturbed(home, first_end)
    assert recover(home, first_day.landing) == 0  # nothing is new
    house.assert_as_undisturbed(home, first_end)


HOLDER = """
import os, signal, sys
from lakehouse import ledger
from lakehouse.lake import Lake
with ledger.held(Lake(sys.argv[1]), "batch"):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_dead_holder_holds_nothing_even_before_its_parent_has_asked(tmp_path):
    lake = Lake(str(tmp_path))
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], cwd=engines.ROOT)
    os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)  # it ended, and is still listed as a process
    assert ledger.holder_of(lake, "batch") is None
    with ledger.held(lake, "batch") as lease:
        assert lease.term == 2
    assert holder.wait() == -signal.SIGKILL
