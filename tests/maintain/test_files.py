"""Joining files and deleting old ones: rows, changes, older versions and the plan stay as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from maintain.shelf import AT_ONCE, LINES, fill

from lakehouse import ledger
from lakehouse.lake import (
    DataFile,
    Lake,
    commit_files,
    data_files,
    join_files,
    kept_for,
    row_version,
    space,
    stored_schema,
    vacuum,
)
from lakehouse.ledger import StepRecord
from lakehouse.maintain import vacuuming
from lakehouse.maintain.compacting import compact, to_cut, to_join
from lakehouse.maintain.vacuuming import clean, pins
from lakehouse.table import STRING, Column

ROWS = "SELECT * FROM l ORDER BY system, id"


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


def test_few_small_files_are_left_alone_and_large_ones_always():
    few = [DataFile(f"{n}", 10, 1, n) for n in range(8)]
    assert to_join(few) == []
    assert to_join([*few, DataFile("large", 16_000_000, 1, 0)]) == []
    assert [[f.path for f in group] for group in to_join([*few, DataFile("9", 10, 1, -1)])] == [
        ["9", "0", "1", "2", "3", "4", "5", "6", "7"]
    ]


def test_groups_hold_neighbours_and_no_more_than_fits():
    files = [DataFile(f"{day}", 60, 1, date(2024, 1, day)) for day in (9, 3, 1, 7, 5)]
    groups = to_join(files, many=1, target=120)
    assert [[file.path for file in group] for group in groups] == [["1", "3"], ["5", "7"]]


def test_batches_are_neighbours_by_number():
    files = [DataFile(f"{n}", 10, 1, n) for n in (10, 9, 2)]
    assert [file.path for file in to_join(files, many=1)[0]] == ["2", "9", "10"]


def test_large_files_of_several_months_are_cut():
    months = [DataFile(f"{n}", 12_000_000, 1, date(2024, 1, 31), date(2024, n, 31)) for n in (1, 3)]
    assert [file.path for file in to_cut([*months, DataFile("small", 11, 1, date(2024, 1, 1), date(2024, 9, 1))])] == [
        "3"
    ]
    assert to_cut([DataFile("unknown", 12_000_000, 1), DataFile("batches", 12_000_000, 1, 1, 9)]) == []


def test_a_file_that_merges_filled_with_months_is_cut_into_them(lake, monkeypatch):
    fill(lake, 3)
    join_files(lake, LINES.name, [data_files(lake, LINES.name)], by_month_of="sold_on")
    before = lake.read(ROWS, l=LINES.name)
    assert len(data_files(lake, LINES.name)) == 1
    monkeypatch.setattr("lakehouse.lake.joining.LEAST_PIECE", 1)
    monkeypatch.setattr("lakehouse.maintain.compacting.MIXED", 1)
    assert compact(lake, LINES.name, LINES, dry_run=True) == "would cut 1 file"
    assert compact(lake, LINES.name, LINES) == "cut 1 file into 3"
    assert lake.read(ROWS, l=LINES.name) == before
    assert compact(lake, LINES.name, LINES) == ""


def test_joining_keeps_rows_older_versions_and_says_so_to_the_ledger(lake):
    fill(lake, 9)
    before, version = lake.read(ROWS, l=LINES.name), lake.version(LINES.name)
    assert compact(lake, LINES.name, LINES, dry_run=True) == "would join 9 files"
    assert lake.version(LINES.name) == version
    assert compact(lake, LINES.name, LINES) == "joined 9 files into 1"
    [file] = data_files(lake, LINES.name, "sold_on")
    assert (file.rows, file.low, file.high) == (18, date(2024, 1, 1), date(2024, 9, 28))
    assert lake.read(ROWS, l=LINES.name) == before
    assert lake.read(ROWS, l=(LINES.name, version)) == before
    assert lake.read("SELECT sold_on FROM l", l=LINES.name)["sold_on"].to_pylist()[:2] == [
        date(2024, 1, 1),
        date(2024, 1, 28),
    ]
    assert (lake.version(LINES.name), row_version(lake, LINES.name)) == (version + 1, version)
    assert compact(lake, LINES.name, LINES) == ""


def test_joined_files_begin_with_a_month_once_they_are_worth_a_file(lake, monkeypatch):
    monkeypatch.setattr("lakehouse.lake.joining.LEAST_PIECE", 1)
    fill(lake, 3)
    join_files(lake, LINES.name, [data_files(lake, LINES.name)], by_month_of="sold_on")
    found = sorted((file.low, file.high) for file in data_files(lake, LINES.name, "sold_on"))
    assert found == [(date(2024, month, 1), date(2024, month, 28)) for month in (1, 2, 3)]


def test_rows_of_files_that_are_older_than_a_column_have_none_of_it(lake):
    fill(lake, 1)
    wider = replace(LINES, columns=(*LINES.columns, Column("shop", STRING, "Shop.")))
    commit_files(lake, LINES.name, folder="none", schema=stored_schema(wider).json(), mode="append", app_id="a:1")
    join_files(lake, LINES.name, [data_files(lake, LINES.name)])
    assert lake.read("SELECT shop FROM l", l=LINES.name)["shop"].to_pylist() == [None, None]


def test_a_joined_table_feeds_no_change_and_spark_reads_it_before_and_after(lake, spark):
    fill(lake, 9, properties={**AT_ONCE, "delta.deletedFileRetentionDuration": "interval 37 days"})
    compact(lake, LINES.name, LINES)
    version, path = lake.version(LINES.name), lake.path(LINES.name)
    feed = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", version)
    assert feed.load(path).isEmpty()
    rows = [spark.read.format("delta").option("versionAsOf", at).load(path) for at in (version - 1, version)]
    assert rows[0].exceptAll(rows[1]).isEmpty()
    assert rows[1].exceptAll(rows[0]).isEmpty()


def test_vacuum_deletes_what_gave_way_for_longer_than_the_table_keeps_it(lake):
    fill(lake, 9, properties=AT_ONCE)
    before = lake.read(ROWS, l=LINES.name)
    compact(lake, LINES.name, LINES)
    assert space(lake, LINES.name).oldest == 0
    assert clean(lake, LINES.name, pinned=None, dry_run=True).startswith("would delete 9 files")
    assert clean(lake, LINES.name, pinned=None).startswith("deleted 9 files")
    after = space(lake, LINES.name)
    assert (after.rows, after.files, after.older_bytes, after.oldest) == (18, 1, 0, 10)
    assert lake.read(ROWS, l=LINES.name) == before
    assert (lake.version(LINES.name), row_version(lake, LINES.name)) == (after.version, 9)
    assert vacuum(lake, LINES.name) == (0, 0)


def test_vacuum_keeps_what_the_table_keeps(lake):
    fill(lake, 9, properties={"delta.deletedFileRetentionDuration": "interval 37 days"})
    compact(lake, LINES.name, LINES)
    assert kept_for(lake, LINES.name) == timedelta(days=37)
    assert clean(lake, LINES.name, pinned=None) == ""
    assert space(lake, LINES.name).oldest == 0


def test_a_table_whose_named_version_is_about_to_lose_its_files_is_left_alone(lake, monkeypatch):
    fill(lake, 2, properties=AT_ONCE | {"delta.deletedFileRetentionDuration": "interval 37 days"})
    version = lake.version(LINES.name)

    def at(days: float) -> None:
        class Later(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + timedelta(days=days)

        monkeypatch.setattr(vacuuming, "datetime", Later)

    at(36.5)
    assert clean(lake, LINES.name, pinned=version) == ""
    assert clean(lake, LINES.name, pinned=version - 1).startswith(f"left alone: version {version - 1}")
    at(35.5)
    assert clean(lake, LINES.name, pinned=version - 1) == ""


def test_a_release_pins_its_versions_and_those_that_it_was_built_from(lake):
    steps = [
        ("s1", "gold.days", "done", {"versions": {"silver.lines": 4}}, 2),
        ("s2", "gold.days", "done", {"versions": {"silver.lines": 6}}, 3),
        ("s3", "silver.sales", "audited", {"versions": {"bronze.tills": 1}}, None),
    ]
    for step_id, table, state, inputs, version in steps:
        ledger.note(lake, StepRecord("r", step_id, table, "", state, inputs=inputs, version_after=version), state)
    ledger.release(lake, run_id="r", tables={"gold.days": 3}, held=(), last=None)
    assert pins(lake) == {"gold.days": 3, "silver.lines": 6, "bronze.tills": 1}
