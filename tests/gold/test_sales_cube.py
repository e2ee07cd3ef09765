"""The finest sums: day, region, channel and category."""

from __future__ import annotations

from lakehouse.gold.sales_cube import sales_cube

CELL = {
    "sold_on": "2024-03-09", "sold_month": "2024-03-01", "region": "North", "channel": "web", "category": "Kitchen",
    "tax_amount": 1, "commission_amount": "0.5",
}  # fmt: skip


def test_a_cell_sums_its_lines_and_shows_returns_and_discounts_apart(rows, assert_rows):
    lines = rows(
        "gold.fct_sales",
        [
            {
                "quantity": 2,
                "gross_amount": 20,
                "discount_amount": 2,
                "net_amount": 18,
                **CELL,
                "tax_amount": "1.44",
                "cost_amount": 12,
                "margin_amount": 6,
                "reporting_amount": 36,
            },
            {"quantity": 1, "gross_amount": 10, "discount_amount": 0, "net_amount": 10, **CELL},
            {"quantity": -1, "gross_amount": -10, "discount_amount": -1, "net_amount": -9, "is_return": True, **CELL},
            {"quantity": "0.5", "gross_amount": 4, "discount_amount": 0, "net_amount": 4, **CELL, "category": "Tea"},
        ],
    )
    assert_rows(
        sales_cube(lines=lines),
        [
            {"category": "Kitchen", "sold_month": "2024-03-01", "lines": 3, "discounted_lines": 2, "units": 2,
             "gross_amount": 20, "discount_amount": 1, "returned_amount": -9, "net_amount": 19, "tax_amount": "3.44",
             "commission_amount": "1.5", "cost_amount": 12, "costed_amount": 18, "margin_amount": 6,
             "reporting_amount": 36, "unreported_lines": 2},
            {"category": "Tea", "sold_month": "2024-03-01", "lines": 1, "discounted_lines": 0, "units": "0.5",
             "gross_amount": 4, "discount_amount": 0, "returned_amount": 0, "net_amount": 4, "tax_amount": 1,
             "commission_amount": "0.5", "cost_amount": 0, "costed_amount": 0, "margin_amount": 0,
             "reporting_amount": 0, "unreported_lines": 1},
        ],
    )  # fmt: skip
