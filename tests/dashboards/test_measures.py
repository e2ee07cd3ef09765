from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboards import measures
from dashboards.charts import Bar
from dashboards.data import Day
from dashboards.measures import AVERAGE, DISCOUNT, RETURNED, REVENUE

START = date(2024, 1, 1)


def a_day(place: int, *, net: float = 10.0, orders: int | None = 2, returned: float = 0.0) -> Day:
    return Day(START + timedelta(days=place), net, net + 1, 1.0, returned, 5.0, 3, orders)


def test_rates_are_made_of_sums_not_of_rates():
    days = [a_day(0, net=90.0, orders=1), a_day(1, net=10.0, orders=4, returned=-25.0)]
    assert REVENUE.of(days) == 100.0
    assert AVERAGE.of(days) == 20.0
    assert DISCOUNT.of(days) == pytest.approx(2 / 102)
    assert RETURNED.of(days) == 25.0 / 125.0


def test_nothing_to_divide_by_is_not_known():
    assert AVERAGE.of([a_day(0, orders=0)]) is None
    assert RETURNED.of([a_day(0, net=0.0)]) is None


def test_by_channel_lines_stand_where_orders_do_not_add_up():
    assert [one.name for one in measures.measures(by_channel=True)][1:3] == ["Lines", "Average line"]
    assert [one.name for one in measures.measures(by_channel=False)][1:3] == ["Orders", "Average order"]


def test_a_trend_has_days_up_to_four_months_and_whole_weeks_beyond():
    days = [a_day(place) for place in range(150)]
    by_day = measures.course(days[:90], days[:90])
    assert (len(by_day.on), len(by_day.before)) == (90, 90)
    by_week = measures.course(days, None)
    assert (len(by_week.on), by_week.on[0], set(by_week.amounts)) == (21, START + timedelta(days=3), {70.0})


def test_the_rest_is_one_bar_that_keeps_the_sum():
    now = [("a", 5.0), ("b", 4.0), ("c", 3.0), ("d", 2.0)]
    before = [("b", 8.0), ("d", 1.0), ("gone", 6.0)]
    assert measures.ranked(now, before, most=2) == (Bar("a", 5.0, 0.0), Bar("b", 4.0, 8.0), Bar("2 others", 5.0, 7.0))
    assert measures.ranked(now, None, most=3) == tuple(Bar(name, amount) for name, amount in now)


def test_small_charts_are_weekly_from_eight_weeks():
    assert measures.weekly([1.0] * 55) == (1.0,) * 55
    assert measures.weekly([1.0] * 58) == (7.0,) * 8
