"""How to reach customers, and who can not be."""

from __future__ import annotations

from lakehouse.gold.customer_contacts import customer_contacts

MOVED = "2024-03-10 00:00:00"


def test_the_version_that_holds_now_is_named_and_whoever_left_is_not(rows, assert_rows):
    ann = {"customer_id": "C1", "full_name": "Ann Bell", "phone": "+4912345678"}
    customers = rows(
        "silver.customers",
        [
            {**ann, "email": "old@shop.example", "valid_to_at": MOVED, "is_current": False},
            {**ann, "email": "ann@shop.example", "valid_from_at": MOVED},
            {"customer_id": "C2", "full_name": "Bob Lee", "is_deleted": True},
            {"customer_id": "unknown", "full_name": "Nobody"},
            {"customer_id": "C1", "full_name": "Cat Low", "system": "market"},
        ],
    )
    assert_rows(
        customer_contacts(customers=customers),
        [
            {"system": "shop", "customer_key": "C1", "full_name": "Ann Bell", "email": "ann@shop.example",
             "phone": "+4912345678"},
            {"system": "market", "customer_key": "C1", "full_name": "Cat Low", "email": None, "phone": None},
        ],
    )  # fmt: skip
