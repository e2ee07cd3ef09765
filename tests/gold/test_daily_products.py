"""What each product sold each day."""

from __future__ import annotations

from lakehouse.gold.daily_products import daily_products

DAY = {"sold_on": "2024-03-01", "product_key": "P1", "category": "Kitchen"}


def test_what_was_sold_and_what_was_taken_back_stand_apart(rows, assert_rows):
    lines = rows(
        "gold.fct_sales",
        [
            {**DAY, "quantity": 3, "net_amount": 30},
            {**DAY, "quantity": -2, "net_amount": -20, "is_return": True},
            {**DAY, "quantity": 1, "net_amount": 4, "product_key": "POST", "is_product": False},
        ],
    )
    assert_rows(
        daily_products(lines=lines),
        [
            {"product_key": "P1", "category": "Kitchen", "is_product": True, "lines": 2, "sold_units": 3,
             "returned_units": 2, "sold_amount": 30, "returned_amount": -20, "units": 1, "net_amount": 10},
            {"product_key": "POST", "category": "Kitchen", "is_product": False, "lines": 1, "sold_units": 1,
             "returned_units": 0, "sold_amount": 4, "returned_amount": 0, "units": 1, "net_amount": 4},
        ],
    )  # fmt: skip


def test_lines_of_unlisted_products_keep_their_category_and_fees_stay_apart(rows, assert_rows):
    line = {**DAY, "product_key": "unknown", "quantity": 1}
    lines = rows(
        "gold.fct_sales",
        [
            {**line, "net_amount": 5},
            {**line, "net_amount": 7, "category": "Toys"},
            {**line, "net_amount": 3, "category": "Toys", "is_product": False},
        ],
    )
    names = ("product_key", "category", "is_product", "net_amount")
    expected = [("Kitchen", True, 5), ("Toys", True, 7), ("Toys", False, 3)]
    built = daily_products(lines=lines)
    assert_rows(built, [dict(zip(names, ("unknown", *row), strict=True)) for row in expected])
