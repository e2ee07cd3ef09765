"""Delta through Spark: one commit per transaction id, by write mode."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from lakehouse import store
from lakehouse.lake import Lake
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
    store.merge(change, lake, DAYS, app_id="gold.days:3", prune="", bounds=[])
    feed = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", 1)
    seen = feed.load(lake.path("gold.days")).select("_commit_version", "_change_type", "id", "value").collect()
    assert sorted(map(tuple, seen)) == [
        (1, "insert", "a", 1), (1, "insert", "b", 2),
        (2, "delete", "a", 1), (2, "delete", "b", 2), (2, "insert", "a", 1),
        (3, "update_postimage", "a", 9), (3, "update_preimage", "a", 1),
    ]  # fmt: skip


def test_a_merge_updates_inserts_and_deletes_in_one_commit_and_leaves_the_session_as_it_was(spark, lake):
    old = [("kept", FIRST, 1), ("changed", FIRST, 2), ("moved", FIRST, 3), ("gone", SECOND, 4)]
    store.append(spark.createDataFrame(old, SCHEMA), lake, "gold.days", app_id="gold.days:1")
    changes = [("changed", FIRST, 20, "upsert"), ("moved", SECOND, 3, "upsert"), ("new", SECOND, 5, "upsert"),
               ("gone", SECOND, 4, "delete"), ("never there", SECOND, 6, "delete")]  # fmt: skip
    rows = spark.createDataFrame(changes, f"{SCHEMA}, _change string")
    for _ in range(2):
        commit = store.merge(rows, lake, DAYS, app_id="gold.days:2", prune="sold_on", bounds=[FIRST, SECOND])
        assert commit == Commit(version=2, added=3, removed=3)
    assert shown(lake, "id, sold_on, value") == [
        ("changed", FIRST, 20), ("kept", FIRST, 1), ("moved", SECOND, 3), ("new", SECOND, 5),
    ]  # fmt: skip
    assert lake.committed("gold.days", "gold.days:2")
    twice = rows.where("id = 'changed'").unionAll(rows.where("id = 'changed'"))
    with pytest.raises(Exception, match="DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW"):
        store.merge(twice, lake, DAYS, app_id="gold.days:3", prune="", bounds=[])
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
    assert store.merge_condition(("system", "id"), "", [FIRST]) == keys
    assert store.merge_condition(("system", "id"), "sold_on", []) == keys
    assert store.merge_condition(("system", "id"), "sold_on", [SECOND, FIRST]) == (
        f"{keys} AND old.sold_on BETWEEN CAST('2024-03-01' AS DATE) AND CAST('2024-03-02' AS DATE)"
    )


def test_versions_stay_readable_a_week_longer_than_releases():
    assert store.properties(DAYS, 30) == {
        "delta.dataSkippingStatsColumns": "id",
        "delta.enableChangeDataFeed": "true",
        "delta.deletedFileRetentionDuration": "interval 37 days",
        "delta.logRetentionDuration": "interval 37 days",
    }
