"""Every commit of a second run, which merges; crashes of the recovery itself; crashes at any time."""

from __future__ import annotations

import pytest
from crash import house
from crash.conftest import events

pytestmark = pytest.mark.full

BRONZE = ("ops.steps {t} claimed", "ops.files {s} claimed", "append {t}", "ops.steps {t} published",
          "ops.dq_results {t}", "ops.files {s} landed", "ops.steps {t} done")  # fmt: skip
JUDGED = ("ops.steps {t} claimed", "stage {t}", "ops.steps {t} staged", "ops.dq_results {t}", "ops.steps {t} audited")
QUARANTINE = ("create quarantine.sales", "append quarantine.sales")
ENDED = ("ops.steps {t} published", "clear {t}", "ops.steps {t} done")


def bronze(source: str) -> list[str]:
    return [word.format(t=f"bronze.{source}", s=source) for word in BRONZE]


def published(table: str, how: str, beside: tuple[str, ...] = ()) -> list[str]:
    moved = ("move {t}",) if how != "merge" else ()
    words = (*JUDGED, *beside, "create {t}", *moved, f"{how} {{t}}", *ENDED)
    return [word.format(t=table) for word in words]


TILLS, SALES, DAYS = (
    bronze("till_sales"),
    published("silver.sales", "merge", QUARANTINE),
    published("gold.days", "merge"),
)
WHOLE = [
    "ops.leases", "ops.runs running", *bronze("shelf"), *TILLS, *published("silver.products", "merge"), *SALES,
    *DAYS, *published("gold.months", "replace"), "ops.releases", "ops.runs good", "ops.leases",
]  # fmt: skip
ROUNDS = [
    "ops.runs running", *TILLS, "stage silver.products", "merge silver.products", *SALES, *DAYS, "replace gold.months",
    "ops.releases", "ops.runs good",
]  # fmt: skip
"""One source, one Silver table of each kind, one mart: the others come by the same code."""

OFTEN = {
    "merge silver.sales",
    "merge gold.days",
    "merge silver.products",
}
"""Moments that the full tests crash at; the others are left to the rounds."""


def test_no_commit_escapes(second_end):
    """A write that is not in the list is a moment that nobody crashed at."""
    assert [event.removeprefix("after ") for event in events(second_end) if event.startswith("after")] == WHOLE


def test_what_an_undisturbed_second_run_gives(second_end):
    sums = house.books(second_end)["silver.sales@till_sales"]
    assert (sums.read, sums.published, sums.quarantined, sums.duplicate, sums.superseded) == (15, 8, 3, 2, 2)
    assert sums.replaced == 1


@pytest.mark.parametrize(
    "moment",
    [pytest.param(moment, marks=() if moment in OFTEN else pytest.mark.rounds) for moment in ROUNDS],
)
def test_killed_at_each_commit_of_a_run_that_merges(moment, second_day, second_end, recover):
    home = second_day.home()
    second_day.crash(home, f"after {moment}")
    assert house.released(home) in (house.released(second_day.before), house.released(second_end))
    assert recover(home, second_day.landing) == 0
    house.assert_as_undisturbed(home, second_end)


@pytest.mark.rounds
@pytest.mark.parametrize(
    "moments",
    [
        ["append bronze.till_sales", "ops.dq_results bronze.till_sales", "ops.files till_sales landed"],
        ["stage silver.sales", "stage silver.sales", "ops.steps silver.sales audited"],
        ["append quarantine.sales", "append quarantine.sales", "merge silver.sales", "merge silver.sales"],
        [
            "ops.steps silver.sales published",
            "clear silver.sales",
            "merge gold.days",
            "clear gold.days",
        ],
    ],
)
def test_the_recovery_is_killed_too(moments, second_day, second_end, recover):
    home = second_day.home()
    for moment in moments:
        second_day.crash(home, f"after {moment}")
    assert recover(home, second_day.landing) == 0
    house.assert_as_undisturbed(home, second_end)


@pytest.mark.rounds
@pytest.mark.parametrize(
    ("point", "seconds"),
    [("append bronze.till_sales", 0.2), ("merge silver.sales", 0.4), ("merge gold.days", 0.2)],
)
def test_killed_in_the_midst_of_a_commit(point, seconds, second_day, second_end, recover):
    home = second_day.home()
    second_day.crash(home, f"before {point}", seconds=seconds, own_java=True)
    assert recover(home, second_day.landing) == 0
    house.assert_as_undisturbed(home, second_end)
