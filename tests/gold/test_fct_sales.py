"""Sales lines beside their dimensions."""

from __future__ import annotations

from lakehouse.gold.fct_sales import fct_sales

BASE = {"sold_on": "2024-03-15", "discount_amount": 2, "coupon_match_amount": 1}


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
    found = fct_sales(sales=sales, products=products, customers=customers)
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
