"""What becomes of each row of a table that keeps every version: every branch, with and without a published table."""

from __future__ import annotations

import pytest
from quality.statements import Said, after, hour_of, judged, outcomes, versions


@pytest.fixture(scope="module")
def first(spark):
    """Rows judged against nothing."""
    return judged(
        spark,
        [
            Said("alone", 1, 5),
            Said("out of order", 2, 7, place=1),
            Said("out of order", 1, 5, place=2),
            Said("out of order", 3, 9, place=3),
            Said("no news", 1, 5, place=1),
            Said("no news", 1, 7, place=2),
            Said("no news", 2, 9, place=3),
            Said("back again", 1, 5, place=1),
            Said("back again", 2, 7, place=2),
            Said("back again", 1, 9, place=3),
            Said("same moment", 1, 5, place=1),
            Said("same moment", 2, 5, place=2),
            Said("same twice", 1, 5, place=1),
            Said("same twice", 1, 5, place=2),
            Said("no moment", 1, None, place=2),
            Said("no moment", 2, 5, place=1),
            Said("deleted", 1, 5, place=1),
            Said("deleted", None, 7, place=2),
            Said("deleted twice", 1, 5, place=1),
            Said("deleted twice", None, 7, place=2),
            Said("deleted twice", None, 8, place=3),
            Said("listed again", 1, 5, place=1),
            Said("listed again", None, 7, place=2),
            Said("listed again", 1, 9, place=3),
            Said("never listed", None, 5),
            Said("broken", 1, 5, broken=True),
            Said("broken beside good", 1, 5, place=1, broken=True),
            Said("broken beside good", 1, 7, place=2),
            Said("repeated", 1, 5, place=1),
            Said("repeated", 2, 7, place=2, repeated=True),
            Said("late snapshot", 1, 5, stale=True),
        ],
    )


def test_outcomes_of_rows_that_meet_no_table(first):
    found = outcomes(first)
    assert found == {
        "alone": [(1, 5, "published")],
        "out of order": [(2, 7, "published"), (1, 5, "published"), (3, 9, "published")],
        "no news": [(1, 5, "published"), (1, 7, "duplicate"), (2, 9, "published")],
        "back again": [(1, 5, "published"), (2, 7, "published"), (1, 9, "published")],
        "same moment": [(1, 5, "superseded"), (2, 5, "published")],
        "same twice": [(1, 5, "published"), (1, 5, "duplicate")],
        "no moment": [(2, 5, "published"), (1, -1, "published")],
        "deleted": [(1, 5, "published"), (None, 7, "published")],
        "deleted twice": [(1, 5, "published"), (None, 7, "published"), (None, 8, "duplicate")],
        "listed again": [(1, 5, "published"), (None, 7, "published"), (1, 9, "published")],
        "never listed": [(None, 5, "published")],
        "broken": [(1, 5, "quarantined")],
        "broken beside good": [(1, 5, "quarantined"), (1, 7, "published")],
        "repeated": [(1, 5, "published"), (2, 7, "duplicate")],
        "late snapshot": [(1, 5, "superseded")],
    }


def test_versions_follow_each_other_from_ever_until_now(first):
    assert versions(after(first)) == {
        "alone": [(1, -1, None, True)],
        "out of order": [(1, -1, 7, False), (2, 7, 9, False), (3, 9, None, True)],
        "no news": [(1, -1, 9, False), (2, 9, None, True)],
        "back again": [(1, -1, 7, False), (2, 7, 9, False), (1, 9, None, True)],
        "same moment": [(2, -1, None, True)],
        "same twice": [(1, -1, None, True)],
        "no moment": [(1, -1, 5, False), (2, 5, None, True)],
        "deleted": [(1, -1, 7, False), (None, 7, None, False)],
        "deleted twice": [(1, -1, 7, False), (None, 7, None, False)],
        "listed again": [(1, -1, 7, False), (None, 7, 9, False), (1, 9, None, True)],
        "never listed": [(None, -1, None, False)],
        "broken beside good": [(1, -1, None, True)],
        "repeated": [(1, -1, None, True)],
    }


