"""Sales lines: signs, amounts, business days, and what is not let through."""

from __future__ import annotations

import pytest

from lakehouse.catalog import load_catalog, rules_of
from lakehouse.quality import verdict, with_helpers
from lakehouse.silver.sales import sales

AMOUNTS = {
    "price": ({"quantity": 2, "unit_price": 10}, ("2", "10", "20", "0", "20")),
    "price and rate": ({"quantity": 2, "unit_price": 10, "discount_rate": "0.1"}, ("2", "10", "20", "2", "18")),
    "net and rate": ({"quantity": 2, "net_amount": 18, "discount_rate": "0.1"}, ("2", "10", "20", "2", "18")),
    "net and discount": ({"quantity": 4, "net_amount": 18, "discount_amount": 2}, ("4", "5", "20", "2", "18")),
    "net alone": ({"quantity": 4, "net_amount": 20}, ("4", "5", "20", "0", "20")),
    "gross alone": ({"quantity": 4, "gross_amount": 20}, ("4", "5", "20", "0", "20")),
    "gross and net": ({"quantity": 1, "gross_amount": 20, "net_amount": 15}, ("1", "20", "20", "5", "15")),
    "match": ({"quantity": 1, "unit_price": 10, "coupon_match_amount": 1}, ("1", "10", "10", "0", "9")),
    "maker's coupon": ({"quantity": 1, "unit_price": 10, "coupon_amount": 3}, ("1", "10", "10", "0", "10")),
    "no quantity": ({"unit_price": 5, "gross_amount": 20}, ("4", "5", "20", "0", "20")),
    "no quantity, net": ({"unit_price": 5, "net_amount": 20}, ("4", "5", "20", "0", "20")),
    "quantity 0": ({"quantity": 0, "gross_amount": 20}, ("0", None, "20", "0", "20")),
    "amount delivered": (
        {"quantity": 3, "unit_price": "3.33", "gross_amount": 10}, ("3", "3.33", "10", "0", "10")
    ),
    "third": ({"quantity": 3, "net_amount": 10}, ("3", "3.3333", "10", "0", "10")),
    "nothing": ({}, (None, None, None, "0", None)),
}  # fmt: skip
MEASURES = ("quantity", "unit_price", "gross_amount", "discount_amount", "net_amount")

RETURNS = {
    "delivered positive": ({"quantity": 2, "unit_price": 10, "is_return": True}, ("-2", "-20", "0", "-20")),
    "delivered negative": ({"quantity": -2, "unit_price": 10, "is_return": True}, ("-2", "-20", "0", "-20")),
    "amount positive": ({"quantity": 1, "net_amount": "7.50", "is_return": True}, ("-1", "-7.5", "0", "-7.5")),
    "discounted": (
        {"quantity": 2, "unit_price": 10, "discount_amount": 2, "is_return": True}, ("-2", "-20", "-2", "-18")
    ),
    "not marked": ({"quantity": -1, "unit_price": 10, "is_return": None}, ("-1", "-10", "0", "-10")),
}  # fmt: skip

GOOD = {"line_id": "1", "sold_at": "2024-03-01 12:00:00", "zone": "UTC", "source": "feed", "customer_id": "C1",
        "product_id": "P1", "quantity": 2, "unit_price": 10}  # fmt: skip
