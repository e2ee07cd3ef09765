"""What stores earned each day."""

from __future__ import annotations

from lakehouse.gold.store_cube import store_cube

LINE = {
    "sold_on": "2024-03-09", "region": "North", "store_id": "S1", "quantity": 1, "gross_amount": 12,
    "discount_amount": 2, "net_amount": 10, "tax_amount": 1, "commission_amount": 0,
}  # fmt: skip


def test_a_store_sums_its_lines_and_those_without_a_store_stand_apart(rows, assert_rows):
    lines = rows(
        "gold.fct_sales",
        [
            {**LINE, "order_id": "1", "cost_amount": 6, "margin_amount": 4, "reporting_amount": 9},
            {**LINE, "order_id": "2"},
            {**LINE, "order_id": "3", "store_id": None, "reporting_amount": 9},
        ],
    )
    cell = {"lines": 1, "net_amount": 10, "tax_amount": 1, "reporting_amount": 9, "unreported_lines": 0}
    unknown = {"cost_amount": 0, "costed_amount": 0, "margin_amount": 0}
    known = {"cost_amount": 6, "costed_amount": 10, "margin_amount": 4}
    assert_rows(
        store_cube(lines=lines),
        [
            {"store_id": "Unknown", **cell, **unknown},
            {"store_id": "S1", **cell, **known, "lines": 2, "net_amount": 20, "tax_amount": 2, "unreported_lines": 1},
        ],
    )
