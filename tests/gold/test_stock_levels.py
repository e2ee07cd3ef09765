"""What is in stock, how many days it lasts, and how urgent it is to order."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from lakehouse.business import AsOf, Business, Stock
from lakehouse.gold.monthly_stock import monthly_stock
from lakehouse.gold.stock_cube import stock_cube
from lakehouse.gold.stock_levels import stock_levels
from lakehouse.gold.stock_month_cube import stock_month_cube

TEN_DAYS = Business(stock=Stock(demand_days=10, critical_days=3, high_days=7, medium_days=14))
APRIL_11 = AsOf({}, date(2024, 4, 11))


def moved(kind: str, quantity: int, on: str, product: str = "P1", location: str = "East") -> dict[str, object]:
    number = f"{kind} {product} {location} {on} {quantity}"
    return {"movement_id": number, "moved_at": f"{on} 12:00:00", "moved_on": on, "kind": kind, "quantity": quantity,
            "product_id": product, "location_id": location}  # fmt: skip


def levels(rows, movements, sold=(), as_of=APRIL_11):
    cube = stock_cube(movements=rows("silver.stock_movements", movements))
    months = monthly_stock(cube=stock_month_cube(cube=cube))
    return stock_levels(
        cube=cube, months=months, sold=rows("gold.daily_products", sold), params=TEN_DAYS, as_of=as_of
    )  # fmt: skip


def test_stock_lasts_as_long_as_its_demand_of_late(rows, assert_rows):
    found = levels(
        rows,
        [
            moved("receipt", 100, "2024-02-01"),
            moved("sale", -60, "2024-03-31"),
            moved("sale", -10, "2024-04-01"),
            moved("sale", -10, "2024-04-05"),
            moved("count", 6, "2024-04-06"),
            moved("sale", -2, "2024-04-10"),
            moved("sale", -3, "2024-04-11"),
            moved("receipt", 14, "2024-04-06", product="P2"),
            moved("sale", -4, "2024-04-08", product="P2"),
            moved("receipt", 5, "2024-04-06", product="P3"),
            moved("sale", -8, "2024-04-10", product="P4"),
            moved("receipt", 9, "2024-04-11", product="P5"),
            moved("return", 2, "2024-04-02", product="P6"),
            moved("write_off", -2, "2024-04-02", product="P7"),
        ],
    )
    assert_rows(
        found,
        [
            # 22 units in 10 days: mean 2.2, and (10² + 10² + 2² - 22²/10) / 9 = 17.288...
            {"product_id": "P1", "stock_units": 4, "daily_demand_units": "2.2", "demand_spread_units": "4.158",
             "days_of_cover": "1.818", "urgency": "critical", "is_negative": False, "last_counted_on": "2024-04-06",
             "first_moved_on": "2024-02-01", "last_moved_on": "2024-04-10"},
            # known for 5 days: 4 units in them, (4² - 4²/5) / 4 = 3.2
            {"product_id": "P2", "stock_units": 10, "daily_demand_units": "0.8", "demand_spread_units": "1.789",
             "days_of_cover": "12.5", "urgency": "medium", "is_negative": False, "last_counted_on": None,
             "first_moved_on": "2024-04-06", "last_moved_on": "2024-04-08"},
            {"product_id": "P3", "stock_units": 5, "daily_demand_units": 0, "demand_spread_units": 0,
             "days_of_cover": None, "urgency": "low", "is_negative": False, "last_counted_on": None,
             "first_moved_on": "2024-04-06", "last_moved_on": "2024-04-06"},
            {"product_id": "P4", "stock_units": -8, "daily_demand_units": 8, "demand_spread_units": 0,
             "days_of_cover": 0, "urgency": "critical", "is_negative": True, "last_counted_on": None,
             "first_moved_on": "2024-04-10", "last_moved_on": "2024-04-10"},
            {"product_id": "P6", "stock_units": 2, "daily_demand_units": 0, "demand_spread_units": 0,
             "days_of_cover": None, "urgency": "low", "is_negative": False, "last_counted_on": None,
             "first_moved_on": "2024-04-02", "last_moved_on": "2024-04-02"},
            {"product_id": "P7", "stock_units": -2, "daily_demand_units": 0, "demand_spread_units": 0,
             "days_of_cover": None, "urgency": "low", "is_negative": True, "last_counted_on": None,
             "first_moved_on": "2024-04-02", "last_moved_on": "2024-04-02"},
        ],
    )  # fmt: skip


def test_a_business_whose_movements_tell_of_no_sale_has_the_demand_of_its_sales(rows, assert_rows):
    sold = {"sold_on": "2024-04-05", "product_key": "P1", "sold_units": 20}
    found = levels(
        rows,
        [moved("receipt", 2, "2024-02-01"), moved("receipt", 8, "2024-03-31", location="West")],
        [sold, sold | {"sold_on": "2024-04-11"}, sold | {"system": "market"}, sold | {"product_key": "P9"}],
    )
    # 20 units on one of 10 days: mean 2, spread √((400 - 40) / 9) = 6.3246; of each of two places 1 and 6.3246 / √2
    assert_rows(
        found,
        [
            {"location_id": "East", "daily_demand_units": 1, "demand_spread_units": "4.472", "urgency": "critical"},
            {"location_id": "West", "daily_demand_units": 1, "demand_spread_units": "4.472", "urgency": "medium"},
        ],
    )


def test_the_sales_of_a_young_product_are_spread_over_the_days_it_is_known(rows, assert_rows):
    sold = {"sold_on": "2024-04-09", "product_key": "P1", "sold_units": 20}
    found = levels(
        rows,
        [moved("receipt", 9, "2024-04-07"), moved("receipt", 9, "2024-04-10", location="West"),
         moved("receipt", 9, "2024-04-10", product="P2")],
        [sold, sold | {"product_key": "P2", "sold_on": "2024-04-06"}],
    )  # fmt: skip
    # P1 is known for 4 days, in two places: √((400 - 100) / 3) / √2; P2 was sold the day before P1 came: 5 days
    assert_rows(
        found,
        [
            {"product_id": "P1", "location_id": "East", "daily_demand_units": "2.5", "demand_spread_units": "7.071"},
            {"product_id": "P1", "location_id": "West", "daily_demand_units": "2.5", "demand_spread_units": "7.071"},
            {"product_id": "P2", "location_id": "East", "daily_demand_units": 4, "demand_spread_units": "8.944"},
        ],
    )


def test_every_business_is_judged_on_its_own_day(rows, assert_rows):
    sales = [moved("receipt", 9, "2024-01-31"), moved("sale", -1, "2024-02-01"), moved("sale", -1, "2024-03-02")]
    found = levels(
        rows,
        [*sales, *(sale | {"system": "market"} for sale in sales)],
        as_of=AsOf({"market": date(2024, 2, 2)}, date(2024, 3, 3)),
    )
    assert_rows(
        found,
        [
            {"system": "shop", "as_of_on": "2024-03-03", "stock_units": 7, "daily_demand_units": "0.1"},
            {"system": "market", "as_of_on": "2024-02-02", "stock_units": 8, "daily_demand_units": "0.5"},
        ],
    )


def story(seed: int) -> list[dict[str, object]]:
    """Movements of one item over three months, many of one moment, with counts here and there."""
    chance = random.Random(seed)
    kinds = [("receipt", 1), ("sale", -1), ("sale", -1), ("return", 1), ("write_off", -1), ("count", 1)]
    told = []
    for number in range(chance.randint(1, 14)):
        kind, sign = chance.choice(kinds)
        at = datetime(2024, 1, 28, tzinfo=UTC) + timedelta(hours=12 * chance.randint(0, 150))
        told.append({
            "movement_id": f"{chance.randint(0, 99):02d}-{number}", "moved_at": f"{at:%Y-%m-%d %H:%M:%S}",
            "moved_on": f"{at:%Y-%m-%d}", "kind": kind, "quantity": sign * chance.randint(0, 20),
            "product_id": f"P{seed}", "location_id": "East",
        })  # fmt: skip
    return told


def replayed(log: list[dict[str, object]], until: str) -> Decimal | None:
    """Go through the log in order; None before the first movement."""
    level = None
    for each in sorted(log, key=lambda one: (one["moved_at"], one["movement_id"])):
        if str(each["moved_on"]) < until:
            level = each["quantity"] if each["kind"] == "count" else (level or 0) + each["quantity"]
    return None if level is None else Decimal(level)


def test_levels_are_those_of_a_replay_of_the_log_in_order_whatever_order_it_arrived_in(rows):
    stories = {f"P{seed}": story(seed) for seed in range(150)}
    arrived = [each for log in stories.values() for each in log]
    random.Random(7).shuffle(arrived)
    cube = stock_cube(movements=rows("silver.stock_movements", arrived)).localCheckpoint()
    months = monthly_stock(cube=stock_month_cube(cube=cube)).localCheckpoint()
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    days = ("2024-01-28", "2024-02-01", "2024-02-17", "2024-03-01", "2024-04-30")
    for day in days:
        as_of = AsOf({}, date.fromisoformat(day))
        none_sold = rows("gold.daily_products", [])
        levels = stock_levels(cube=cube, months=months, sold=none_sold, params=TEN_DAYS, as_of=as_of)
        found[day] = {row["product_id"]: row["stock_units"] for row in levels.collect()}
    for day in days:
        wanted = {product: replayed(log, day) for product, log in stories.items()}
        assert found[day] == {product: level for product, level in wanted.items() if level is not None}
    ends = {(row["product_id"], str(row["moved_month"])): row["closing_units"] for row in months.collect()}
    following = {
        "2024-01-01": "2024-02-01",
        "2024-02-01": "2024-03-01",
        "2024-03-01": "2024-04-01",
        "2024-04-01": "2024-05-01",
    }
    assert len(ends) > 300
    assert ends == {(product, month): replayed(stories[product], following[month]) for product, month in ends}
