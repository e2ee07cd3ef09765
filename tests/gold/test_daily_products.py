"""What each product sold each day."""

from __future__ import annotations

from lakehouse.gold.daily_products import daily_products

DAY = {"sold_on": "2024-03-01", "product_key": "P1", "category": "Kitchen"}


def test_what_was_sold_and_what_was_taken_back_stand_apart(rows, assert_rows):
    lines = rows(
        "gold.fct_sales",
        [
            {**DAY, "quantity": 3, "net_amount": 30},
            {**DAY, "quantity": 1, "net_amount": 9, "category": "Mugs"},
            {**DAY, "quantity": -2, "net_amount": -20, "is_return": True},
            {**DAY, "quantity": 1, "net_amount": 4, "product_key": "POST", "is_product": False},
        ],
    )
    assert_rows(
        daily_products(lines=lines),
        [
            {"product_key": "P1", "category": "Mugs", "is_product": True, "lines": 3, "sold_units": 4,
             "returned_units": 2, "sold_amount": 39, "returned_amount": -20, "units": 2, "net_amount": 19},
            {"product_key": "POST", "category": "Kitchen", "is_product": False, "lines": 1, "sold_units": 1,
             "returned_units": 0, "sold_amount": 4, "returned_amount": 0, "units": 1, "net_amount": 4},
        ],
    )  # fmt: skip
