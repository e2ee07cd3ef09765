"""What customers will spend: numbers worked out by hand."""

from __future__ import annotations

import pytest
from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.expected import credibility, expected_amount, exposure, faded


@pytest.fixture
def spent(spark):
    """Sums by customer of (age in days, amount), in even and in odd weeks."""

    def summed(**customers):
        rows = [("s", who, age, amount) for who, days in customers.items() for age, amount in days]
        lines = spark.createDataFrame(rows, "shop STRING, who STRING, age INT, amount INT")
        halves = {"even": False, "odd": True}
        sums = [faded("amount", F.col("age"), odd=odd).alias(name) for name, odd in halves.items()]
        return lines.groupBy("shop", "who").agg(*sums)

    return summed


def foretold(sums, days=200):
    business = Window.partitionBy("shop")
    amount = expected_amount(F.col("even"), F.col("odd"), days=F.lit(days), business=business)
    trust = credibility(F.col("even"), F.col("odd"), business)
    rows = sums.select("who", trust.alias("trust"), amount.alias("amount")).collect()
    return float(rows[0]["trust"]), {row["who"]: float(row["amount"]) for row in rows}


def test_spend_of_180_days_ago_weighs_half(spent):
    sums = spent(now=[(0, 100)], then=[(180, 100)], week=[(7, 100)]).collect()
    found = {row["who"]: (float(row["even"]), float(row["odd"])) for row in sums}
    assert found["now"] == (100, 0)
    assert found["then"] == (0, 50)
    assert found["week"] == (0, pytest.approx(100 * 0.5 ** (7 / 180), abs=1e-6))


def test_own_spend_counts_as_far_as_even_and_odd_weeks_agree(spent):
    """ρ of the halves is 0.816476, so 0.898967 of a customer's own spend is trusted; 200 days weigh 139.198811."""
    sums = spent(a=[(0, 100), (7, 90)], b=[(1, 50), (8, 60)], c=[(2, 10), (13, 0)], d=[(5, 40), (9, 80)])
    trust, amounts = foretold(sums)
    assert trust == 0.898967
    assert amounts == {"a": 470.18, "b": 282.50, "c": 51.34, "d": 302.60}


def test_where_halves_contradict_each_other_everybody_is_expected_to_spend_the_mean(spent):
    trust, amounts = foretold(spent(a=[(0, 100)], b=[(7, 100)], c=[(0, 50), (7, 50)]))
    assert trust == 0
    assert len(set(amounts.values())) == 1


def test_customers_who_are_all_alike_or_alone_are_expected_to_go_on(spent):
    for sums in (spent(a=[(0, 10), (7, 10)], b=[(0, 10), (7, 10)]), spent(a=[(0, 10), (7, 10)])):
        _, amounts = foretold(sums)
        assert set(amounts.values()) == {pytest.approx(365 * (10 + 10 * 0.5 ** (7 / 180)) / 139.198811, abs=0.01)}


def test_a_young_business_counts_as_six_weeks_old(spark):
    ages = spark.createDataFrame([(n,) for n in (0, 1, 91, 200)], "days INT")
    found = [row[0] for row in ages.select(exposure(F.col("days"))).collect()]
    assert found == pytest.approx([76.618043, 76.618043, 76.618043, 139.198811])
