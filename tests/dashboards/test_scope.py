from __future__ import annotations

from datetime import date

import pytest

from dashboards.data import Business
from dashboards.scope import Scope, scope_of, start_of

SHOP = Business("shop", "USD", date(2022, 10, 1), date(2024, 3, 17), ("North", "South"), ("Store",))


@pytest.mark.parametrize(
    ("period", "start"),
    [("7D", "2024-03-11"), ("30D", "2024-02-17"), ("90D", "2023-12-19"), ("YTD", "2024-01-01"), ("12M", "2023-03-18")],
)
def test_periods_end_with_the_newest_sale(period, start):
    assert start_of(period, date(2024, 3, 17)).isoformat() == start


def test_twelve_months_end_well_on_a_leap_day():
    assert start_of("12M", date(2024, 2, 29)) == date(2023, 3, 1)


@pytest.mark.parametrize("period", ["7D", "30D", "90D", "YTD"])
@pytest.mark.parametrize("comparison", ["previous", "last_year"])
def test_the_compared_days_are_as_many_fall_on_the_same_weekdays_and_come_before(period, comparison):
    scope = scope_of(SHOP, period, comparison)
    assert scope.before.days == scope.now.days
    assert scope.before.start.weekday() == scope.now.start.weekday()
    assert scope.before.end < scope.now.start


def test_a_comparison_that_began_before_the_first_sale_is_left_out_and_says_so():
    scope = scope_of(SHOP, "12M", "previous")
    assert (scope.before, scope.note) == (None, "Nothing to compare with: sales begin on 1 Oct 2022.")
    assert scope.compared_with == ""


def test_filters_are_part_of_both_slices():
    scope: Scope = scope_of(SHOP, "7D", "previous", regions=("South", "North"), channels=("Store",))
    assert (scope.now.regions, scope.before.channels) == (("North", "South"), ("Store",))
