"""Products: taken as delivered, but a price below zero is none."""

from __future__ import annotations

from lakehouse.catalog import rules_of
from lakehouse.quality import verdict, with_helpers
from lakehouse.silver.products import products


def test_a_product_stays_as_delivered_and_a_negative_price_is_not_let_through(rows, assert_rows):
    delivered = rows(
        "silver.products",
        [
            {"source": "s", "product_id": "P1", "product_name": "Kettle", "unit_price": "24.50", "_broken": []},
            {"source": "s", "product_id": "P2", "product_name": "Mug", "unit_price": None, "_broken": []},
            {"source": "s", "product_id": "P3", "product_name": None, "unit_price": "-0.01", "_broken": []},
            {"source": "s", "product_id": None, "product_name": "Lid", "unit_price": "0", "_broken": []},
        ],
    )
    rules = rules_of(products)
    judged = verdict(with_helpers(products(rows=delivered), rules, {}), rules)
    assert_rows(
        judged.selectExpr("*", "array_join(_broken, ',') AS broke"),
        [
            {"product_id": "P1", "product_name": "Kettle", "unit_price": "24.5", "broke": ""},
            {"product_id": "P2", "product_name": "Mug", "unit_price": None, "broke": ""},
            {"product_id": "P3", "product_name": None, "unit_price": "-0.01", "broke": "price_not_negative"},
            {"product_id": None, "product_name": "Lid", "unit_price": "0", "broke": "product_id.not_null"},
        ],
    )
