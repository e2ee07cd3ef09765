"""What each product will sell."""

from __future__ import annotations

from datetime import date, timedelta

from lakehouse.business import AsOf, Business
from lakehouse.gold.demand_forecast import demand_forecast

TODAY = date(2024, 6, 3)
AS_OF = AsOf({"market": date(2024, 5, 1)}, TODAY)


def sold(product: str, days_ago: int, units: int, **other: object) -> dict[str, object]:
    day = TODAY - timedelta(days=days_ago)
    return {"product_key": product, "sold_on": str(day), "sold_units": units, "category": "Kitchen"} | other


def told(rows, days):
    return demand_forecast(days=rows("gold.daily_products", days), params=Business(), as_of=AS_OF)


def test_a_day_and_a_week_are_foretold_with_a_band_and_the_past_stands_beside(rows, assert_rows):
    days = [sold("kettle", ago, 1, currency=currency) for ago in range(1, 71) for currency in ("EUR", "USD")]
    later = [sold("kettle", 0, 99), sold("kettle", -1, 99)]
    found = told(rows, [*days, *later])
    edges = ["2024-04-08", "2024-06-03", "2024-06-24", "2024-06-30"]
    assert_rows(
        found.where(found.forecast_on.isin(edges)).orderBy("forecast_on"),
        [
            {"granularity": "day", "forecast_on": "2024-04-08", "is_history": True, "units": 2, "low_units": None,
             "high_units": None, "actual_units": 2},
            {"granularity": "week", "forecast_on": "2024-04-08", "is_history": True, "units": 14, "low_units": None,
             "high_units": None, "actual_units": 14},
            {"granularity": "day", "forecast_on": "2024-06-03", "is_history": False, "units": 2, "low_units": 2,
             "high_units": 2, "actual_units": None},
            {"granularity": "week", "forecast_on": "2024-06-03", "is_history": False, "units": 14, "low_units": 14,
             "high_units": 14, "actual_units": None},
            {"granularity": "day", "forecast_on": "2024-06-24", "is_history": False, "units": 2, "low_units": 2,
             "high_units": 2, "actual_units": None},
            {"granularity": "week", "forecast_on": "2024-06-24", "is_history": False, "units": 14, "low_units": 14,
             "high_units": 14, "actual_units": None},
            {"granularity": "day", "forecast_on": "2024-06-30", "is_history": False, "units": 2, "low_units": 2,
             "high_units": 2, "actual_units": None},
        ],
    )  # fmt: skip


def test_what_sold_seldom_has_weeks_alone_and_what_is_no_product_has_none(rows, assert_rows):
    days = [
        sold("teapot", 3, 8),
        sold("teapot", 2, 0, returned_units=50),
        sold("vase", 5, 0, returned_units=1),
        sold("lamp", 900, 7),
        sold("bowl", -2, 4),
        sold("POST", 1, 1, is_product=False),
        sold("unknown", 1, 1),
        sold("teapot", 40, 16, system="market"),
    ]
    found = told(rows, days)
    first = found.where(found.forecast_on.isin([TODAY, date(2024, 5, 1)]))
    assert found.where("granularity = 'day' OR is_history").isEmpty()
    assert_rows(
        first,
        [
            {"system": "shop", "product_key": "teapot", "units": 1, "high_units": 8, "method": "mean week"},
            {"system": "shop", "product_key": "vase", "units": 0, "high_units": 0, "method": "no sale"},
            {"system": "shop", "product_key": "lamp", "units": 0, "high_units": 0, "method": "no sale"},
            {"system": "shop", "product_key": "bowl", "units": 0, "high_units": 0, "method": "no sale"},
            {"system": "market", "product_key": "teapot", "units": 2, "high_units": 16, "method": "mean week"},
        ],
    )


def test_neither_the_order_of_rows_nor_their_parts_matter(rows):
    days = [
        sold(f"p{p}", ago, (ago * p) % 7, currency="EUR" if ago % 2 else "USD")
        for p in range(8)
        for ago in range(1, 90)
    ]
    cube = rows("gold.daily_products", days)
    one, other = (
        demand_forecast(days=each, params=Business(), as_of=AS_OF)
        .orderBy("product_key", "granularity", "forecast_on")
        .collect()
        for each in (cube, cube.orderBy("sold_units", "sold_on").repartition(3, "sold_on"))
    )
    assert len(one) == 6 * (56 + 28 + 12 + 4) + 2 * 4, "p0 and p7 sell nothing"
    assert one == other


def test_demand_beyond_all_measure_breaks_nothing(rows):
    most = "999999999999999.999"
    days = [sold("kettle", ago, most) for ago in range(1, 80)] + [sold("vase", 1, most)]
    found = told(rows, days)
    assert found.where("units IS NULL").select("method").distinct().collect() == []
