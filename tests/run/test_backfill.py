"""One week judged again by the rules of today: only its days change, and a dry run changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

import engine as engines
import pytest
from run.test_history import footprint
from run.tills import DESK, DESK_HEAD, SALES, TILL_HEAD, TILLS, books, csv

from lakehouse.errors import ConfigError
from lakehouse.run import days_of

pytestmark = pytest.mark.full

SALES_ONLY = ("layer:bronze", "silver.sales", "gold.fct_sales")
WEEK = ("2024-03-04", "2024-03-06")

TILL_DAYS = csv(
    TILL_HEAD,
    "1,tea,2,3.50,2024-03-03 09:00:00",  # the day before
    "2,tea,2,3.50,2024-03-04 09:00:00",
    "2,tea,2,3.50,2024-03-04 09:00:00",
    "3,cake,3,4.00,2024-03-05 09:00:00",
    "4,cake,-1,4.00,2024-03-05 10:00:00",  # no return: quarantined, its day can be read
    "5,cake,1,4.00,last Tuesday",  # its day cannot
    "6,cake,-1,4.00,2024-03-08 10:00:00",  # quarantined on another day
    "7,tea,2,3.50,2024-03-07 09:00:00",  # the day after
)
DESK_DAYS = csv(
    DESK_HEAD,
    "1,1,1,10.00,2024-03-04 09:00:00,2024-03-04 12:00:00",
    "1,2,1,900.00,2024-03-05 09:00:00,2024-03-05 12:00:00",
    "2,1,1,900.00,2024-03-07 09:00:00,2024-03-07 12:00:00",
)

TILLS_TODAY = TILLS.replace(
    "  currency:    {value: EUR}", "  region:      {value: North}\n  is_return:   {from: qty, negative: true}\n"
    "  currency:    {value: EUR}",
)  # fmt: skip
DESK_TODAY = DESK.replace("{from: price}", "{from: price, nulls: ['900.00']}")
"""Today the tills sell in the north and take goods back; the desk's 900.00 turned out to mean nothing."""


@dataclass(frozen=True)
class Backfill:
    """A lake before and after one week was judged again."""

    engine: engines.Engine
    before: list[dict[str, object]]
    plan: str
    touched: bool


def published(engine):
    sql = "SELECT order_id, line_id, source, sold_on, region, quantity, net_amount, _batch_id, _row_id FROM s"
    return engine.query(f"{sql} ORDER BY source, order_id, line_id", **SALES)


def held(engine):
    sql = "SELECT source, _row_id AS r, status, attempts FROM q ORDER BY source, r"
    return [(x["source"], x["r"], x["status"], x["attempts"]) for x in engine.query(sql, q="quarantine.sales")]


@pytest.fixture(scope="module")
def backfill(tmp_path_factory, spark):
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("backfill"))
        engine.add_source("tills", TILLS)
        engine.add_source("desk", DESK)
        engine.deliver("tills/march.csv", TILL_DAYS)
        engine.deliver("desk/1.csv", DESK_DAYS)
        assert engine.run(*SALES_ONLY) == 0
        before = published(engine)
        engine.add_source("tills", TILLS_TODAY)
        engine.add_source("desk", DESK_TODAY)
        engine.deliver("desk/2.csv", csv(DESK_HEAD, "9,1,1,1.00,2024-03-04 09:00:00,2024-03-04 12:00:00"))
        prints = footprint(engine)
        _, plan = engines.heard(lambda: engine.run(days=WEEK, dry_run=True))
        touched = footprint(engine) != prints
        assert engine.run(*SALES_ONLY, days=WEEK) == 0
        yield Backfill(engine, before, plan, touched)


def test_a_dry_run_tells_days_rows_tables_and_changes_and_touches_nothing(backfill):
    assert not backfill.touched
    said = [" ".join(line.split()) for line in backfill.plan.splitlines()]
    assert "silver.sales@tills 2024-03-04 to 2024-03-06 backfill 2024-03-04 to 2024-03-06" in said
    assert any(line.startswith("gold.daily_sales after silver.sales@desk, silver.sales@tills") for line in said)
    assert [
        line for line in said if line.startswith("silver.sales@") and " 2024-03-0" in line and "back" not in line
    ] == [
        "silver.sales@desk 2024-03-04 1 0",
        "silver.sales@desk 2024-03-05 1 0",
        "silver.sales@tills 2024-03-04 2 0",
        "silver.sales@tills 2024-03-05 1 1",
    ]
    assert said[-4:] == [
        "silver.sales@desk table duplicate 1",
        "silver.sales@desk table quarantined 1",
        "silver.sales@tills quarantine published 1",
        "silver.sales@tills table published 3",
    ]


