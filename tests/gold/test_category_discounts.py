"""Where discounts are given."""

from __future__ import annotations

from lakehouse.gold.category_discounts import category_discounts


def test_how_often_and_how_deep_are_two_numbers(rows, assert_rows):
    cube = rows(
        "gold.month_cube",
        [
            {"category": "Tea", "lines": 3, "discounted_lines": 1, "gross_amount": 100, "discount_amount": 5,
             "net_amount": 95},
            {"category": "Tea", "lines": 1, "discounted_lines": 1, "gross_amount": 100, "discount_amount": 45,
             "net_amount": 55},
            {"category": "Free", "lines": 2, "discounted_lines": 0, "gross_amount": 0, "discount_amount": 0,
             "net_amount": 0},
        ],
    )  # fmt: skip
    assert_rows(
        category_discounts(cube=cube),
        [
            {"category": "Tea", "lines": 4, "discounted_lines": 2, "gross_amount": 200, "discount_amount": 50,
             "net_amount": 150, "discounted_share": "0.5", "average_discount": "0.25"},
            {"category": "Free", "lines": 2, "discounted_lines": 0, "gross_amount": 0, "discount_amount": 0,
             "net_amount": 0, "discounted_share": "0", "average_discount": None},
        ],
    )  # fmt: skip
