"""What each order held."""

from __future__ import annotations

from lakehouse.gold.basket_cube import basket_cube

DAY = {"sold_on": "2024-03-01", "quantity": 1, "net_amount": 5}


def test_a_basket_names_each_known_product_once_and_sums_what_was_sold(rows, assert_rows):
    lines = rows(
        "gold.fct_sales",
        [
            {"order_id": "1", "product_key": "P2", **DAY},
            {"order_id": "1", "product_key": 'P"1', **DAY},
            {"order_id": "1", "product_key": "P2", **DAY, "quantity": 2},
            {"order_id": "1", "product_key": "P3", **DAY, "quantity": -1, "net_amount": -5, "is_return": True},
            {"order_id": "1", "product_key": "POST", **DAY, "is_product": False},
            {"order_id": "2", "product_key": "unknown", **DAY},
            {"order_id": "3", "product_key": "POST", **DAY, "is_product": False},
        ],
    )
    assert_rows(
        basket_cube(lines=lines),
        [
            {"order_id": "1", "product_keys": '["P\\"1","P2"]', "lines": 3, "units": 4, "net_amount": 15},
            {"order_id": "2", "product_keys": "[]", "lines": 1, "units": 1, "net_amount": 5},
        ],
    )
