"""Delta through Spark: one commit per transaction id, by write mode."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from lakehouse import store
from lakehouse.lake import Lake, changed_keys, row_version
from lakehouse.store import COMMIT_NOTE, TXN_APP, TXN_VERSION, Commit
from lakehouse.table import DATE, INTEGER, STRING, Column, Table

DAYS = Table(
    "gold.days",
    grain=("id",),
    columns=(Column("id", STRING, "Key."), Column("sold_on", DATE, "Day."), Column("value", INTEGER, "Value.")),
)
SCHEMA = "id string, sold_on date, value int"
FIRST, SECOND = date(2024, 3, 1), date(2024, 3, 2)


@pytest.fixture
def lake(tmp_path):
    made = Lake(str(tmp_path / "lake"))
    made.create(DAYS, store.properties(DAYS, 30))
    return made


def shown(lake: Lake, columns: str = "id, value") -> list[tuple[object, ...]]:
    rows = lake.read(f"SELECT {columns} FROM d ORDER BY id, value", d="gold.days").to_pylist()
    return [tuple(row.values()) for row in rows]


def unset(spark) -> bool:
    return all(spark.conf.get(name, None) is None for name in (TXN_APP, TXN_VERSION, COMMIT_NOTE))


def protocols(lake: Lake) -> list[int]:
    logs = sorted(Path(lake.path("gold.days"), "_delta_log").glob("*.json"))
    actions = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
    return [action["protocol"]["minReaderVersion"] for action in actions if "protocol" in action]


def test_append_and_replace_happen_once_per_id_and_older_commits_can_be_asked_about(spark, lake):
    one = spark.createDataFrame([("a", FIRST, 1), ("b", FIRST, 2)], SCHEMA)
    other = spark.createDataFrame([("c", SECOND, 3, "x")], f"{SCHEMA}, note string")
    assert not lake.committed("gold.days", "gold.days:1")
    assert store.append(one, lake, "gold.days", app_id="gold.days:1") == Commit(version=1, added=2, removed=0)
    assert lake.committed("gold.days", "gold.days:1")
    assert store.append(one, lake, "gold.days", app_id="gold.days:1") == Commit(1, 2, 0)
    assert store.append(other, lake, "gold.days", app_id="gold.days:2") == Commit(3, 1, 0)  # 2: the new column
    assert shown(lake, "id, value, note") == [("a", 1, None), ("b", 2, None), ("c", 3, "x")]
    assert store.replace(one, lake, "gold.days", app_id="gold.days:3").added == 2
    assert store.replace(other, lake, "gold.days", app_id="gold.days:3") == Commit(4, 2, 0)
    assert store.commit_of(lake, "gold.days", "gold.days:1") == Commit(1, 2, 0)
    assert shown(lake) == [("a", 1), ("b", 2)]
    assert lake.column_comments("gold.days").keys() == {"id", "sold_on", "value"}
    assert [row["id"] for row in store.read(spark, lake, DAYS, version=3).orderBy("id").collect()] == ["a", "b", "c"]
    assert (protocols(lake), unset(spark)) == ([1], True)


def test_a_table_that_is_more_than_its_files_is_written_and_read_by_delta_itself(spark, lake):
    rows = spark.createDataFrame([("a", FIRST, 1), ("b", FIRST, 2)], SCHEMA)
    store.append(rows, lake, "gold.days", app_id="gold.days:1")
    spark.sql(f"ALTER TABLE delta.`{lake.path('gold.days')}` SET TBLPROPERTIES ('delta.enableDeletionVectors' = true)")
    spark.sql(f"DELETE FROM delta.`{lake.path('gold.days')}` WHERE id = 'a'")
    assert [row["id"] for row in store.read(spark, lake, DAYS).collect()] == ["b"]
    for _ in range(2):
        assert store.append(rows, lake, "gold.days", app_id="gold.days:2").added == 2
    assert store.read(spark, lake, DAYS).count() == 3
    assert store.replace(rows, lake, "gold.days", app_id="gold.days:3").added == 2
    assert store.read(spark, lake, DAYS).count() == 2


def test_changes_can_be_read_whoever_committed_them(spark, lake):
    one = spark.createDataFrame([("a", FIRST, 1), ("b", FIRST, 2)], SCHEMA)
    store.append(one, lake, "gold.days", app_id="gold.days:1")
    store.replace(one.where("id = 'a'"), lake, "gold.days", app_id="gold.days:2")
    change = spark.createDataFrame([("a", FIRST, 9, "upsert")], f"{SCHEMA}, _change string")
    store.merge(change, lake, DAYS, app_id="gold.days:3", within={})
    feed = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", 1)
    seen = feed.load(lake.path("gold.days")).select("_commit_version", "_change_type", "id", "value").collect()
    assert sorted(map(tuple, seen)) == [
        (1, "insert", "a", 1), (1, "insert", "b", 2),
        (2, "delete", "a", 1), (2, "delete", "b", 2), (2, "insert", "a", 1),
        (3, "update_postimage", "a", 9), (3, "update_preimage", "a", 1),
    ]  # fmt: skip


def feed_of(spark, lake, version):
    """Change and key of each row that a version changed."""
    feed = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", version)
    return [tuple(row) for row in feed.load(lake.path("gold.days")).select("_change_type", "id").collect()]


@pytest.mark.parametrize("few", [False, True])
def test_a_merge_updates_inserts_and_deletes_in_one_commit_and_leaves_the_session_as_it_was(spark, lake, few):
    how = {"folder": f"{lake.root}/changes"} if few else {}
    old = [("kept", FIRST, 1), ("changed", FIRST, 2), ("moved", FIRST, 3), ("gone", SECOND, 4)]
    store.append(spark.createDataFrame(old, SCHEMA), lake, "gold.days", app_id="gold.days:1")
    changes = [("changed", FIRST, 20, "upsert"), ("moved", SECOND, 3, "upsert"), ("new", SECOND, 5, "upsert"),
               ("gone", SECOND, 4, "delete"), ("never there", SECOND, 6, "delete")]  # fmt: skip
    rows = spark.createDataFrame(changes, f"{SCHEMA}, _change string")
    for _ in range(2):
        commit = store.merge(rows, lake, DAYS, app_id="gold.days:2", within={"sold_on": [FIRST, SECOND]}, **how)
        assert commit == Commit(version=2, added=3, removed=3)
    assert shown(lake, "id, sold_on, value") == [
        ("changed", FIRST, 20), ("kept", FIRST, 1), ("moved", SECOND, 3), ("new", SECOND, 5),
    ]  # fmt: skip
    assert lake.committed("gold.days", "gold.days:2")
    assert sorted(feed_of(spark, lake, 2)) == [
        ("delete", "gone"), ("insert", "new"), ("update_postimage", "changed"), ("update_postimage", "moved"),
        ("update_preimage", "changed"), ("update_preimage", "moved"),
    ]  # fmt: skip
    twice = rows.where("id = 'changed'").unionAll(rows.where("id = 'changed'"))
    with pytest.raises(Exception, match="DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW"):
        store.merge(twice, lake, DAYS, app_id="gold.days:3", within={})
    assert unset(spark)
    assert (lake.committed("gold.days", "gold.days:3"), lake.version("gold.days"), protocols(lake)) == (False, 2, [1])


def test_a_table_that_does_not_exist_is_empty_rows_of_its_contract(spark, tmp_path):
    silver = Table("silver.days", grain=DAYS.grain, columns=DAYS.columns)
    nothing = store.read(spark, Lake(str(tmp_path)), silver)
    assert nothing.columns == ["id", "sold_on", "value", "_batch_id", "_file", "_row_id", "_corrected"]
    assert store.stored(nothing.selectExpr("1 AS more", "*"), silver).columns == nothing.columns
    assert nothing.isEmpty()


def test_a_merge_reads_only_between_literal_bounds():
    keys = "old.system = new.system AND old.id = new.id"
    days = [date(2024, 3, 5), SECOND, FIRST]
    assert store.merge_condition(("system", "id"), {}) == keys
    assert store.merge_condition(("system", "id"), {"sold_on": days, "id": ["b"]}) == (
        f"{keys} AND (old.sold_on BETWEEN CAST('2024-03-01' AS DATE) AND CAST('2024-03-02' AS DATE)"
        " OR old.sold_on BETWEEN CAST('2024-03-05' AS DATE) AND CAST('2024-03-05' AS DATE))"
        " AND (old.id BETWEEN 'b' AND 'b')"
    )


def test_many_values_are_one_span():
    every_other_day = [FIRST + timedelta(days=2 * n) for n in range(65)]
    assert store.spans(every_other_day[:64]) == [(day, day) for day in every_other_day[:64]]
    assert store.spans(every_other_day) == [(FIRST, FIRST + timedelta(days=128))]


def test_versions_stay_readable_a_week_longer_than_releases():
    assert store.properties(DAYS, 30) == {
        "delta.dataSkippingStatsColumns": "id,sold_on",
        "delta.enableChangeDataFeed": "true",
        "delta.deletedFileRetentionDuration": "interval 37 days",
        "delta.logRetentionDuration": "interval 37 days",
    }


def test_a_merge_of_few_rows_adds_columns_first_and_leaves_the_oldest_readers_able_to_read(spark, lake):
    store.append(spark.createDataFrame([("a", FIRST, 1)], SCHEMA), lake, "gold.days", app_id="gold.days:1")
    wider = spark.createDataFrame([("a", FIRST, 2, "x", "upsert")], f"{SCHEMA}, note string, _change string")
    how = {"within": {}, "folder": f"{lake.root}/changes"}
    assert store.merge(wider, lake, DAYS, app_id="gold.days:2", **how).added == 1
    assert shown(lake, "id, value, note") == [("a", 2, "x")]
    assert protocols(lake) == [1]


def test_changed_keys_are_told_from_both_images_and_never_of_what_only_moved(spark, lake):
    rows = spark.createDataFrame([("a", FIRST, 1), ("b", FIRST, 2)], SCHEMA)
    store.append(rows, lake, "gold.days", app_id="gold.days:1")
    moved = spark.createDataFrame([("a", SECOND, 1, "upsert")], f"{SCHEMA}, _change string")
    store.merge(moved, lake, DAYS, app_id="gold.days:2", within={}, folder=f"{lake.root}/changes")
    lake.open("gold.days").optimize.compact()
    asked = {"after": 1, "upto": lake.version("gold.days"), "most": 10}
    assert (lake.version("gold.days"), row_version(lake, "gold.days")) == (3, 2)
    assert changed_keys(lake, "gold.days", ["sold_on"], **asked) == {(FIRST,), (SECOND,)}
    assert changed_keys(lake, "gold.days", ["id", "sold_on"], **asked) == {("a", FIRST), ("a", SECOND)}
    assert changed_keys(lake, "gold.days", ["sold_on"], **asked | {"most": 1}) is None
    assert changed_keys(lake, "gold.days", ["sold_on"], **asked | {"after": 2}) == set()


def test_changes_that_were_cleaned_away_cannot_be_told(spark, lake):
    for number in (1, 2, 3):
        rows = spark.createDataFrame([(str(number), FIRST, number)], SCHEMA)
        store.append(rows, lake, "gold.days", app_id=f"gold.days:{number}")
    lake.open("gold.days").create_checkpoint()
    log = Path(lake.path("gold.days")) / "_delta_log"
    for version in (0, 1, 2):
        (log / f"{version:020}.json").unlink()
    assert changed_keys(lake, "gold.days", ["sold_on"], after=1, upto=3, most=10) is None
    assert changed_keys(lake, "gold.days", ["sold_on"], after=2, upto=3, most=10) == {(FIRST,)}


def test_files_without_a_wanted_value_are_not_read(spark, lake):
    for number, day in enumerate((FIRST, SECOND), start=1):
        rows = spark.createDataFrame([(str(number), day, number)], SCHEMA)
        store.append(rows, lake, "gold.days", app_id=f"gold.days:{number}")
    found = store.read(spark, lake, DAYS, within={"id": ["1", "7"]})
    assert [row["id"] for row in found.collect()] == ["1"]
    assert store.read(spark, lake, DAYS, within={"id": ["7"]}).columns == ["id", "sold_on", "value"]
