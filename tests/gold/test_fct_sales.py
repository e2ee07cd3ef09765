"""Sales lines beside their dimensions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lakehouse.business import Business, Commission, Loyalty, Reporting, Tax
from lakehouse.gold.fct_sales import fct_sales

BASE = {
    "sold_on": "2024-03-15",
    "sold_at": "2024-03-15 12:00:00",
    "zone": "UTC",
    "discount_amount": 2,
    "coupon_match_amount": 1,
}


@pytest.fixture
def nothing(rows):
    """What a business has that neither buys nor lists anything."""
    tables = {"products": "silver.products", "customers": "silver.customers", "costs": "gold.unit_costs"}
    return {name: rows(table, []) for name, table in (tables | {"rates": "gold.daily_rates"}).items()}


def test_an_unlisted_member_is_unknown_and_a_system_without_a_catalogue_keeps_its_own_keys(rows, nothing, assert_rows):
    sales = rows(
        "silver.sales",
        [
            {"order_id": "1", "product_id": "P1", "product_name": "ketle", "customer_id": "C1", **BASE},
            {"order_id": "2", "product_id": "P9", "product_name": "Old mug", "category": "Mugs", **BASE},
            {"order_id": "3", "product_id": None, "customer_id": "C9", "channel": "web", **BASE},
            {"order_id": "4", "system": "market", "product_id": "P1", "customer_id": "C9", **BASE},
        ],
    )
    products = rows("silver.products", [{"product_id": "P1", "product_name": "Kettle", "category": "Kitchen"}])
    customers = rows("silver.customers", [{"customer_id": "C1"}])
    found = fct_sales(**nothing | {"sales": sales, "products": products, "customers": customers}, params=Business())
    assert_rows(
        found,
        [
            {"order_id": "1", "product_key": "P1", "product_id": "P1", "product_name": "Kettle", "category": "Kitchen",
             "customer_key": "C1", "channel": "Unknown", "sold_month": "2024-03-01", "discount_amount": "3"},
            {"order_id": "2", "product_key": "unknown", "product_id": "P9", "product_name": "Old mug",
             "category": "Mugs", "customer_key": "unknown", "channel": "Unknown", "sold_month": "2024-03-01",
             "discount_amount": "3"},
            {"order_id": "3", "product_key": "unknown", "product_id": None, "product_name": None,
             "category": "Unknown", "customer_key": "unknown", "channel": "web", "sold_month": "2024-03-01",
             "discount_amount": "3"},
            {"order_id": "4", "product_key": "P1", "product_id": "P1", "product_name": None, "category": "Unknown",
             "customer_key": "C9", "channel": "Unknown", "sold_month": "2024-03-01", "discount_amount": "3"},
        ],
    )  # fmt: skip


def test_a_line_points_at_the_versions_that_held_when_it_was_sold(rows, nothing, assert_rows):
    version = {"product_id": "P1", "is_current": False}
    products = rows(
        "silver.products",
        [
            {**version, "product_name": "Kettle", "valid_to_at": "2024-03-10 00:00:00"},
            {**version, "product_name": "Jug", "valid_from_at": "2024-03-10 00:00:00",
             "valid_to_at": "2024-03-20 00:00:00"},
            {**version, "is_deleted": True, "valid_from_at": "2024-03-20 00:00:00",
             "valid_to_at": "2024-03-25 00:00:00"},
            {**version, "product_name": "Pot", "valid_from_at": "2024-03-25 00:00:00", "is_current": True},
            {"product_id": "unknown", "product_name": "Nothing"},
        ],
    )  # fmt: skip
    customers = rows("silver.customers", [{"customer_id": "C1", "is_deleted": True}])
    moments = ("2024-03-09 23:59:59", "2024-03-10 00:00:00", "2024-03-20 00:00:00", "2024-03-25 00:00:00")
    lines = [
        {"order_id": str(n), "sold_at": at, "product_id": "P1", "customer_id": "C1"} for n, at in enumerate(moments)
    ]
    lines += [{"order_id": "9", "sold_at": moments[0], "product_id": "unknown", "product_name": "Cup"}]
    sales = rows("silver.sales", lines)
    found = fct_sales(**nothing | {"sales": sales, "products": products, "customers": customers}, params=Business())
    ever = "1900-01-01 00:00:00"
    unknown = {"customer_key": "unknown", "customer_valid_from_at": ever}
    assert_rows(
        found.drop("product_id"),
        [
            {"order_id": order, "product_key": key, "product_valid_from_at": since, "product_name": name, **unknown}
            for order, key, since, name in (
                ("0", "P1", ever, "Kettle"),
                ("1", "P1", "2024-03-10 00:00:00", "Jug"),
                ("2", "unknown", ever, None),
                ("3", "P1", "2024-03-25 00:00:00", "Pot"),
                ("9", "unknown", ever, "Cup"),
            )
        ],
    )


def test_tax_commission_and_points_follow_the_business(rows, nothing, assert_rows):
    line = {**BASE, "zone": "America/New_York", "customer_id": "C1"}
    sales = rows(
        "silver.sales",
        [
            {**line, "order_id": "1", "net_amount": "10.90", "region": "North", "channel": "web"},
            {**line, "order_id": "2", "net_amount": "-10.90", "region": "South", "channel": "store", "is_return": True},
            {**line, "order_id": "3", "net_amount": "5", "tax_amount": "0.4", "region": "North", "customer_id": None},
        ],
    )
    params = Business(
        tax=Tax({"North": Decimal("0.10")}, otherwise=Decimal("0.05")),
        commission=Commission({"web": Decimal("0.03")}),
        loyalty=Loyalty(Decimal("0.5")),
    )
    found = fct_sales(**nothing | {"sales": sales}, params=params)
    assert_rows(
        found,
        [
            {"order_id": "1", "sold_hour": 8, "tax_amount": "1.09", "commission_amount": "0.327", "loyalty_points": 5},
            {"order_id": "2", "sold_hour": 8, "tax_amount": "-0.545", "commission_amount": "0", "loyalty_points": -5},
            {"order_id": "3", "sold_hour": 8, "tax_amount": "0.4", "commission_amount": "0", "loyalty_points": 0},
        ],
    )


def test_a_line_costs_what_the_product_cost_when_it_was_last_received(rows, nothing, assert_rows):
    line = {**BASE, "product_id": "P1", "quantity": 2, "net_amount": 30}
    sales = rows(
        "silver.sales",
        [
            {**line, "order_id": "1", "sold_on": "2024-03-09"},
            {**line, "order_id": "2", "sold_on": "2024-03-10"},
            {**line, "order_id": "3", "sold_on": "2024-03-19"},
            {**line, "order_id": "4", "sold_on": "2024-03-20", "quantity": -1, "net_amount": -15, "is_return": True},
            {**line, "order_id": "5", "sold_on": "2024-03-20", "product_id": "P2"},
            {**line, "order_id": "6", "sold_on": "2024-03-20", "product_id": None},
            {**line, "order_id": "7", "sold_on": "2024-03-20", "system": "market"},
            {**line, "order_id": "8", "sold_on": "2024-03-20", "currency": "GBP"},
        ],
    )
    costs = rows(
        "gold.unit_costs",
        [
            {"product_id": "P1", "received_on": "2024-03-10", "unit_cost": "9.50"},
            {"product_id": "P1", "received_on": "2024-03-20", "unit_cost": "11.00"},
        ],
    )
    found = fct_sales(**nothing | {"sales": sales, "costs": costs}, params=Business())
    assert_rows(
        found,
        [
            {"order_id": order, "unit_cost": unit, "cost_amount": cost, "margin_amount": margin}
            for order, unit, cost, margin in (
                ("1", None, None, None),
                ("2", "9.5", "19", "11"),
                ("3", "9.5", "19", "11"),
                ("4", "11", "-11", "-4"),
                ("5", None, None, None),
                ("6", None, None, None),
                ("7", None, None, None),
                ("8", None, None, None),
            )
        ],
    )


def test_amounts_are_reported_at_the_rate_of_the_day_and_a_foreign_cost_is_turned_by_it(rows, nothing, assert_rows):
    line = {**BASE, "product_id": "P1", "quantity": 1, "net_amount": 100}
    lines = [
        {**line, "order_id": "1", "currency": "EUR"},
        {**line, "order_id": "2", "currency": "USD"},
        {**line, "order_id": "3", "currency": "USD", "sold_on": "2024-03-16"},
        {**line, "order_id": "4", "currency": "CHF"},
        {**line, "order_id": "5", "currency": "GBP"},
    ]
    costs = rows(
        "gold.unit_costs", [{"product_id": "P1", "received_on": "2024-03-01", "unit_cost": 46, "currency": "EUR"}]
    )
    rates = rows(
        "gold.daily_rates",
        [
            {"currency": "USD", "sold_on": "2024-03-15", "rate": "0.92"},
            {"currency": "USD", "sold_on": "2024-03-16", "rate": "0.80"},
            {"currency": "GBP", "sold_on": "2024-03-15", "rate": "1.15"},
        ],
    )
    given = nothing | {"sales": rows("silver.sales", lines), "costs": costs, "rates": rates}
    assert_rows(
        fct_sales(**given, params=Business(reporting=Reporting("EUR"))),
        [
            {"order_id": "1", "reporting_amount": "100", "unit_cost": "46", "margin_amount": "54"},
            {"order_id": "2", "reporting_amount": "92", "unit_cost": "50", "margin_amount": "50"},
            {"order_id": "3", "reporting_amount": "80", "unit_cost": "57.5", "margin_amount": "42.5"},
            {"order_id": "4", "reporting_amount": None, "unit_cost": None, "margin_amount": None},
            {"order_id": "5", "reporting_amount": "115", "unit_cost": "40", "margin_amount": "60"},
        ],
    )
