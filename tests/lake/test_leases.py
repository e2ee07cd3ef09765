"""Who may write: one holder at a time, and a dead one is not waited for."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lakehouse.errors import LeaseHeld
from lakehouse.lake import Lake
from lakehouse.ledger import held, holder_of, leases
from lakehouse.ledger.records import now

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PATIENCE = 120

HOLD = """
import sys
from lakehouse.lake import Lake
from lakehouse.ledger import held
with held(Lake(sys.argv[1]), "batch") as lease:
    print("won", lease.holder, flush=True)
    sys.stdin.read()
"""
SLEEP = """
import sys
from datetime import timedelta
from lakehouse.lake import Lake
from lakehouse.ledger import held, leases
leases.LIFETIME = timedelta(seconds=2)
with held(Lake(sys.argv[1]), "batch") as lease:
    print("won", lease.holder, flush=True)
    sys.stdin.read()
"""
RACE = """
import sys
from lakehouse.errors import LeaseHeld
from lakehouse.lake import Lake
from lakehouse.ledger import held, leases

look, looks = leases._newest, []

def together(lake, name):
    found = look(lake, name)
    looks.append(found)
    if len(looks) == 2:  # both have seen that the next term is free
        print("seen", flush=True)
        sys.stdin.readline()
    return found

leases._newest = together
try:
    with held(Lake(sys.argv[1]), "batch") as lease:
        print("won", lease.holder, flush=True)
        sys.stdin.read()
except LeaseHeld as refused:
    print("refused", refused.holder, flush=True)
"""


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


@contextmanager
def child(script: str, lake: Lake) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", script, lake.root]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def heard(process: subprocess.Popen[str]) -> list[str]:
    return process.stdout.readline().split()


def test_a_second_holder_is_refused_and_told_who_holds_it_until_the_first_is_done(lake):
    assert holder_of(lake, "batch") is None
    with held(lake, "batch") as lease, held(lake, "stream") as other:
        assert (lease.term, other.term) == (1, 1)
        assert holder_of(lake, "batch").holder == lease.holder
        with pytest.raises(LeaseHeld) as refused, held(lake, "batch"):
            pytest.fail("two holders")
        assert refused.value.holder == lease.holder
        assert lease.holder in str(refused.value)
        assert refused.value.exit_code == 4
    assert holder_of(lake, "batch") is None
    with held(lake, "batch") as again:
        assert again.term == 2


def test_a_lease_is_given_back_when_the_work_fails(lake):
    with pytest.raises(RuntimeError, match="no room"), held(lake, "batch"):
        raise RuntimeError("no room")
    assert holder_of(lake, "batch") is None


def test_a_dead_holder_of_this_machine_is_not_waited_for(lake):
    with child(HOLD, lake) as process:
        word, holder = heard(process)
        assert word == "won"
        with pytest.raises(LeaseHeld) as refused, held(lake, "batch"):
            pytest.fail("two holders")
        assert refused.value.holder == holder
        process.send_signal(signal.SIGKILL)
        until(lambda: has_ended(process.pid))  # nobody has waited for it: its entry is still in the process table
        assert holder_of(lake, "batch") is None
        with held(lake, "batch") as lease:
            assert lease.term == 2


def until(true, patience=PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def go(process: subprocess.Popen[str]) -> None:
    process.stdin.write("go\n")
    process.stdin.flush()


def has_ended(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one after the other"])
def test_of_two_that_claim_one_term_exactly_one_wins_and_stays_the_holder(lake, at_once):
    with child(RACE, lake) as one, child(RACE, lake) as other:
        assert (heard(one), heard(other)) == (["seen"], ["seen"])
        told = {}
        go(one)
        if not at_once:
            told[one.pid] = heard(one)
        go(other)
        told |= {process.pid: heard(process) for process in (one, other) if process.pid not in told}
        assert sorted(word for word, _ in told.values()) == ["refused", "won"]
        winner = next(holder for word, holder in told.values() if word == "won")
        assert {holder for _, holder in told.values()} == {winner}
        loser = next(process for process in (one, other) if told[process.pid][0] == "refused")
        loser.wait(PATIENCE)
        assert holder_of(lake, "batch").holder == winner
        with pytest.raises(LeaseHeld), held(lake, "batch"):
            pytest.fail("two holders")


def test_a_holder_elsewhere_is_waited_for_until_its_time_is_over(lake, monkeypatch):
    there = leases.Lease("batch", 1, "elsewhere:1:1", now())
    leases._write(lake, there, lasting=timedelta(minutes=1))
    assert holder_of(lake, "batch") is not None
    monkeypatch.setattr(leases, "now", lambda: now() + timedelta(minutes=2))
    assert holder_of(lake, "batch") is None
    with held(lake, "batch") as lease:
        assert lease.term == 2


def test_a_holder_that_slept_past_its_time_ends_before_it_writes_again(lake):
    with child(SLEEP, lake) as process:
        assert heard(process)[0] == "won"
        process.send_signal(signal.SIGSTOP)
        time.sleep(3)
        process.send_signal(signal.SIGCONT)
        assert process.wait(PATIENCE) == LeaseHeld.exit_code


def test_a_heartbeat_that_fails_once_is_made_up_for(lake, monkeypatch):
    write, tries = leases._write, []

    def failing(*given, **how):
        tries.append(given)
        if len(tries) == 2:
            raise OSError("no route to the store")
        write(*given, **how)

    monkeypatch.setattr(leases, "_write", failing)
    monkeypatch.setattr(leases, "HEARTBEAT_SECONDS", 0.01)
    with held(lake, "batch"):
        first = holder_of(lake, "batch").expires_at
        until(lambda: holder_of(lake, "batch").expires_at > first)
    assert len(tries) > 2


def test_a_heartbeat_keeps_the_lease(lake, monkeypatch):
    monkeypatch.setattr(leases, "HEARTBEAT_SECONDS", 0.01)
    with held(lake, "batch") as lease:
        first = holder_of(lake, "batch").expires_at
        until(lambda: holder_of(lake, "batch").expires_at > first)
        assert replace(holder_of(lake, "batch"), expires_at=lease.expires_at) == lease
