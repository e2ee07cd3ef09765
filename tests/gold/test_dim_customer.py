"""Customers over time, without a name."""

from __future__ import annotations

from lakehouse.gold.dim_customer import dim_customer

EVER, MOVED, LEFT = "1900-01-01 00:00:00", "2024-03-10 00:00:00", "2024-03-20 00:00:00"


def test_every_version_is_a_member_a_deletion_is_none_and_each_system_has_one_that_is_unknown(rows, assert_rows):
    ann = {"customer_id": "C1", "full_name": " Ann van der  Bell", "email": "ann@shop.example", "is_current": False}
    customers = rows(
        "silver.customers",
        [
            {**ann, "city": "Northport", "valid_to_at": MOVED},
            {**ann, "city": "Midvale", "valid_from_at": MOVED, "valid_to_at": LEFT},
            {"customer_id": "C1", "is_deleted": True, "is_current": False, "valid_from_at": LEFT},
            {"customer_id": "unknown", "full_name": "Nobody"},
            {"customer_id": "H1", "system": "market"},
        ],
    )
    said = {"initials": "A.V.D.B.", "is_current": False, "customer_id": "C1", "customer_key": "C1", "system": "shop"}
    other = {"initials": None, "is_current": True, "valid_from_at": EVER, "valid_to_at": None, "city": None}
    unknown = {**other, "customer_key": "unknown", "customer_id": None}
    found = dim_customer(customers=customers)
    assert_rows(
        found,
        [
            {**said, "city": "Northport", "valid_from_at": EVER, "valid_to_at": MOVED},
            {**said, "city": "Midvale", "valid_from_at": MOVED, "valid_to_at": LEFT},
            {**other, "customer_key": "H1", "customer_id": "H1", "system": "market"},
            {**unknown, "system": "shop"},
            {**unknown, "system": "market"},
        ],
    )
    hashes = {row["email_hash"] for row in found.select("email_hash").collect()}
    assert hashes == {None, "6a0bf011a1fc1e9a8add1728704b8ddb5d9d2701ae295a65452d9f1f1cf91be5"}
