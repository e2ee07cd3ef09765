"""Giving up a batch or a file that holds the rest back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lakehouse import ledger
from lakehouse.errors import LakehouseError
from lakehouse.lake import Lake
from lakehouse.ledger import FileRecord, StepRecord
from lakehouse.quarantine import discard, quarantine_of

AT = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    """Batch 1 was judged; batches 2 and 3 of shop and 3 of web wait."""
    made = Lake(str(tmp_path / "lake"))
    files = [
        ("shop", "a.csv", 1),
        ("shop", "b.csv", 2),
        ("shop", "xb.csv", 3),
        ("shop", "c.csv", 3),
        ("web", "b.csv", 3),
    ]
    records = [FileRecord(s, f"/landing/{s}/{n}", 9, AT, f"{s}{n}", "landed", b, 4) for s, n, b in files]
    ledger.note_files(made, [*records, FileRecord("shop", "/landing/shop/d.csv", 9, AT, "d", "set_aside")])
    judged = StepRecord("r1", "r1-002", "silver.sales", "shop", "claimed", inputs={"batches": {"shop": [1]}})
    held = StepRecord("r1", "r1-003", "silver.sales", "shop", "claimed", inputs={"batches": {"shop": [2, 3]}})
    ledger.note(made, judged, "done")
    ledger.note(made, held, "blocked")
    return made


def names(files):
    return [(each.source, each.path.rpartition("/")[2]) for each in files]


def discarded(lake):
    return names(file for file in ledger.files(lake) if file.state == "discarded")


@pytest.mark.parametrize(
    ("what", "source", "meant"),
    [
        ("shop:3", "", [("shop", "c.csv"), ("shop", "xb.csv")]),
        ("3", "web", [("web", "b.csv")]),
        ("b.csv", "", [("shop", "b.csv"), ("web", "b.csv")]),
        ("b.csv", "web", [("web", "b.csv")]),
        ("/landing/shop/b.csv", "", [("shop", "b.csv")]),
    ],
)
def test_a_batch_or_a_file_is_meant(lake, what, source, meant):
    assert names(discard(lake, what, source=source)) == meant
    assert discarded(lake) == meant


@pytest.mark.parametrize("what", ["3", "shop:1", "a.csv", "d.csv", "web:2", ".csv"])
def test_what_does_not_wait_cannot_be_discarded_and_the_waiting_batches_are_named(lake, what):
    with pytest.raises(LakehouseError, match=r"Batches that wait: shop:2, shop:3, web:3$"):
        discard(lake, what)
    assert discarded(lake) == []


def test_what_a_step_judges_now_cannot_be_discarded(lake):
    again = StepRecord("r2", "r2-001", "silver.sales", "shop", "claimed", inputs={"batches": {"shop": [3]}})
    ledger.note(lake, again, "audited")
    with pytest.raises(LakehouseError, match=r"shop:3 is being judged by silver.sales@shop of run r2; nothing was"):
        discard(lake, "c.csv")
    assert discarded(lake) == []
    assert names(discard(lake, "shop:2")) == [("shop", "b.csv")]


def test_a_discard_is_recorded_with_who_and_why_and_happens_once(lake):
    assert names(discard(lake, "shop:2", dry_run=True)) == [("shop", "b.csv")]
    assert (discarded(lake), lake.exists("app.quarantine_actions")) == ([], False)
    discard(lake, "shop:2", note="the till was broken")
    events = lake.read(
        "SELECT action, source, batch_id, file, note, actor FROM a", a="app.quarantine_actions"
    ).to_pylist()
    actor = events[0].pop("actor")
    assert actor
    assert events == [
        {"action": "discard", "source": "shop", "batch_id": 2, "file": "/landing/shop/b.csv",
         "note": "the till was broken"},
    ]  # fmt: skip
    assert next(f.reason for f in ledger.files(lake) if f.state == "discarded") == "the till was broken"
    with pytest.raises(LakehouseError, match="no waiting batch or file is called 'shop:2'"):
        discard(lake, "shop:2")


def test_every_silver_table_has_a_quarantine_of_one_shape():
    quarantine = quarantine_of("silver.sales")
    assert (quarantine.name, quarantine.grain) == ("quarantine.sales", ("source", "_batch_id", "_row_id"))
    assert [column.name for column in quarantine.columns if column.pii] == ["raw"]
