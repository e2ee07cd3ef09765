from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dashboards import data
from dashboards.data.place import Place, Promise
from dashboards.data.quality import late
from lakehouse.ledger.records import Books, FileRecord
from lakehouse.ops.dq_results import dq_results
from lakehouse.ops.files import files
from tests.dashboards.practice_lake import a_step, add_steps, result

MORNING = datetime(2024, 3, 18, 6, tzinfo=UTC)


def test_findings_are_those_of_the_newest_judgement_of_each_table_and_source(empty, lake):
    old = a_step("silver.sales", "shop_sales", MORNING, number=1, books=Books())
    other = a_step("silver.sales", "online_retail", MORNING, number=2, books=Books())
    new = a_step("silver.sales", "shop_sales", MORNING, number=3, books=Books(), state="blocked")
    unfinished = a_step("silver.sales", "shop_sales", MORNING, number=4, books=Books(), state="staged")
    add_steps(lake, [old, other, new, unfinished])
    lake.append(dq_results, [
        result(old, "sold_at.parses", "quarantine", verdict="failed", checked=10, failed=5),
        result(other, "sold_at.parses", "quarantine", verdict="failed", checked=10, failed=1),
        result(new, "sold_at.parses", "quarantine", verdict="failed", checked=10, failed=2),
        result(new, "region.spellings", "", checked=10, corrected=3),
    ])  # fmt: skip

    found = data.findings(empty)

    assert [(one.step, one.rule, one.share) for one in found] == [
        ("silver.sales@shop_sales", "sold_at.parses", 0.2),
        ("silver.sales@online_retail", "sold_at.parses", 0.1),
        ("silver.sales@shop_sales", "region.spellings", 0.0),
    ]
    assert [one.is_broken for one in found] == [True, True, False], "a correction is no broken rule"


def test_a_seal_tells_of_exactly_the_released_version(practice):
    released = data.newest(practice)
    seal = data.seals(practice, released)["gold.sales_cube"]
    assert (seal.version, seal.passed, seal.warned, seal.failed) == (1, 1, 0, 0)

    elsewhere = data.Released(released.lake, 9, "run-9", released.at, (("gold.sales_cube", 0),))
    assert data.seals(practice, elsewhere)["gold.sales_cube"].rules == 0, "nothing is known of another version"


def test_the_last_run_is_the_newest_that_had_steps(practice):
    run = data.last_run(practice)
    assert (run.run_id, run.state, run.seconds) == ("run-1", "blocked", 83.0)
    books = {step.name: step.books for step in data.last_books(practice)}
    assert books["silver.sales@shop_sales"].balanced
    assert books["silver.sales@online_retail"].held == 5840
    assert len(books) == 8


def test_files_that_gave_no_rows(practice):
    assert [(one.path.rpartition("/")[2], one.state) for one in data.files_aside(practice)] == [
        ("copy.csv", "repeated"),
        ("day-02.csv", "set_aside"),
    ]


def test_a_source_is_late_past_its_promise_and_only_then(empty, lake):
    lake.append(files, [FileRecord("shop_sales", "a.csv", 1, MORNING, "a", "landed").row() | {"at": MORNING}])
    place = Place(
        empty.lake,
        "",
        (Promise("shop_sales", "shop", 3600), Promise("never_seen", "shop", 1), Promise("other", "x", 1)),
    )
    assert late(place, "shop", MORNING + timedelta(minutes=59)) == ()
    assert late(place, "shop", MORNING + timedelta(minutes=61)) == ("shop_sales",)
