"""Customers: one way to write an address or number, and none rather than a broken one."""

from __future__ import annotations

from lakehouse.catalog import rules_of
from lakehouse.quality import verdict, with_helpers
from lakehouse.silver.customers import customers


def test_addresses_and_numbers_are_standardised_and_broken_ones_cleared_without_losing_the_customer(rows, assert_rows):
    delivered = [
        ("C1", "Ann@Shop.Example", "+44 (0)20 7946 0000"),
        ("C2", "ann@shop", "12345"),
        ("C3", "ann.o'neil+x@mail.shop.example", "555-010-9999"),
        ("C4", None, None),
    ]
    named = [{"source": "s", "customer_id": c, "email": e, "phone": p, "_broken": []} for c, e, p in delivered]
    rules = rules_of(customers)
    judged = verdict(with_helpers(customers(rows=rows("silver.customers", named)), rules, {}), rules)
    assert_rows(
        judged.selectExpr("*", "size(_broken) AS broken"),
        [
            {"customer_id": "C1", "email": "ann@shop.example", "phone": "+4402079460000", "broken": 0},
            {"customer_id": "C2", "email": None, "phone": None, "broken": 0},
            {"customer_id": "C3", "email": "ann.o'neil+x@mail.shop.example", "phone": "5550109999", "broken": 0},
            {"customer_id": "C4", "email": None, "phone": None, "broken": 0},
        ],
    )
