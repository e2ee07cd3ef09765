"""Verdict and helper columns: which rows break which rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pyspark.sql import functions as F

from lakehouse.quality import verdict, with_helpers, with_unique
from lakehouse.rules import between, cleared, matches, not_null, one_of, parses, refers_to, satisfies, unique

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.rules import Rule

ROUTED = (
    not_null("id"),
    between("price", 0, 100),
    one_of("kind", ["it's", "b\\c"]),
    matches("code", r"^\d{2}$"),
    satisfies("price_known_where_kind_is", "kind IS NULL OR price IS NOT NULL", columns=("kind", "price")),
    satisfies("dearer_than_ten", "price > 10", columns=("price",)),
    parses("price"),
)
ROWS = [
    ("good", "it's", 11, "07", [], []),
    ("null", None, None, None, [], []),
    ("edge", "b\\c", 100, "99", [], []),
    ("above", "b\\c", 101, "99", [], ["price.between"]),
    ("below", "other", -1, "7", [], ["code.matches", "dearer_than_ten", "kind.one_of", "price.between"]),
    ("half", "it's", None, "00", [], ["price_known_where_kind_is"]),
    ("unread", None, None, "00", ["price.parses"], ["price.parses"]),
    (None, "it's", 11, "00", [], ["id.not_null"]),
]


def quarantining(*rules: Rule) -> list[Rule]:
    return [replace(rule, severity="quarantine") for rule in rules]


@pytest.fixture
def things(spark) -> DataFrame:
    schema = "id string, kind string, price int, code string, _broken array<string>"
    return spark.createDataFrame([row[:5] for row in ROWS], schema)


def test_a_row_is_broken_by_each_rule_it_fails_and_null_passes_all_but_not_null(things):
    rules = [*quarantining(*ROUTED), replace(between("price", 50, 60, name="usual_price"), severity="warn")]
    judged = verdict(with_helpers(things, rules, {}), rules)
    assert "usual_price" not in str(judged.schema["_broken"])
    found = {row["id"]: sorted(row["_broken"]) for row in judged.select("id", "_broken").collect()}
    assert found == {row[0]: row[5] for row in ROWS}


def test_neither_warnings_nor_blocks_route_a_row(things):
    judged = verdict(things, [replace(not_null("id"), severity=severity) for severity in ("warn", "block")])
    assert judged.schema["_broken"].dataType.simpleString() == "array<string>"
    assert judged.where("size(_broken) > 0").collect() == []


def test_a_broken_address_is_cleared_and_remembered(spark):
    rule = cleared("email", "^[a-z]+@")
    rows = spark.createDataFrame([("ann@shop",), ("ann",), (None,)], "email string")
    found = with_helpers(rows, [rule], {}).collect()
    assert [tuple(row) for row in found] == [("ann@shop", True), (None, False), (None, None)]
    assert (rule.helper_column, rule.severity) == ("_email_cleared", "warn")


def test_a_reference_is_judged_within_its_system_and_only_where_the_system_lists_any(spark):
    lines = [("shop", "a", "1"), ("shop", "a", "2"), ("shop", "b", "1"), ("shop", None, "1"), ("market", "z", "9")]
    listed = [("shop", "a", "1"), ("shop", "a", "1"), ("other", "a", "2")]
    rule = refers_to("line", "t", with_columns=("order",), theirs="line_id")
    judged = with_helpers(
        spark.createDataFrame(lines, "system string, order string, line string"),
        [rule],
        {"t": spark.createDataFrame(listed, "system string, order string, line_id string")},
    )
    assert judged.columns == ["system", "order", "line", "_line_refers_to"]
    found = {tuple(row[:3]): row[3] for row in judged.collect()}
    assert len(found) == 5
    assert list(map(found.get, lines)) == [True, False, False, None, None]


def test_uniqueness_counts_only_rows_that_would_be_published(spark):
    rule = unique("system", "id", name="grain.unique")
    rows = [("s", "1", "published"), ("s", "1", "superseded"), ("s", "2", "published"), ("s", "2", "published"),
            ("t", "1", "published"), ("s", None, "published")]  # fmt: skip
    frame = spark.createDataFrame(rows, "system string, id string, _outcome string")
    judged = with_unique(frame, [rule, not_null("id")], among=F.col("_outcome") == "published").collect()
    assert sorted((str(row["id"]), row["system"], row["_outcome"], row["_grain_unique"]) for row in judged) == [
        ("1", "s", "published", True),
        ("1", "s", "superseded", True),
        ("1", "t", "published", True),
        ("2", "s", "published", False),
        ("2", "s", "published", False),
        ("None", "s", "published", True),
    ]
