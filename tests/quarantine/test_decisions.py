"""What people decided about single rows: the newest decision, all fixes together, and what waits for a run."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from lakehouse import store
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.lake import Lake
from lakehouse.quarantine import Pending, fixes_of, newest_decisions, pending, quarantine_of

AT = datetime(2024, 3, 1, tzinfo=UTC)


def event(name, row, action, *, hour=1, batch=1, source="shop", table="silver.sales", **values):
    """A decision about row `row` (None: a whole file), at an hour of one day."""
    return {
        "event_id": name, "table": table, "source": source, "batch_id": batch, "row_id": row, "file": "/a.csv",
        "action": action, "values": json.dumps(values) if values else "", "actor": "ann", "note": "",
        "at": AT.replace(hour=hour),
    }  # fmt: skip


def kept(row, *, batch=1, source="shop", decision=None):
    return {
        "source": source, "_batch_id": batch, "_row_id": row, "_file": "/a.csv", "broken": "a.parses", "raw": "{}",
        "status": "open", "attempts": 1, "step_id": "r1-002", "contract_hash": "h", "first_seen_at": AT,
        "last_seen_at": AT, "decision": decision,
    }  # fmt: skip


EVENTS = (
    event("a", 1, "fix", hour=1, quantity="2", sold_at="soon"),
    event("b", 1, "fix", hour=3, sold_at="2024-03-01"),
    event("c", 1, "replay", hour=4),
    event("d", 2, "waive", hour=2),
    event("e", 2, "fix", hour=1, region=""),
    event("f", 3, "replay", hour=1),
    event("g", 3, "waive", hour=1),
    event("h", 1, "fix", hour=9, batch=2, region="North"),
    event("i", 1, "fix", hour=9, source="web", region="South"),
    event("j", 1, "fix", hour=9, table="silver.products", region="East"),
    event("k", None, "discard", hour=9, table=""),
)


@pytest.fixture
def lake(tmp_path):
    made = Lake(str(tmp_path / "lake"))
    made.append(quarantine_actions, EVENTS)
    return made


@pytest.fixture
def actions(lake, spark):
    return store.read(spark, lake, quarantine_actions)


def test_the_newest_decision_about_a_row_counts_by_time_and_then_by_number(actions):
    found = newest_decisions(actions, "silver.sales", "shop").collect()
    assert sorted((r["_batch_id"], r["_row_id"], r["action"], r["event_id"], r["_is_fixed"]) for r in found) == [
        (1, 1, "replay", "c", True),
        (1, 2, "waive", "d", True),
        (1, 3, "waive", "g", False),
        (2, 1, "fix", "h", True),
    ]


def test_fixes_of_a_row_add_up_and_the_newest_text_of_a_column_counts(actions):
    found = fixes_of(actions, "silver.sales", "shop").collect()
    assert {(row["_batch_id"], row["_row_id"]): row["_fixes"] for row in found} == {
        (1, 1): {"quantity": "2", "sold_at": "2024-03-01"},
        (1, 2): {"region": ""},
        (2, 1): {"region": "North"},
    }


def test_what_a_run_has_taken_up_waits_no_longer(lake):
    held = quarantine_of("silver.sales")
    assert pending(lake, "silver.sales") == {}, "nothing is held"
    rows = [kept(1), kept(2, decision="e"), kept(3, decision="g"), kept(9), kept(1, batch=2, decision="h")]
    lake.append(held, [*rows, kept(1, source="web")])
    assert pending(lake, "silver.sales") == {
        "shop": Pending({"replay": 1, "waive": 1}, (1,)),
        "web": Pending({"fix": 1}, (1,)),
    }
    assert pending(lake, "silver.products") == {}


def test_a_quarantine_that_is_older_than_decisions_is_read_and_gets_its_column(lake):
    held = quarantine_of("silver.sales")
    older = type(held)(held.name, held.grain, tuple(c for c in held.columns if c.name != "decision"), write=held.write)
    row = kept(1)
    row.pop("decision")
    lake.append(older, [row])
    assert pending(lake, "silver.sales") == {"shop": Pending({"replay": 1}, (1,))}
    lake.append(held, [kept(2, decision="d")])
    found = lake.read("SELECT _row_id AS r, decision FROM q ORDER BY r", q=held.name).to_pylist()
    assert found == [{"r": 1, "decision": None}, {"r": 2, "decision": "d"}]