@pytest.fixture(scope="module")
def table(spark):
    """One version of each thing at hour 5, said again at hour 9 by some, another at hour 11 by others."""
    said = [Said(key, 1, 5) for key in (
        "newer", "older", "same moment", "same again", "earlier the same", "not met", "broken", "two at once",
        "deleted", "moved", "gone",
    )]  # fmt: skip
    said += [Said("between", 1, hour, place=hour) for hour in (5, 9)]
    said += [Said("between two", value, hour, place=hour) for value, hour in ((1, 5), (2, 11))]
    return after(judged(spark, said))


def test_rows_are_placed_among_the_versions_of_the_table(spark, table):
    said = [
        Said("newer", 2, 7, batch=2),
        Said("older", 2, 3, batch=2),
        Said("same moment", 2, 5, batch=2),
        Said("same again", 1, 5, batch=2),
        Said("earlier the same", 1, 3, batch=2),
        Said("broken", 2, 7, batch=2, broken=True),
        Said("two at once", 3, 9, batch=2, place=1),
        Said("two at once", 2, 7, batch=2, place=2),
        Said("deleted", None, 7, batch=2),
        Said("between", 2, 7, batch=2),
        Said("between two", 3, 7, batch=2),
        Said("new", 1, 7, batch=2),
    ]
    found = judged(spark, said, table)
    assert {key: [outcome for _, _, outcome in rows] for key, rows in outcomes(found).items()} == {
        "newer": ["published"],
        "older": ["published"],
        "same moment": ["published"],
        "same again": ["duplicate"],
        "earlier the same": ["published"],
        "broken": ["quarantined"],
        "two at once": ["published", "published"],
        "deleted": ["published"],
        "between": ["published"],
        "between two": ["published"],
        "new": ["published"],
    }
    assert {row["id"] for row in found if row["_replaces"]} == set(outcomes(found)) - {"new", "broken"}
    assert versions(after(found, table)) == {
        "newer": [(1, -1, 7, False), (2, 7, None, True)],
        "older": [(2, -1, 5, False), (1, 5, None, True)],
        "same moment": [(2, -1, None, True)],
        "same again": [(1, -1, None, True)],
        "earlier the same": [(1, -1, None, True)],
        "broken": [(1, -1, None, True)],
        "two at once": [(1, -1, 7, False), (2, 7, 9, False), (3, 9, None, True)],
        "deleted": [(1, -1, 7, False), (None, 7, None, False)],
        "between": [(1, -1, 7, False), (2, 7, 9, False), (1, 9, None, True)],
        "between two": [(1, -1, 7, False), (3, 7, 11, False), (2, 11, None, True)],
        "new": [(1, -1, None, True)],
        "not met": [(1, -1, None, True)],
        "moved": [(1, -1, None, True)],
        "gone": [(1, -1, None, True)],
    }


def test_a_version_that_says_what_an_earlier_one_says_is_remembered_with_it(spark, table):
    found = after(judged(spark, [Said("earlier the same", 1, 3, batch=2, place=8)], table), table)
    [row] = [row for row in found if row["id"] == "earlier the same"]
    assert (row["_batch_id"], row["_row_id"]) == (2, 8)
    [again] = row["_restated"]
    assert (again["source"], again["batch_id"], again["file"], again["row_id"]) == ("a", 1, "f", 1)
    assert hour_of(again["sequence_at"]) == hour_of(again["said_at"]) == 5


def test_a_row_that_is_judged_again_takes_the_place_of_what_it_said(spark, table):
    again = [Said("moved", 7, 5), Said("gone", 1, 5, broken=True), Said("not met", 1, 5)]
    found = judged(spark, again, [row for row in table if row["id"] in ("moved", "gone", "not met")], again=[1])
    assert outcomes(found) == {
        "gone": [(1, 5, "quarantined")],
        "moved": [(7, 5, "published")],
        "not met": [(1, 5, "published")],
    }
    assert versions(after(found)) == {"moved": [(7, -1, None, True)], "not met": [(1, -1, None, True)]}
    assert {row["id"] for row in found if row["_outcome"] == "gone"} == {"gone", "moved", "not met"}
