"""Seeing what is held: by rule, row by row, and never a person's text unless asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lakehouse import ledger
from lakehouse.catalog import load_conf
from lakehouse.errors import ConfigError
from lakehouse.lake import Lake
from lakehouse.ledger import StepRecord
from lakehouse.quarantine import Command, act, quarantine_of

CONF = Path(__file__).parents[2] / "conf"
NOW = datetime(2024, 3, 31, tzinfo=UTC)
SECRET = '{"email": "ann@secret.example"}'


@pytest.fixture(scope="module")
def catalog():
    return load_conf(CONF, "dev", {})[1]


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """Three rows of a published step, one waived long ago, one of a step that never published."""
    made = Lake(str(tmp_path / "lake"))
    for step_id, state in (("r1-004", "done"), ("r2-004", "audited")):
        ledger.note(made, StepRecord("r", step_id, "silver.sales", "shop_sales", "claimed"), state)
    rows = [
        held("shop_sales", 1, "quantity.parses"),
        held("shop_sales", 2, "quantity.parses,sold_at.not_null"),
        held("online_retail", 7, "price_not_negative"),
        held("shop_sales", 3, "discarded", status="waived", days=20),
        held("shop_sales", 4, "quantity.parses", step="r2-004"),
    ]
    made.append(quarantine_of("silver.sales"), rows)
    monkeypatch.setattr(ledger, "now", lambda: NOW)
    return made


def held(source, row, broken, *, status="open", days=2, step="r1-004"):
    at = NOW - timedelta(days=days)
    place = {"source": source, "_batch_id": 5, "_row_id": row, "_file": "/landing/day it's.csv"}
    return place | {
        "broken": broken, "raw": SECRET, "status": status, "attempts": 1, "step_id": step, "contract_hash": "h",
        "first_seen_at": at, "last_seen_at": at,
    }  # fmt: skip


def lines(text):
    return [line.split() for line in text.splitlines()]


def test_rows_are_counted_by_source_and_rule_once_their_step_is_published(lake, catalog):
    assert lines(act(lake, catalog, Command("list"))) == [
        ["table", "source", "rule", "status", "rows", "oldest"],
        ["silver.sales", "online_retail", "price_not_negative", "open", "1", "2024-03-29"],
        ["silver.sales", "shop_sales", "discarded", "waived", "1", "2024-03-11"],
        ["silver.sales", "shop_sales", "quantity.parses", "open", "2", "2024-03-29"],
        ["silver.sales", "shop_sales", "sold_at.not_null", "open", "1", "2024-03-29"],
    ]


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ({}, ["7", "1", "2", "3"]),
        ({"source": "shop_sales"}, ["1", "2", "3"]),
        ({"rule": "quantity.parses"}, ["1", "2"]),
        ({"rule": "quantity.parses", "limit": 1}, ["1"]),
        ({"status": "waived"}, ["3"]),
        ({"days": 10}, ["3"]),
        ({"days": 2, "status": "open"}, ["7", "1", "2"]),
        ({"rule": "it's none"}, []),
    ],
)
def test_rows_are_shown_that_were_asked_for(lake, catalog, filters, rows):
    said = act(lake, catalog, Command("show", **filters))
    assert [words[3] for words in lines(said)[1:]] == rows
    assert said == "nothing is held" or rows


def test_what_was_delivered_is_shown_only_when_asked_for(lake, catalog):
    assert SECRET not in act(lake, catalog, Command("show"))
    assert SECRET not in act(lake, catalog, Command("list"))
    assert act(lake, catalog, Command("show", values=True)).count(SECRET) == 4


def test_an_empty_lake_holds_nothing_and_an_unknown_source_is_named_with_the_nearest(catalog, tmp_path):
    assert act(Lake(str(tmp_path)), catalog, Command("list")) == "nothing is held"
    with pytest.raises(ConfigError, match=r"shop_sale: is no source\. Did you mean 'shop_sales'"):
        act(Lake(str(tmp_path)), catalog, Command("list", source="shop_sale"))
