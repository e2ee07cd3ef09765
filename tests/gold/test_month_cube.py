"""The coarse sums: month, region, channel and category."""

from __future__ import annotations

from lakehouse.gold.month_cube import month_cube

MARCH = {
    "sold_month": "2024-03-01", "region": "North", "channel": "web", "category": "Kitchen",
    "tax_amount": 1, "commission_amount": 2, "cost_amount": 3, "costed_amount": 5, "margin_amount": 2,
    "reporting_amount": 4, "unreported_lines": 1,
}  # fmt: skip


def test_a_month_sums_its_days_and_names_the_first_and_the_last(rows, assert_rows):
    days = rows(
        "gold.sales_cube",
        [
            {"sold_on": "2024-03-31", "lines": 2, "discounted_lines": 1, "units": "1.5", "gross_amount": 20,
             "discount_amount": 2, "returned_amount": 0, "net_amount": 18, **MARCH},
            {"sold_on": "2024-03-02", "lines": 1, "discounted_lines": 0, "units": -1, "gross_amount": -10,
             "discount_amount": 0, "returned_amount": -10, "net_amount": -10, **MARCH},
            {"sold_on": "2024-03-09", "lines": 1, "discounted_lines": 0, "units": 1, "gross_amount": 5,
             "discount_amount": 0, "returned_amount": 0, "net_amount": 5, **MARCH, "channel": "store"},
            {"sold_on": "2024-04-01", "lines": 4, "discounted_lines": 4, "units": 4, "gross_amount": 40,
             "discount_amount": 4, "returned_amount": 0, "net_amount": 36, **MARCH, "sold_month": "2024-04-01"},
        ],
    )  # fmt: skip
    found = month_cube(cube=days)
    assert_rows(
        found,
        [
            {"sold_month": "2024-03-01", "channel": "web", "first_sold_on": "2024-03-02", "last_sold_on": "2024-03-31",
             "lines": 3, "discounted_lines": 1, "units": "0.5", "gross_amount": 10, "discount_amount": 2,
             "returned_amount": -10, "net_amount": 8},
            {"sold_month": "2024-03-01", "channel": "store", "first_sold_on": "2024-03-09",
             "last_sold_on": "2024-03-09", "lines": 1, "discounted_lines": 0, "units": 1, "gross_amount": 5,
             "discount_amount": 0, "returned_amount": 0, "net_amount": 5},
            {"sold_month": "2024-04-01", "channel": "web", "first_sold_on": "2024-04-01", "last_sold_on": "2024-04-01",
             "lines": 4, "discounted_lines": 4, "units": 4, "gross_amount": 40, "discount_amount": 4,
             "returned_amount": 0, "net_amount": 36},
        ],
    )  # fmt: skip
    beside = ("tax_amount", "commission_amount", "cost_amount", "costed_amount", "margin_amount", "reporting_amount")
    assert_rows(
        found.where("sold_month = DATE'2024-03-01' AND channel = 'web'").select(*beside, "unreported_lines"),
        [dict(zip((*beside, "unreported_lines"), (2, 4, 6, 10, 4, 8, 2), strict=True))],
    )
