"""The command: every table of a lake looked after, a run in the way, a check that fails."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lakehouse import ledger
from lakehouse.catalog import load_conf
from lakehouse.errors import ConfigError, LeaseHeld
from lakehouse.lake import Lake
from lakehouse.ledger import StepRecord
from lakehouse.maintain import Request, maintain
from lakehouse.ops.runs import runs
from lakehouse.silver.customers import customers

CONF = Path(__file__).parents[2] / "conf"


@pytest.fixture
def house(tmp_path):
    """A lake with ten customers, each in a file of its own, and the conf that goes with it."""
    settings, catalog = load_conf(CONF, "dev", {"roots.lake": str(tmp_path / "lake"), "roots.docs": str(tmp_path)})
    lake = Lake(settings.roots.lake)
    for number in range(10):
        row = {"system": "shop", "source": "crm", "customer_id": f"{number}", "joined_on": date(2024, 1, 1)}
        lake.append(customers, [row | dict.fromkeys(missing(customers, row), "x")])
    return lake, catalog, settings


def ask(house, request):
    _, catalog, settings = house
    return maintain(settings, catalog, request)


def missing(table, row):
    return [c.name for c in table.columns if not c.nullable and c.name not in row and c.type.typeName() == "string"]


def test_everything_at_once_is_one_table_and_happens_once(house):
    report = ask(house, Request(select=("silver.customers",)))
    assert "joined 10 files into 1" in report.text
    assert report.text.splitlines()[0].split() == [
        *("table", "rows", "files", "MB", "older", "MB", "versions", "oldest", "done")
    ]
    again = ask(house, Request(select=("silver.customers",)))
    assert "joined" not in again.text


def test_a_dry_run_says_it_and_touches_nothing(house):
    lake, *_ = house
    before = lake.version("silver.customers")
    report = ask(house, Request(words=("compact", "vacuum", "prune"), dry_run=True))
    assert "would join 10 files" in report.text
    assert lake.version("silver.customers") == before
    assert not lake.exists("ops.leases")


def test_a_table_with_an_unfinished_step_is_left_alone(house):
    lake, *_ = house
    ledger.claim(lake, StepRecord("r", "s", "silver.customers", "crm", "claimed"))
    report = ask(house, Request(words=("compact",)))
    assert "left alone: silver.customers@crm is not finished" in report.text


def test_a_run_under_way_is_not_disturbed_and_looking_is_allowed(house):
    lake, *_ = house
    with ledger.held(lake, "batch"):
        with pytest.raises(LeaseHeld):
            ask(house, Request(words=("compact",)))
        assert "silver.customers" in ask(house, Request(words=("sizes",))).text


def test_a_failed_check_is_an_exit_code(house):
    lake, *_ = house
    lake.append(customers, [{"system": "shop", "customer_id": "3"}])
    report = ask(house, Request(words=("check",), select=("layer:silver",)))
    assert report.exit_code == 1
    assert "failed: silver.customers source.not_null, 1 times" in report.text


def test_a_word_that_means_nothing_is_refused_with_the_nearest(house):
    with pytest.raises(ConfigError, match=r"Did you mean 'silver\.customers'"):
        ask(house, Request(select=("silver.custmers",)))


def test_what_others_append_meanwhile_is_not_lost(house, monkeypatch):
    from lakehouse.lake import joining

    lake, *_ = house
    row = {"run_id": "r", "state": "running", "command": "", "env": "", "selection": "", "conf_hash": "",
           "code_hash": "", "host": "", "pid": 1, "started_at": ledger.now()}  # fmt: skip
    for _ in range(10):
        lake.append(runs, [row])
    write = joining._Work.write

    def interrupted(work, rows, name):
        lake.append(runs, [row])
        return write(work, rows, name)

    monkeypatch.setattr(joining._Work, "write", interrupted)
    ask(house, Request(words=("compact",), select=("ops.runs",)))
    assert lake.read("SELECT count(*) AS n FROM r", r="ops.runs").to_pylist() == [{"n": 11}]
