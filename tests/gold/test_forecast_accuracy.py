"""How good the demand forecast is."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from pyspark.sql import functions as F

from lakehouse.business import AsOf, Business
from lakehouse.gold.forecast_accuracy import forecast_accuracy

TODAY = date(2024, 6, 3)
AS_OF = AsOf({}, TODAY)


def cube(rows, demand, **other):
    """Days of `{product: units of each day, the last one day before TODAY}`."""
    days = [
        {"product_key": product, "sold_on": str(TODAY - timedelta(days=ago)), "sold_units": int(units),
         "category": "Mugs", **other.get(product, {})}
        for product, sales in demand.items()
        for ago, units in enumerate(reversed(sales), start=1)
    ]  # fmt: skip
    return rows("gold.daily_products", days)


def test_each_method_is_held_against_what_followed(rows, assert_rows):
    rising = [week for week in range(30) for _ in range(7)]  # one a day more each week: repeating a week misses 1 to 4
    demand = {"cup": rising, "vase": [1], "POST": [5] * 300}
    kinds = {"vase": {"category": "Vases"}, "POST": {"is_product": False, "category": "Fees"}}
    found = forecast_accuracy(days=cube(rows, demand, **kinds), params=Business(), as_of=AS_OF)
    sold = sum(7 * week for week in range(18, 30))
    same = {"series": 1, "cuts": 3, "points": 84, "actual_units": sold, "band_coverage": None, "is_better": None}
    assert_rows(
        found.where("granularity = 'day' AND method <> 'chosen' AND category <> 'Vases'").withColumn(
            "wape", F.round("wape", 4)
        ),
        [
            {"category": category, "method": method, "mase": mase, "wape": f"{84 * mase / sold:.4f}", **same}
            for category in ("all", "Mugs")
            for method, mase in (("seasonal naive", 2.5), ("mean of 8 weeks", 6))
        ],
    )
    chosen = {(row.category, row.granularity): row for row in found.where("method = 'chosen'").collect()}
    assert {key: row.is_better for key, row in chosen.items()} == {
        ("all", "day"): True, ("all", "week"): True, ("Mugs", "day"): True, ("Mugs", "week"): True,
        ("Vases", "day"): None, ("Vases", "week"): None,
    }  # fmt: skip
    assert chosen["Vases", "day"].series == 0
    assert chosen["all", "week"].points == 12


def test_a_forecast_that_is_not_better_says_so(rows):
    pulse = [0, 0, 0, 9, 0, 0, 0] * 40
    found = forecast_accuracy(days=cube(rows, {"cup": pulse}), params=Business(), as_of=AS_OF)
    told = found.where("method = 'chosen' AND category = 'all'").select("wape", "is_better").collect()
    assert [tuple(row) for row in told] == [(0, False), (0, False)], "repeating a week was right already"
    rule = next(rule for rule in forecast_accuracy.rules if rule.id == "chosen.beats_both")
    assert rule.severity == "warn"
    assert found.where(f"NOT ({rule.helper.condition})").select("method").distinct().collect() == [("chosen",)]


def test_it_is_better_on_demand_with_a_weekday_and_noise(rows):
    chance = np.random.default_rng(3)
    weekday = np.tile([1.0, 1, 1, 1, 1.5, 2.5, 2], 40)
    demand = {f"p{n}": chance.poisson(weekday * (n % 5 + 1)) for n in range(20)}
    found = forecast_accuracy(days=cube(rows, demand), params=Business(), as_of=AS_OF)
    chosen = found.where("method = 'chosen' AND category = 'all' AND granularity = 'day'").collect()[0]
    assert chosen.is_better
    assert 0.7 < chosen.band_coverage < 0.9
