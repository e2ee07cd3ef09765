from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dashboards import data
from dashboards.data import Slice
from tests.dashboards.practice_lake import SHOPS, add_release, add_sales, line

FIRST, SECOND, THIRD = date(2024, 3, 1), date(2024, 3, 2), date(2024, 3, 3)
ALL = Slice("shop", "USD", FIRST, THIRD)


@pytest.fixture
def released(empty, lake):
    lines = [
        line("1", FIRST, net="90.00", discount="10.00", product="Lamp", category="Home", channel="Online"),
        line("1", FIRST, net="20.00", product="Kite", channel="Store"),
        line("2", FIRST, net="30.00", product="Kite", region="Coeur d'Alene", quantity=2),
        line("3", THIRD, net="-20.00", product="Kite", quantity=-1),
        line("4", THIRD, net="7.00", product="Postage") | {"is_product": False},
        line("5", THIRD, net="99.00", shop=SHOPS[1]),
    ]
    add_release(lake, add_sales(lake, lines), at=datetime(2024, 3, 4, tzinfo=UTC))
    return data.newest(empty)


def test_days_have_every_sum_and_days_without_sales_are_zero(released):
    days = data.daily(released, ALL)
    assert [day.on for day in days] == [FIRST, SECOND, THIRD]
    assert [day.net for day in days] == [140.0, 0.0, -13.0]
    assert [day.orders for day in days] == [2, 0, 1], "an order that only takes goods back is none"
    assert (days[0].gross, days[0].discount, days[0].units, days[0].lines) == (150.0, 10.0, 4.0, 3)
    assert days[2].returned == -20.0


def test_a_region_filter_counts_orders_and_takes_any_name(released):
    days = data.daily(released, replace(ALL, regions=("Coeur d'Alene",)))
    assert (days[0].net, days[0].orders) == (30.0, 1)


def test_a_channel_filter_gives_no_orders(released):
    days = data.daily(released, replace(ALL, channels=("Online",)))
    assert (days[0].net, days[0].orders) == (90.0, None)


def test_businesses_and_currencies_are_never_added_together(released):
    assert [(one.system, one.currency) for one in data.businesses(released)] == [("shop", "USD"), ("giftware", "GBP")]
    assert [day.net for day in data.daily(released, replace(ALL, system="giftware", currency="GBP"))] == [
        0.0,
        0.0,
        99.0,
    ]
    assert [day.net for day in data.daily(released, replace(ALL, system="giftware"))] == [0.0, 0.0, 0.0]


def test_totals_come_largest_first(released):
    assert data.totals_by(released, ALL, "category") == (("Home", 90.0), ("Toys", 37.0))
    assert data.daily_by(released, ALL, "region") == {"North": (110.0, 0.0, -13.0), "Coeur d'Alene": (30.0, 0.0, 0.0)}


def test_products_obey_every_filter_and_postage_is_none(released):
    found = data.top_products(released, ALL, replace(ALL, start=FIRST, end=FIRST))
    assert [(one.name, one.net, one.before) for one in found] == [("Lamp", 90.0, 90.0), ("Kite", 30.0, 50.0)]
    assert found[1].weeks == (0.0,) * 11 + (30.0,)
    online = data.top_products(released, replace(ALL, channels=("Online",)), None)
    assert [(one.name, one.before) for one in online] == [("Lamp", None)]
    assert data.top_products(released, replace(ALL, regions=("Nowhere",)), None) == ()
