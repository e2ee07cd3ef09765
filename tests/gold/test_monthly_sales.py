"""What each business earned each month."""

from __future__ import annotations

from lakehouse.gold.monthly_sales import monthly_sales


def test_the_average_discount_of_a_month_is_weighted_by_money(rows, assert_rows):
    cube = rows(
        "gold.month_cube",
        [
            {"sold_month": "2024-03-01", "lines": 3, "units": 4, "gross_amount": 100, "discount_amount": 10,
             "net_amount": 90},
            {"sold_month": "2024-03-01", "lines": 1, "units": 1, "gross_amount": 300, "discount_amount": 90,
             "net_amount": 210},
            {"sold_month": "2024-04-01", "lines": 2, "units": 0, "gross_amount": 0, "discount_amount": 0,
             "net_amount": 0},
        ],
    )  # fmt: skip
    assert_rows(
        monthly_sales(cube=cube),
        [
            {"sold_month": "2024-03-01", "lines": 4, "units": 5, "gross_amount": 400, "discount_amount": 100,
             "net_amount": 300, "average_discount": "0.25"},
            {"sold_month": "2024-04-01", "lines": 2, "units": 0, "gross_amount": 0, "discount_amount": 0,
             "net_amount": 0, "average_discount": None},
        ],
    )  # fmt: skip
