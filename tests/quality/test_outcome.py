"""What becomes of each row: every branch, with and without a published table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from lakehouse.quality import with_outcome
from lakehouse.table import DATE, INSTANT, INTEGER, STRING, Column, Merge, Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

THINGS = Table(
    "silver.things",
    grain=("system", "id"),
    columns=(
        Column("system", STRING, "System."),
        Column("source", STRING, "Feed."),
        Column("id", STRING, "Key."),
        Column("value", INTEGER, "What it says."),
        Column("seen_on", DATE, "Day."),
        Column("updated_at", INSTANT, "Version."),
    ),
    write=Merge(newest=("updated_at",), prune="seen_on"),
)
ENGINE = "_broken array<string>, _repeated boolean, _arrival bigint"
PLACE = "_batch_id bigint, _file string, _row_id bigint"
CONTENT = "system string, source string, id string, value int, seen_on date, updated_at timestamp"
DAY = date(2024, 3, 1)


def at(hour: int | None) -> datetime | None:
    return None if hour is None else datetime(2024, 3, 1, hour, tzinfo=UTC)


def row(key: str, value: int, hour: int | None = None, **other: Any) -> tuple[Any, ...]:
    """A row of batch 5; `broken`, `repeated`, `source`, `arrival`, `batch`, `file`, `place` and `on` may be given."""
    return (
        "shop", other.get("source", "a"), key, value, other.get("on", DAY), at(hour), other.get("broken", []),
        other.get("repeated", False), other.get("arrival", 9), other.get("batch", 5), other.get("file", "f"),
        other.get("place", 1),
    )  # fmt: skip


def published(key: str, value: int, hour: int | None = None, **other: Any) -> tuple[Any, ...]:
    """A row of the table, from batch 3 unless said otherwise."""
    given = row(key, value, hour, **{"batch": 3} | other)
    return (*given[:6], *given[9:])


def judged(spark: SparkSession, rows: list[tuple[Any, ...]], target: list[tuple[Any, ...]] | None) -> DataFrame:
    old = None if target is None else spark.createDataFrame(target, f"{CONTENT}, {PLACE}")
    return with_outcome(spark.createDataFrame(rows, f"{CONTENT}, {ENGINE}, {PLACE}"), THINGS, old)


def outcomes(frame: DataFrame) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for one in frame.select("id", "value", "_outcome").collect():
        found.setdefault(one["id"], []).append((one["value"], one["_outcome"]))
    return {key: sorted(pairs) for key, pairs in found.items()}


def test_rows_of_a_batch_are_compared_with_each_other(spark):
    found = judged(
        spark,
        [
            row("alone", 1),
            row("repeated", 1),
            row("repeated", 2, repeated=True, place=2),
            row("broken", 1, broken=["x"]),
            row("broken and repeated", 1, broken=["x"], repeated=True),
            row("broken beside good", 1, 9, broken=["x"], place=2),
            row("broken beside good", 2, 8),
            row("same content", 1, 8, place=1),
            row("same content", 1, 8, place=2),
            row("same, other, same", 1, 8, place=1),
            row("same, other, same", 2, 8, place=2),
            row("same, other, same", 1, 8, place=3),
            row("newer word", 1, 8, place=3),
            row("newer word", 2, 9, place=1),
            row("some word beats none", 1, None, place=3),
            row("some word beats none", 2, 8, place=1),
            row("later in the file", 1, place=1),
            row("later in the file", 2, place=2),
            row("later file", 1, file="f1", place=9),
            row("later file", 2, file="f2", place=1),
            row("later batch", 1, batch=5, place=9),
            row("later batch", 2, batch=6, place=1),
            row("later arrival", 1, arrival=1, batch=9),
            row("later arrival", 2, arrival=2, batch=1, source="b"),
            row("three", 1, 7),
            row("three", 2, 8),
            row("three", 3, 9),
        ],
        None,
    )
    assert set(found.columns) & {"_arrival", "_repeated", "_content"} == set()
    older_then_newer = [(1, "superseded"), (2, "published")]
    assert outcomes(found) == {
        "alone": [(1, "published")],
        "repeated": [(1, "published"), (2, "duplicate")],
        "broken": [(1, "quarantined")],
        "broken and repeated": [(1, "duplicate")],
        "broken beside good": [(1, "quarantined"), (2, "published")],
        "same content": [(1, "duplicate"), (1, "published")],
        "same, other, same": [(1, "duplicate"), (1, "published"), (2, "superseded")],
        "newer word": older_then_newer,
        "some word beats none": older_then_newer,
        "later in the file": older_then_newer,
        "later file": older_then_newer,
        "later batch": older_then_newer,
        "later arrival": older_then_newer,
        "three": [(1, "superseded"), (2, "superseded"), (3, "published")],
    }


def test_of_rows_that_say_the_same_the_first_delivered_is_kept_as_if_they_had_come_one_by_one(spark):
    found = judged(
        spark,
        [
            row("office came later", 1, arrival=2, source="office", batch=1),
            row("office came later", 1, arrival=1, source="till", batch=7),
            row("three times", 1, 8, place=2),
            row("three times", 1, 8, place=3),
            row("three times", 1, 8, place=1),
            row("said again after another", 1, place=1),
            row("said again after another", 2, place=2),
            row("said again after another", 1, place=3),
        ],
        None,
    )
    kept = {row["id"]: (row["source"], row["_row_id"]) for row in found.where("_outcome = 'published'").collect()}
    assert kept == {"office came later": ("till", 1), "three times": ("a", 1), "said again after another": ("a", 3)}


def test_rows_judged_before_are_restored_where_nothing_that_came_in_says_more(spark):
    rows = [
        (*row("gone from its file", 1, arrival=1, source="office"), True),
        (*row("came again", 1, arrival=1, source="office"), True),
        (*row("came again", 1), False),
        (*row("came newer", 1, arrival=1, source="office"), True),
        (*row("came newer", 2), False),
        (*row("broken by now", 1, arrival=1, broken=["x"]), True),
        (*row("new", 1), False),
    ]
    frame = spark.createDataFrame(rows, f"{CONTENT}, {ENGINE}, {PLACE}, _again boolean")
    target = [published(key, 1) for key in ("gone from its file", "came again", "came newer", "broken by now")]
    found = with_outcome(frame, THINGS, spark.createDataFrame(target, f"{CONTENT}, {PLACE}"))
    assert outcomes(found) == {
        "gone from its file": [(1, "restored")],
        "came again": [(1, "duplicate"), (1, "restored")],
        "came newer": [(2, "published")],
        "new": [(1, "published")],
    }
    assert "_again" not in found.columns
    assert {row["id"] for row in found.where("_replaces").collect()} == {
        "gone from its file", "came again", "came newer"
    }  # fmt: skip


def test_the_newest_row_of_a_key_is_compared_with_the_published_one(spark):
    before = date(2024, 2, 1)
    found = judged(
        spark,
        [
            row("insert", 1),
            row("update", 2, 9),
            row("same", 1, 8),
            row("same from another feed", 1, 8, source="b"),
            row("older", 2, 7),
            row("no word against one", 2, None),
            row("no word on both sides", 2, None),
            row("earlier row of its own feed", 2, None, batch=2),
            row("earlier row of another feed", 2, None, batch=2, source="b"),
            row("broken", 2, 9, broken=["x"]),
            row("older one of the batch", 2, 9),
            row("older one of the batch", 1, 7, place=2),
            row("back to what it said", 1, 8),
            row("back to what it said", 2, 7, place=2),
        ],
        [
            published("update", 1, 8, on=before),
            published("same", 1, 8),
            published("same from another feed", 1, 8),
            published("older", 1, 8),
            published("no word against one", 1, 8),
            published("no word on both sides", 1, None),
            published("earlier row of its own feed", 1, None),
            published("earlier row of another feed", 1, None),
            published("broken", 1, 8),
            published("older one of the batch", 0, 8),
            published("back to what it said", 1, 8),
            published("not met", 1, 8),
        ],
    )
    rows = found.select("id", "value", "_outcome", "_replaces", "_old_prune").collect()
    assert sorted((r["id"], r["value"], r["_outcome"], r["_replaces"], r["_old_prune"]) for r in rows) == [
        ("back to what it said", 1, "duplicate", False, None),
        ("back to what it said", 2, "superseded", False, None),
        ("broken", 2, "quarantined", False, None),
        ("earlier row of another feed", 2, "published", True, DAY),
        ("earlier row of its own feed", 2, "superseded", False, None),
        ("insert", 1, "published", False, None),
        ("no word against one", 2, "superseded", False, None),
        ("no word on both sides", 2, "published", True, DAY),
        ("older", 2, "superseded", False, None),
        ("older one of the batch", 1, "superseded", False, None),
        ("older one of the batch", 2, "published", True, DAY),
        ("same", 1, "duplicate", False, None),
        ("same from another feed", 1, "duplicate", False, None),
        ("update", 2, "published", True, before),
    ]


AGAIN = "_again boolean, _seen string"
KNOWN = f"{CONTENT}, {PLACE}, _arrival bigint, _gives_way boolean"


def test_rows_judged_again_are_compared_with_themselves_and_with_what_came_since(spark):
    rows = [
        (*row("same as ever", 1, batch=3), False, "table"),
        (*row("says otherwise now", 2, 7, batch=3), False, "table"),
        (*row("corrected since", 2, 8, batch=3), False, "quarantine"),
        (*row("another feed came since", 2, arrival=3, source="b", batch=1), False, "quarantine"),
        (*row("another feed came before", 2, arrival=9, source="b", batch=1), False, "quarantine"),
        (*row("broken still", 1, batch=3, broken=["x"]), False, "quarantine"),
        (*row("no news", 9, batch=3), True, None),
        (*row("has another number now", 1, batch=3), True, None),
        (*row("its file gives way", 1, arrival=1), True, None),
        (*row("older than what gives way", 2, 1), False, None),
    ]
    old = [
        (*published("same as ever", 1), 5, False),
        (*published("says otherwise now", 1, 9), 5, False),
        (*published("corrected since", 1, 9, batch=4), 6, False),
        (*published("another feed came since", 1), 5, False),
        (*published("another feed came before", 1), 5, False),
        (*published("no news", 1), 5, False),
        (*published("its file gives way", 1), 5, True),
        (*published("older than what gives way", 1, 9), 5, True),
    ]
    frame = spark.createDataFrame(rows, f"{CONTENT}, {ENGINE}, {PLACE}, {AGAIN}")
    found = with_outcome(frame, THINGS, spark.createDataFrame(old, KNOWN))
    assert outcomes(found) == {
        "same as ever": [(1, "duplicate")],
        "says otherwise now": [(2, "published")],
        "corrected since": [(2, "superseded")],
        "another feed came since": [(2, "superseded")],
        "another feed came before": [(2, "published")],
        "broken still": [(1, "quarantined")],
        "has another number now": [(1, "restored")],
        "its file gives way": [(1, "restored")],
        "older than what gives way": [(2, "published")],
    }


def test_a_value_that_changes_its_column_is_another_content(spark):
    """A hash passes NULL over."""
    things = replace(
        THINGS, columns=(*THINGS.columns, Column("note", STRING, "Other."), Column("more", STRING, "More."))
    )
    rows = spark.createDataFrame([row("moved", 1)], f"{CONTENT}, {ENGINE}, {PLACE}")
    told = rows.withColumns({"note": F.lit("web"), "more": F.lit(None).cast("string")})
    old = spark.createDataFrame([published("moved", 1)], f"{CONTENT}, {PLACE}")
    target = old.withColumns({"note": F.lit(None).cast("string"), "more": F.lit("web")})
    assert outcomes(with_outcome(told, things, target)) == {"moved": [(1, "published")]}
