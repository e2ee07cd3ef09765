"""Deciding about rows: which are meant, what is refused, what is written down."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from quarantine.test_listing import CONF, NOW, held

from lakehouse import ledger
from lakehouse.catalog import load_conf
from lakehouse.errors import ConfigError, LakehouseError
from lakehouse.lake import Lake
from lakehouse.ledger import StepRecord
from lakehouse.quarantine import Command, act, quarantine_of

ROOT = Path(__file__).parents[2]
EVENTS = 'SELECT action, source, row_id, "values", note FROM a ORDER BY source, row_id'


@pytest.fixture(scope="module")
def catalog():
    return load_conf(CONF, "dev", {})[1]


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """Rows of a published step: two open, one fixed, one old and open, one discarded."""
    made = Lake(str(tmp_path / "lake"))
    ledger.note(made, StepRecord("r", "r1-004", "silver.sales", "shop_sales", "claimed"), "done")
    rows = [
        held("shop_sales", 1, "quantity.parses"),
        held("shop_sales", 2, "quantity.parses,sold_at.not_null"),
        held("shop_sales", 3, "discarded", status="waived"),
        held("shop_sales", 4, "quantity.parses", status="fixed"),
        held("online_retail", 7, "price_not_negative", days=200),
    ]
    made.append(quarantine_of("silver.sales"), rows)
    monkeypatch.setattr(ledger, "now", lambda: NOW)
    return made


def noted(lake):
    return lake.read(EVENTS, a="app.quarantine_actions").to_pylist() if lake.exists("app.quarantine_actions") else []


@pytest.mark.parametrize(
    ("command", "rows"),
    [
        (Command("replay", source="shop_sales"), [1, 2]),
        (Command("replay", rule="sold_at.not_null"), [2]),
        (Command("replay", file="day it's.csv"), [7, 1, 2]),
        (Command("replay", file="it's.csv", source="shop_sales", status="open", batch=5, row=1), []),
        (Command("replay", source="shop_sales", batch=5, row=4), [4]),
        (Command("replay", source="shop_sales", status="fixed"), [4]),
        (Command("waive", days=100, note="lost"), [7]),
        (Command("waive", source="shop_sales", batch=5, row=2, note="lost"), [2]),
        (Command("waive", source="shop_sales", batch=5, row=4, note="lost"), []),
        (Command("expire"), [7]),
        (Command("expire", days=1), [7, 1, 2]),
        (Command("fix", source="shop_sales", batch=5, row=1, fixes=("quantity=2",), note="seen"), [1]),
    ],
)
def test_rows_that_are_meant_are_noted_one_by_one_and_a_dry_run_notes_none(lake, catalog, command, rows):
    def decide(dry_run):
        return act(lake, catalog, Command(**vars(command) | {"dry_run": dry_run}), keep_days=180)

    if not rows:
        with pytest.raises(LakehouseError, match="no row of the quarantine is meant by"):
            decide(dry_run=False)
    else:
        assert f"{len(rows)} rows: would be noted: {command.action}" in decide(dry_run=True)
        assert noted(lake) == []
        assert f"{len(rows)} rows: {command.action}" in decide(dry_run=False)
    assert [event["row_id"] for event in noted(lake)] == rows
    assert {(event["action"], event["note"]) for event in noted(lake)} <= {(command.action, command.note)}


def test_rows_expire_by_age_but_not_over_a_fix_that_waits_unless_one_row_is_named(lake, catalog):
    act(lake, catalog, Command("fix", source="shop_sales", batch=5, row=1, fixes=("quantity=2",), note="seen"))
    assert "2 rows: would be noted: expire" in act(lake, catalog, Command("expire", days=1, dry_run=True))
    assert "1 rows: expire" in act(lake, catalog, Command("expire", source="shop_sales", days=1))
    assert [(event["action"], event["row_id"]) for event in noted(lake)] == [("fix", 1), ("expire", 2)]
    assert "1 rows: expire" in act(lake, catalog, Command("expire", source="shop_sales", batch=5, row=1, days=1))
    assert "1 rows: waive" in act(lake, catalog, Command("waive", source="shop_sales", batch=5, row=1, note="lost"))


def test_a_fix_is_kept_as_text_per_column(lake, catalog):
    fixes = ("sold_at=2024-03-01 12:00", "quantity=2", "region=")
    said = act(lake, catalog, Command("fix", source="shop_sales", batch=5, row=1, fixes=fixes, note="phoned"))
    assert said.endswith("1 rows: fix (sold_at, quantity, region) noted; the next run takes it up")
    [event] = noted(lake)
    assert json.loads(event["values"]) == {"sold_at": "2024-03-01 12:00", "quantity": "2", "region": ""}


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (Command("waive", note="all"), "say which rows"),
        (Command("replay", row=1, source="shop_sales"), "--row needs --source and --batch"),
        (Command("replay", batch=1), "--batch needs --source"),
        (Command("fix", source="shop_sales", note="n"), "say what is right"),
        (Command("fix", source="shop_sales", fixes=("quantity=2",)), "say why, with --note"),
        (Command("waive", source="shop_sales"), "say why, with --note"),
        (Command("waive", source="shop_sales", status="fixed", note="n"), "only open rows can be given up"),
    ],
)
def test_careless_words_are_refused(lake, catalog, command, why):
    with pytest.raises(LakehouseError, match=why):
        act(lake, catalog, command)
    assert noted(lake) == []


def test_a_column_that_the_source_does_not_map_is_named_with_the_nearest(lake, catalog):
    command = Command("fix", source="shop_sales", fixes=("quantty=2", "quantity=2", "line_total=3"), note="n")
    with pytest.raises(ConfigError) as refused:
        act(lake, catalog, command)
    first, second = str(refused.value).splitlines()
    assert first.endswith("shop_sales.yaml: quantty: shop_sales maps no such column. Did you mean 'quantity'?")
    assert "line_total: shop_sales maps no such column." in second
    assert noted(lake) == []


def test_the_command_line_tells_conf_from_columns(lake):
    job = [sys.executable, str(ROOT / "jobs" / "quarantine.py"), "fix", "--source", "shop_sales", "--batch", "5"]
    words = ["--row", "1", "--set", f"roots.lake={lake.root}", "--set", "quantity=a.b=c", "--note", "seen"]
    done = subprocess.run([*job, *words, "--conf", str(CONF)], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(event["values"]) for event in noted(lake)] == [{"quantity": "a.b=c"}]
