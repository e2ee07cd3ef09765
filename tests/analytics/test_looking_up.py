"""A line and the newest header of its order."""

from __future__ import annotations

import pytest

from lakehouse.analytics.looking_up import with_newest

ENGINE = "_batch_id long, _file string, _row_id long"


@pytest.fixture
def lines(spark):
    rows = [("1", "ours", 5, "a", 0), (" 2 ", "ours", 5, "a", 1), ("3", "ours", 5, "a", 2), (None, "ours", 5, "a", 3)]
    return spark.createDataFrame(rows, f"`order.no` string, note string, {ENGINE}")


def test_the_last_delivered_row_of_a_key_counts(spark, lines):
    rows = [
        ("1", "first", "x", 1, "b", 9),
        ("1 ", "later batch", "x", 2, "a", 0),
        ("2", "first file", "x", 3, "a", 5),
        ("2", "later file", "x", 3, "b", 1),
        ("2", "later row", "x", 3, "b", 2),
        (None, "nobody's", "x", 4, "a", 0),
    ]
    headers = spark.createDataFrame(rows, f"id string, buyer string, note string, {ENGINE}")
    found = with_newest(lines, headers, on="order.no", theirs="id")
    assert found.columns == [*lines.columns, "buyer"]
    assert [tuple(row) for row in found.orderBy("_row_id").collect()] == [
        ("1", "ours", 5, "a", 0, "later batch"),
        (" 2 ", "ours", 5, "a", 1, "later row"),
        ("3", "ours", 5, "a", 2, None),
        (None, "ours", 5, "a", 3, None),
    ]
