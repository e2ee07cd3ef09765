"""Sales lines beside their dimensions."""

from __future__ import annotations

from decimal import Decimal

from lakehouse.business import Business, Commission, Loyalty, Tax
from lakehouse.gold.fct_sales import fct_sales

BASE = {
    "sold_on": "2024-03-15",
    "sold_at": "2024-03-15 12:00:00",
    "zone": "UTC",
    "discount_amount": 2,
    "coupon_match_amount": 1,
}


def test_an_unlisted_member_is_unknown_and_a_system_without_a_catalogue_keeps_its_own_keys(rows, assert_rows):
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
    found = fct_sales(sales=sales, products=products, customers=customers, params=Business())
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


def test_a_line_points_at_the_versions_that_held_when_it_was_sold(rows, assert_rows):
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
    found = fct_sales(sales=rows("silver.sales", lines), products=products, customers=customers, params=Business())
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


def test_tax_commission_and_points_follow_the_business(rows, assert_rows):
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
    nobody = rows("silver.customers", [])
    found = fct_sales(sales=sales, products=rows("silver.products", []), customers=nobody, params=params)
    assert_rows(
        found,
        [
            {"order_id": "1", "sold_hour": 8, "tax_amount": "1.09", "commission_amount": "0.327", "loyalty_points": 5},
            {"order_id": "2", "sold_hour": 8, "tax_amount": "-0.545", "commission_amount": "0", "loyalty_points": -5},
            {"order_id": "3", "sold_hour": 8, "tax_amount": "0.4", "commission_amount": "0", "loyalty_points": 0},
        ],
    )
