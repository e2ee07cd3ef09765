"""Rules about versions: each sort of broken time line is found, whoever put it together."""

from __future__ import annotations

from datetime import UTC, datetime

from pyspark.sql import functions as F

from lakehouse.quality import with_timeline
from lakehouse.rules import contiguous, no_overlap, one_current

RULES = (contiguous("id"), one_current("id"), no_overlap("id"))
EVER = datetime(1900, 1, 1, tzinfo=UTC)
LINES = {
    "good": [("ever", 5), (5, 7), (7, None, "current")],
    "deleted": [("ever", 5), (5, None, "deleted")],
    "late start": [(3, None, "current")],
    "gap": [("ever", 5), (6, None, "current")],
    "overlap": [("ever", 6), (5, None, "current")],
    "two ends": [("ever", None, "current"), (5, None, "current")],
    "ended": [("ever", 5), (5, 7)],
    "none current": [("ever", 5), (5, None)],
    "old current": [("ever", 5, "current"), (5, None, "current")],
    "no time": [("ever", 5), (5, 5), (5, None, "current")],
    "outside": [("ever", 5, "outside"), (3, None, "outside")],
}
BROKEN = {
    "history.contiguous": {"late start", "gap", "overlap", "two ends", "ended", "no time"},
    "history.one_current": {"two ends", "ended", "none current", "old current"},
    "history.no_overlap": {"overlap", "two ends", "none current", "old current", "no time", "deleted"},
}
"""In a dimension, where the third one stands, nothing that was deleted is listed."""


def at(hour):
    return EVER if hour == "ever" else hour and datetime(2024, 3, 1, hour, tzinfo=UTC)


def test_each_broken_time_line_is_found_by_the_rules_that_it_breaks(spark):
    rows = [
        (key, at(start), at(end), "current" in words, "deleted" in words, "outside" not in words)
        for key, line in LINES.items()
        for start, end, *words in line
    ]
    columns = "id string, valid_from_at timestamp, valid_to_at timestamp, is_current boolean, is_deleted boolean"
    frame = spark.createDataFrame(rows, f"{columns}, among boolean")
    found = with_timeline(frame, RULES, among=F.col("among")).collect()
    broken = {rule.id: {row["id"] for row in found if not row[rule.helper_column]} for rule in RULES}
    assert broken == BROKEN