def test_only_rows_of_the_week_change(backfill):
    now = {(row["source"], row["order_id"], row["line_id"]): row for row in published(backfill.engine)}
    was = {(row["source"], row["order_id"], row["line_id"]): row for row in backfill.before}
    changed = {key[:2] for key in now if now[key] != was.get(key)}
    assert changed == {("tills", "2"), ("tills", "3"), ("tills", "4")}
    assert {key[:2] for key in set(was) - set(now)} == {("desk", "1")}
    assert {key[:2]: row["region"] for key, row in now.items() if key[0] == "tills"} == {
        ("tills", "1"): "Unknown", ("tills", "2"): "North", ("tills", "3"): "North", ("tills", "4"): "North",
        ("tills", "7"): "Unknown",
    }  # fmt: skip
    assert [str(row["net_amount"]) for key, row in now.items() if key[1] == "4"] == ["-4.0000"]


def test_the_books_say_what_became_of_every_row(backfill):
    tills, desk = (backfill.engine.last("silver.sales", name).books for name in ("tills", "desk"))
    assert books(backfill.engine, "tills") == {"read": 4, "published": 4, "replaced": 3}
    assert books(backfill.engine, "desk") == {"read": 2, "quarantined": 1, "duplicate": 1, "replaced": 1}
    assert (tills.replayed, desk.replayed) == (4, 2)
    assert held(backfill.engine) == [
        ("desk", 1, "open", 1), ("tills", 4, "replayed", 2), ("tills", 5, "open", 1), ("tills", 6, "open", 1),
    ]  # fmt: skip


def test_nothing_else_runs_and_what_depends_on_the_days_follows(backfill):
    states = [step.state for step in backfill.engine.steps("gold.fct_sales")]
    assert states == ["done", "done"]
    assert len(backfill.engine.steps("bronze.desk")) == 1, "the new file waits for the next run"
    total = "SELECT CAST(sum(net_amount) AS VARCHAR) AS n FROM s"
    assert backfill.engine.query(total, s="gold.fct_sales") == backfill.engine.query(total, **SALES)


def test_judged_again_by_the_same_rules_nothing_changes(backfill, monkeypatch, spark):
    engines.share_session(monkeypatch, spark)
    engine = backfill.engine.with_lake("same")
    before, was_held = published(engine), held(engine)
    assert engine.run("silver.sales", days=WEEK) == 0
    assert published(engine) == before
    assert books(engine, "tills") == {"read": 4, "duplicate": 4}
    assert held(engine) == [(s, r, state, attempts + (s == "desk")) for s, r, state, attempts in was_held]


def test_days_without_rows_start_no_java(backfill, monkeypatch):
    monkeypatch.setattr(
        engines.session, "start", lambda *_, **__: pytest.fail("a Java process would have been started")
    )
    engine = backfill.engine.with_lake("none")
    assert engine.run("source:tills", days=("1999-01-01", "1999-01-02"), exclude=("silver.sales",)) == 0


def test_days_and_a_full_refresh_are_not_asked_for_at_once(tmp_path):
    with pytest.raises(ConfigError, match="judges these days again already"):
        engines.make(tmp_path).run(days=WEEK, full_refresh=("silver.sales",))


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("", "", None),
        ("2024-03-01", "", ("2024-03-01", "2024-03-01")),
        ("", "2024-03-01", ("2024-03-01", "2024-03-01")),
        ("2024-03-01", "2024-03-07", ("2024-03-01", "2024-03-07")),
    ],
)
def test_days_are_read(first, last, days):
    assert days_of(first, last) == days


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2024-03-07", "2024-03-01", "--from: 2024-03-07: is after --to 2024-03-01"),
        ("2024-02-30", "", "--from: 2024-02-30: is not a day like 2024-03-01"),
        ("2024-03-01", "soon", "--to: soon: is not a day like 2024-03-01"),
    ],
)
def test_what_is_no_range_of_days_is_refused(first, last, said):
    with pytest.raises(ConfigError, match=said) as refused:
        days_of(first, last)
    assert refused.value.exit_code == 2