DEFECTS = {
    "good": ({}, []),
    "no order": ({"order_id": None}, ["order_id.not_null"]),
    "no moment": ({"sold_at": None}, ["sold_at.not_null", "sold_on.not_null"]),
    "no amount": ({"unit_price": None}, ["gross_amount.not_null", "net_amount.not_null"]),
    "no quantity": (
        {"quantity": None}, ["gross_amount.not_null", "net_amount.not_null", "quantity.not_null"]
    ),
    "negative price": ({"unit_price": -1}, ["price_not_negative"]),
    "discount of 101 %": ({"discount_rate": "1.01"}, ["discount_rate.between"]),
    "unmarked return": ({"quantity": -1}, ["returns_are_marked"]),
    "marked return": ({"quantity": -1, "is_return": True}, []),
    "year 1900": ({"sold_at": "1900-01-01 00:00:00"}, ["sold_at_plausible"]),
    "quantity 0": ({"quantity": 0}, []),
    "free": ({"unit_price": 0}, []),
    "unknown customer and product": ({"customer_id": "C9", "product_id": "P9"}, []),
    "nobody": ({"customer_id": None}, []),
    "no currency that there is": ({"currency": "<b>"}, []),
    "not readable, derived": (
        {"quantity": None, "net_amount": 5, "_broken": ["quantity.parses"]}, ["quantity.parses"]
    ),
}  # fmt: skip


def test_what_was_not_delivered_is_derived_and_what_was_delivered_stays(rows, assert_rows):
    lines = rows("silver.sales", [{"order_id": name, **line} for name, (line, _) in AMOUNTS.items()])
    expected = [{"order_id": name, **dict(zip(MEASURES, want, strict=True))} for name, (_, want) in AMOUNTS.items()]
    assert_rows(sales(rows=lines), expected)


def test_a_return_is_negative_however_it_was_delivered(rows, assert_rows):
    lines = rows("silver.sales", [{"order_id": name, **line} for name, (line, _) in RETURNS.items()])
    shown = ("quantity", "gross_amount", "discount_amount", "net_amount")
    expected = [
        {"order_id": name, "is_return": name != "not marked", **dict(zip(shown, want, strict=True))}
        for name, (_, want) in RETURNS.items()
    ]
    assert_rows(sales(rows=lines), expected)


def test_the_business_day_is_that_of_the_shop_and_a_line_without_region_is_unknown(rows, assert_rows):
    moments = [
        {"sold_at": "2024-03-01 23:30:00", "zone": "Europe/London", "region": "North"},
        {"sold_at": "2024-03-01 23:30:00", "zone": "Europe/Berlin", "region": None},
        {"sold_at": "2024-03-02 03:00:00", "zone": "America/New_York", "region": None},
        {"sold_at": "2024-06-30 23:30:00", "zone": "Europe/London", "region": None},
        {"sold_at": None, "zone": "UTC", "region": None},
    ]
    assert_rows(
        sales(rows=rows("silver.sales", moments)),
        [
            {"zone": "Europe/London", "sold_on": "2024-03-01", "region": "North"},
            {"zone": "Europe/Berlin", "sold_on": "2024-03-02", "region": "Unknown"},
            {"zone": "America/New_York", "sold_on": "2024-03-01", "region": "Unknown"},
            {"zone": "Europe/London", "sold_on": "2024-07-01", "region": "Unknown"},
            {"zone": "UTC", "sold_on": None, "region": "Unknown"},
        ],
    )


@pytest.fixture
def judged(rows):
    lines = [{"order_id": name, "store_id": name, "region": "x", "_broken": [], **GOOD, **change}
             for name, (change, _) in DEFECTS.items()]  # fmt: skip
    catalogue = {
        "silver.products": rows("silver.products", [{"product_id": "P1"}]),
        "silver.customers": rows("silver.customers", [{"customer_id": "C1"}]),
    }
    rules = rules_of(load_catalog().table("silver.sales"))
    return verdict(with_helpers(sales(rows=rows("silver.sales", lines)), rules, catalogue), rules)


def test_a_currency_that_is_no_code_is_warned_of():
    rules = {rule.id: rule for rule in rules_of(sales)}
    assert (rules["currency.matches"].severity, rules["currency.matches"].good) == (
        "warn",
        "currency RLIKE '^[A-Z]{3}$'",
    )


def test_each_defect_breaks_the_rules_that_name_it_and_warnings_route_nothing(judged):
    found = {row["store_id"]: sorted(row["_broken"]) for row in judged.select("store_id", "_broken").collect()}
    assert found == {name: broken for name, (_, broken) in DEFECTS.items()}
