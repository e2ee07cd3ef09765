"""What is removed between runs, and what is kept because somebody may still need it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lakehouse import ledger
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.lake import BESIDE, Lake
from lakehouse.ledger import Books, StepRecord
from lakehouse.maintain.pruning import expire, prune_docs, prune_staging
from lakehouse.quarantine import Decision, quarantine_of

NOW = datetime(2024, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


def stage(lake: Lake, step_id: str, *, days_old: float = 0) -> Path:
    folder = Path(lake.staging(step_id))
    folder.mkdir(parents=True)
    (folder / "part.parquet").touch()
    at = (NOW - timedelta(days=days_old)).timestamp()
    os.utime(folder, (at, at))
    return folder


def step(lake: Lake, step_id: str, table: str, state: str, **inputs: object) -> None:
    record = StepRecord("r", step_id, table, "tills" if table.startswith("silver") else "", state, inputs=inputs)
    ledger.note(lake, record, state, books=Books())


def test_staging_is_kept_as_long_as_its_step_is_open_or_its_rows_are_held(lake):
    for step_id, table, state, batches in (
        ("1-done", "silver.sales", "done", [1]),
        ("2-failed", "silver.sales", "failed", [2]),
        ("3-open", "silver.sales", "audited", [3]),
        ("4-held", "silver.sales", "blocked", [4]),
        ("5-passed-later", "silver.sales", "blocked", [5]),
        ("6-passed", "silver.sales", "done", [5]),
        ("7-mart", "gold.days", "blocked", None),
        ("8-mart", "gold.weeks", "blocked", None),
        ("9-mart", "gold.weeks", "done", None),
    ):
        step(lake, step_id, table, state, **({"batches": {"tills": batches}} if batches else {}))
        stage(lake, step_id)
    stage(lake, "stranger", days_old=2)
    stage(lake, "newcomer", days_old=0.5)
    assert prune_staging(lake, now=NOW, dry_run=True) == 7
    assert prune_staging(lake, now=NOW) == 7
    left = sorted(folder.name for folder in Path(lake.staging("")).iterdir())
    assert left == ["3-open", "4-held", "7-mart", "newcomer"]
    assert prune_staging(lake, now=NOW) == 0


def test_what_lies_beside_a_staging_is_kept_as_long_as_the_staging(lake):
    for step_id, state in (("1-done", "done"), ("2-open", "staged")):
        step(lake, step_id, "silver.sales", state, batches={"tills": [1]})
        for name in BESIDE:
            stage(lake, f"{step_id}-{name}", days_old=2 if step_id == "2-open" else 0)
    stage(lake, "stranger-moved", days_old=2)
    stage(lake, "newcomer-moved", days_old=0.5)
    assert prune_staging(lake, now=NOW) == 4
    left = sorted(folder.name for folder in Path(lake.staging("")).iterdir())
    assert left == ["2-open-again", "2-open-judged", "2-open-moved", "newcomer-moved"]


def test_open_rows_expire_once_they_waited_too_long(lake):
    held = quarantine_of("silver.sales")
    row = {"source": "tills", "_file": "f", "broken": "b", "raw": "{}", "attempts": 1, "step_id": "s", "_batch_id": 1}
    old, young = NOW - timedelta(days=181), NOW - timedelta(days=179)
    rows = [
        row | {"_row_id": number, "status": status, "first_seen_at": seen, "last_seen_at": seen}
        for number, (status, seen) in enumerate([("open", old), ("waived", old), ("open", young), ("open", old)])
    ]
    lake.append(held, rows)
    tables = ["silver.customers", "silver.sales"]
    assert expire(lake, tables, keep_days=180, now=NOW, dry_run=True) == 2
    assert not lake.exists("app.quarantine_actions")
    assert expire(lake, tables, keep_days=180, now=NOW) == 2
    assert expire(lake, tables, keep_days=180, now=NOW) == 0
    events = lake.read("SELECT * FROM e ORDER BY row_id", e="app.quarantine_actions").to_pylist()
    assert [(e["table"], e["source"], e["batch_id"], e["row_id"], e["action"], e["actor"]) for e in events] == [
        ("silver.sales", "tills", 1, 0, "expire", "maintain"),
        ("silver.sales", "tills", 1, 3, "expire", "maintain"),
    ]


def test_rows_do_not_expire_over_a_decision_that_waits(lake):
    """Of five old rows: nothing decided; a fix, a replay and a waiver that wait; a fix that failed."""
    old = NOW - timedelta(days=181)
    row = {"source": "tills", "_file": "f", "broken": "b", "raw": "{}", "attempts": 1, "step_id": "s", "_batch_id": 1}
    said = [None, "fix", "replay", "waive", "fix"]
    events = [
        Decision(action, "", NOW - timedelta(days=2)).event("tills", table="silver.sales", batch_id=1, row_id=number)
        for number, action in enumerate(said)
        if action
    ]
    lake.append(quarantine_actions, events)
    seen = {"status": "open", "first_seen_at": old, "last_seen_at": old}
    rows = [row | seen | {"_row_id": number} for number in range(5)]
    rows[4]["decision"] = events[-1]["event_id"]
    lake.append(quarantine_of("silver.sales"), rows)
    assert expire(lake, ["silver.sales"], keep_days=180, now=NOW) == 2
    sql = "SELECT row_id FROM e WHERE action = 'expire' ORDER BY row_id"
    assert lake.read(sql, e="app.quarantine_actions")["row_id"].to_pylist() == [0, 4]


def test_old_pages_go_and_young_ones_stay(tmp_path):
    pages = tmp_path / "data_docs" / "validations" / "silver" / "sales" / "run"
    for stamp in ("20240101T120000.000000Z", "20240831T120000.000000Z"):
        (pages / stamp).mkdir(parents=True)
        (pages / stamp / "page.html").write_text("<html></html>")
    assert prune_docs(str(tmp_path), keep_days=30, now=NOW) == 1
    assert [folder.name for folder in pages.iterdir()] == ["20240831T120000.000000Z"]
    assert (tmp_path / "data_docs" / "index.html").exists()
    assert prune_docs(str(tmp_path / "none"), keep_days=30, now=NOW) == 0
