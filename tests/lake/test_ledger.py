"""What the ledger remembers: the newest state of everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from lakehouse import ledger
from lakehouse.errors import LakehouseError
from lakehouse.lake import Lake
from lakehouse.ledger import Books, FileRecord, RunRecord, StepRecord
from lakehouse.ops.steps import steps as steps_table

AT = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


def file(path: str, state: str, sha256: str = "h1", **more: object) -> FileRecord:
    return FileRecord("shop", path, 10, AT, sha256, state, **more)


def test_an_empty_ledger_knows_nothing(lake):
    assert (ledger.steps(lake), ledger.files(lake), ledger.releases(lake)) == ((), (), ())
    assert ledger.newest_release(lake) is None
    ledger.note_files(lake, [])
    assert not lake.exists("ops.files")


def test_a_step_is_what_was_noted_last_and_steps_keep_their_order(lake):
    inputs = {"batches": {"shop": [1, 2]}, "versions": {"silver.products": None}}
    first = ledger.claim(lake, StepRecord("r1", "r1-001", "silver.sales", "shop", "claimed", "new rows", inputs))
    second = ledger.claim(lake, StepRecord("r1", "r1-002", "gold.cube", "", "claimed"))
    assert not first.is_finished
    books = Books(read=5, published=3, quarantined=1, duplicate=1, replaced=2, corrected=4)
    done = ledger.note(lake, first, "done", books=books, version_after=7, seconds=Decimal("1.500"), docs="a.html")
    failed = ledger.note(lake, second, "failed", error="no room")
    found = ledger.steps(lake)
    assert found == (done, failed)
    assert found[0].inputs == inputs
    assert found[0].books.balanced
    assert [step.is_finished for step in found] == [True, True]
    assert (found[0].name, found[1].name) == ("silver.sales@shop", "gold.cube")
    assert found[0].app_id == "silver.sales:r1-001"


def test_a_ledger_that_is_older_than_a_column_is_read_and_gets_it(lake):
    older = replace(steps_table, columns=tuple(c for c in steps_table.columns if c.name != "replayed"))
    row = StepRecord("r1", "r1-001", "silver.sales", "shop", "done", books=Books(read=2, published=2)).row()
    row.pop("replayed")
    lake.append(older, [row])
    assert ledger.steps(lake)[0].books == Books(read=2, published=2)
    again = StepRecord("r2", "r2-001", "silver.sales", "shop", "claimed")
    ledger.note(lake, again, "done", books=Books(read=3, published=3, replayed=3))
    assert [step.books.replayed for step in ledger.steps(lake)] == [0, 3]


def test_books_balance_only_when_every_row_read_is_somewhere():
    assert Books(read=4, published=1, quarantined=1, duplicate=1, superseded=1, replaced=9, corrected=9).balanced
    assert Books(read=4, held=4).balanced
    assert not Books(read=4, published=3).balanced
    assert not Books(read=4, published=4, duplicate=1).balanced


def test_a_file_has_one_state_per_content(lake):
    ledger.note_files(lake, [file("/a.csv", "claimed", batch_id=1), file("/b.csv", "set_aside", reason="empty")])
    ledger.note_files(lake, [file("/a.csv", "landed", batch_id=1, rows=9), file("/a.csv", "waiting", "h2")])
    found = [(each.path, each.sha256, each.state, each.batch_id, each.rows, each.reason) for each in ledger.files(lake)]
    assert found == [
        ("/a.csv", "h1", "landed", 1, 9, ""),
        ("/a.csv", "h2", "waiting", None, None, ""),
        ("/b.csv", "h1", "set_aside", None, None, "empty"),
    ]
    assert ledger.files(lake)[0].modified_at == AT


def test_releases_are_numbered_and_each_can_be_read_again(lake):
    first = ledger.release(lake, run_id="r1", tables={"gold.cube": 1}, held=[], last=None)
    second = ledger.release(lake, run_id="r2", tables={"gold.cube": 2, "gold.days": 0}, held=["shop"], last=first)
    assert (first.release_id, second.release_id) == (1, 2)
    assert ledger.releases(lake) == (first, second)
    assert ledger.newest_release(lake) == second
    assert ledger.release_as_of(lake, 1).tables == {"gold.cube": 1}
    assert ledger.release_as_of(lake, 2).held == ("shop",)
    with pytest.raises(LakehouseError, match=r"no release 3 in .*; released: 1 to 2"):
        ledger.release_as_of(lake, 3)


def test_a_run_that_never_told_its_end_was_killed(lake):
    ended, killed = (ledger.RunRecord(name, ledger.now(), "dev", "", "h", "h") for name in ("run-1", "run-2"))
    for run in (ended, killed):
        ledger.open_run(lake, run)
    ledger.close_run(lake, ended, state="good", exit_code=0)
    for _ in range(2):
        ledger.close_killed_runs(lake)
    states = lake.read("SELECT run_id, state FROM r ORDER BY run_id, state", r="ops.runs").to_pylist()
    assert [tuple(row.values()) for row in states] == [
        ("run-1", "good"), ("run-1", "running"), ("run-2", "killed"), ("run-2", "running"),
    ]  # fmt: skip


def test_a_run_and_what_its_rules_found_are_rows(lake):
    run = RunRecord("r1", AT, "dev", "", "c", "k", as_of='{"shop": "2024-03-01"}')
    ledger.open_run(lake, run)
    ledger.close_run(lake, run, state="blocked", exit_code=1)
    sql = "SELECT state, exit_code, started_at FROM r ORDER BY ended_at NULLS FIRST"
    assert lake.read(sql, r="ops.runs").to_pylist() == [
        {"state": "running", "exit_code": None, "started_at": AT},
        {"state": "blocked", "exit_code": 1, "started_at": AT},
    ]
    result = {"rule": "id.not_null", "severity": "block", "checked": 4, "failed": 1, "corrected": 0,
              "share": Decimal("0.25"), "verdict": "failed", "link": ""}  # fmt: skip
    ledger.note_results(lake, StepRecord("r1", "r1-001", "gold.cube", "", "staged"), [result])
    found = lake.read("SELECT step_id, table, failed, share FROM d", d="ops.dq_results").to_pylist()
    assert found == [{"step_id": "r1-001", "table": "gold.cube", "failed": 1, "share": Decimal("0.250000")}]
