"""Products over time."""

from __future__ import annotations

from lakehouse.gold.dim_product import dim_product

EVER, RENAMED = "1900-01-01 00:00:00", "2024-03-10 00:00:00"


def test_every_version_is_a_member_and_each_system_has_one_that_is_unknown(rows, assert_rows):
    product = {"product_id": "P1", "unit_price": "24.50"}
    products = rows(
        "silver.products",
        [
            {**product, "product_name": "Kettle", "valid_to_at": RENAMED, "is_current": False},
            {**product, "product_name": "Jug", "valid_from_at": RENAMED},
            {"product_id": "P2", "is_deleted": True, "is_current": False},
        ],
    )
    listed = {"system": "shop", "product_key": "P1", "product_id": "P1", "unit_price": "24.5", "currency": "USD"}
    assert_rows(
        dim_product(products=products),
        [
            {**listed, "product_name": "Kettle", "valid_from_at": EVER, "valid_to_at": RENAMED, "is_current": False},
            {**listed, "product_name": "Jug", "valid_from_at": RENAMED, "valid_to_at": None, "is_current": True},
            {
                "system": "shop",
                "product_key": "unknown",
                "product_id": None,
                "unit_price": None,
                "currency": None,
                "product_name": None,
                "valid_from_at": EVER,
                "valid_to_at": None,
                "is_current": True,
            },
        ],
    )
