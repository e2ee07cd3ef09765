"""Days on which a region or a category earned far more or far less than usual."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp, log
from statistics import median

import pytest
from pyspark.sql import functions as F

from lakehouse.business import AsOf, Business
from lakehouse.gold.revenue_anomalies import revenue_anomalies

FIRST = date(2024, 1, 1)
WOBBLE = (0.94, 1.0, 1.05, 0.97, 1.02)
LATER = AsOf({}, date(2025, 1, 1))


def usual(number: int) -> float:
    """A region that earns more towards the weekend, and never quite the same."""
    return round((100 + 20 * (number % 7)) * WOBBLE[number % 5], 2)


def cube(rows, earned, *, region="North", category="Toys"):
    """One line a day of `earned`: number of the day -> net amount."""
    given = [
        {"sold_on": f"{FIRST + timedelta(days=n)}", "region": region, "category": category, "net_amount": net}
        for n, net in earned.items()
    ]
    return rows("gold.sales_cube", given)


def judged(frame, **asked):
    found = revenue_anomalies(cube=frame, params=Business(), as_of=asked.get("as_of", LATER))
    days = found.where(f"dimension = '{asked.get('dimension', 'region')}'").orderBy("sold_on").collect()
    return {(row["sold_on"] - FIRST).days: row for row in days}


def test_a_day_is_judged_by_the_weekdays_before_it_and_no_other(rows):
    earned = {n: usual(n) for n in range(80)} | {70: 500.0, 75: 12.0}
    found = judged(cube(rows, earned))
    assert {n: row["kind"] for n, row in found.items() if row["is_anomaly"]} == {70: "spike", 75: "drop"}
    assert min(found) == 28 + 14, "four weekdays, then two weeks of days that could be compared"
    logs = [log(earned[n] / median(earned[m] for m in range(n % 7, n, 7)[-8:])) for n in range(28, 70)]
    middle = median(logs)
    sigma = median(abs(one - middle) for one in logs) / 0.6745
    weekday = median(earned[m] for m in range(14, 70, 7))
    assert float(found[70]["expected_amount"]) == pytest.approx(weekday * exp(middle), abs=0.001)
    assert float(found[70]["most_amount"]) == pytest.approx(weekday * exp(middle + 3.5 * sigma), abs=0.001)
    assert float(found[70]["score"]) == pytest.approx((log(500 / weekday) - middle) / sigma, abs=0.001)
    assert (found[70]["weeks"], float(found[70]["previous_amount"])) == (8, usual(63))
    assert found[75]["is_drop"]
    assert float(found[75]["change_rate"]) == pytest.approx(12 / usual(68) - 1, abs=1e-6)


def test_a_day_without_a_line_earned_nothing_and_is_a_drop(rows):
    earned = {n: usual(n) for n in range(80)}
    del earned[71], earned[79]
    found = judged(cube(rows, earned))
    assert (found[71]["net_amount"], found[71]["kind"], found[71]["last_sold_on"]) == (0, "drop", date(2024, 3, 11))
    assert max(found) == 78, "nobody knows yet whether the business sold on a day after its newest"


def test_a_member_that_sells_now_and_then_is_not_judged(rows):
    often = cube(rows, {n: usual(n) for n in range(80)})
    seldom = cube(rows, dict.fromkeys(range(0, 80, 21), 50.0), region="South")
    assert {row["member"] for row in judged(often.union(seldom)).values()} == {"North"}


def test_days_without_a_line_are_no_news_where_every_fifth_is_one(rows):
    found = judged(cube(rows, {n: usual(n) for n in range(120) if n % 5 != 3}))
    assert sum(row["net_amount"] == 0 for row in found.values()) > 10
    assert not any(row["is_anomaly"] for row in found.values())


def test_closed_sundays_are_neither_judged_nor_in_the_way(rows):
    earned = {n: usual(n) for n in range(80) if n % 7 != 6}
    found = judged(cube(rows, earned))
    assert not [n for n in found if n % 7 == 6]
    assert not any(row["is_anomaly"] for row in found.values())


def test_where_every_day_was_the_same_any_other_is_unusual(rows):
    earned = dict.fromkeys(range(60), 100.0) | {55: 101.0}
    found = judged(cube(rows, earned), dimension="category")
    assert {n: row["kind"] for n, row in found.items() if row["is_anomaly"]} == {55: "spike"}
    assert (found[55]["score"], found[55]["most_amount"]) == (None, 100)


def test_the_day_of_judgement_is_not_over(rows):
    earned = {n: usual(n) for n in range(60)} | {59: 3.0}
    as_of = AsOf({"shop": FIRST + timedelta(days=59)}, date(2030, 1, 1))
    assert max(judged(cube(rows, earned), as_of=as_of)) == 58


def test_days_go_on_while_the_business_sells_in_another_currency(rows):
    stopped = cube(rows, {n: usual(n) for n in range(70)})
    other = cube(rows, {n: usual(n) for n in range(75)}).withColumn("currency", F.lit("EUR"))
    found = judged(stopped.union(other), dimension="region' AND currency = 'USD")
    assert [n for n, row in found.items() if row["net_amount"] == 0] == [70, 71, 72, 73, 74]
