"""What each product earned each month."""

from __future__ import annotations

from lakehouse.gold.product_cube import product_cube

MARCH = {
    "sold_month": "2024-03-01", "gross_amount": 10, "discount_amount": 0, "net_amount": 10, "quantity": 1,
    "tax_amount": 1, "commission_amount": 0,
}  # fmt: skip


def test_a_product_has_one_row_a_month_and_unknown_products_share_one(rows, assert_rows):
    lines = rows(
        "gold.fct_sales",
        [
            {"product_key": "P1", "product_name": "Kettle", "category": "Kitchen", **MARCH},
            {
                "product_key": "P1",
                "product_name": "Kettle",
                "category": "Kitchen",
                **MARCH,
                "net_amount": -3,
                "cost_amount": -2,
                "margin_amount": -1,
                "reporting_amount": -6,
            },
            {"product_key": "P1", "product_name": "Kettle", "category": "Kitchen", **MARCH, "sold_month": "2024-04-01"},
            {"product_key": "unknown", "product_name": "Zebra", "category": "Toys", **MARCH},
            {"product_key": "unknown", "product_name": None, "category": "Unknown", **MARCH},
        ],
    )
    assert_rows(
        product_cube(lines=lines),
        [
            {"sold_month": "2024-03-01", "product_key": "P1", "product_name": "Kettle", "category": "Kitchen",
             "lines": 2, "units": 2, "net_amount": 7, "cost_amount": -2, "costed_amount": -3, "margin_amount": -1,
             "reporting_amount": -6, "unreported_lines": 1},
            {"sold_month": "2024-04-01", "product_key": "P1", "product_name": "Kettle", "category": "Kitchen",
             "lines": 1, "units": 1, "net_amount": 10, "cost_amount": 0, "costed_amount": 0, "margin_amount": 0,
             "reporting_amount": 0, "unreported_lines": 1},
            {"sold_month": "2024-03-01", "product_key": "unknown", "product_name": "Unknown", "category": "Unknown",
             "lines": 2, "units": 2, "net_amount": 20, "cost_amount": 0, "costed_amount": 0, "margin_amount": 0,
             "reporting_amount": 0, "unreported_lines": 2},
        ],
    )  # fmt: skip
