"""How well each supplier keeps its word."""

from __future__ import annotations

from datetime import date

from lakehouse.business import AsOf
from lakehouse.gold.purchase_cube import purchase_cube
from lakehouse.gold.supplier_performance import supplier_performance

LINES = [
    {"purchase_order_id": "o1", "supplier_id": "S1", "product_id": "P1", "ordered_on": "2024-03-01", "unit_cost": 2,
     "promised_on": "2024-03-05", "received_on": "2024-03-05", "quantity_ordered": 10, "quantity_received": 10},
    {"purchase_order_id": "o2", "supplier_id": "S1", "product_id": "P2", "ordered_on": "2024-03-02", "unit_cost": 6,
     "promised_on": "2024-03-04", "received_on": "2024-03-08", "quantity_ordered": 10, "quantity_received": 8,
     "quantity_rejected": 2},
    {"purchase_order_id": "o3", "supplier_id": "S1", "product_id": "P1", "ordered_on": "2024-03-10", "unit_cost": 4,
     "quantity_ordered": 10},
    {"purchase_order_id": "o4", "supplier_id": "S2", "product_id": "P1", "ordered_on": "2024-03-01", "unit_cost": 4,
     "received_on": "2024-03-03", "quantity_ordered": 20, "quantity_received": 20},
    {"purchase_order_id": "o5", "supplier_id": "S4", "product_id": "P1", "ordered_on": "2024-03-20", "unit_cost": 1,
     "quantity_ordered": 10},
]  # fmt: skip
SUPPLIERS = [
    {"supplier_id": "S1", "supplier_name": "One", "lead_time_days": 3},
    {"supplier_id": "S3", "supplier_name": "Three"},
]


def judged(rows, day: date):
    lines = [line | {"line_id": "1"} for line in LINES]
    purchases = purchase_cube(lines=rows("silver.purchase_orders", lines))
    return supplier_performance(
        purchases=purchases, suppliers=rows("silver.suppliers", SUPPLIERS), as_of=AsOf({}, day)
    )  # fmt: skip


def test_a_supplier_is_judged_by_what_it_promised_and_by_what_others_take(rows, assert_rows):
    nothing = dict.fromkeys(
        ("on_time_rate", "fill_rate", "reject_rate", "lead_time_days", "lead_time_spread_days", "price_index",
         "last_ordered_on", "promised_lead_time_days")
    )  # fmt: skip
    assert_rows(
        judged(rows, date(2024, 3, 20)),
        [
            # P1 costs (20 + 40 + 80) / 40 = 3.5 on average and P2 6: of S1 (20 + 60 + 40) / (20 * 3.5 + 10 * 6)
            {"supplier_id": "S1", "supplier_name": "One", "orders": 3, "lines": 3, "received_lines": 2, "open_lines": 1,
             "on_time_rate": "0.5", "fill_rate": "0.8", "reject_rate": "0.111111", "lead_time_days": 5,
             "lead_time_spread_days": "1.414", "promised_lead_time_days": 3, "price_index": "0.923077",
             "last_ordered_on": "2024-03-10", "as_of_on": "2024-03-20"},
            {"supplier_id": "S2", "supplier_name": None, "orders": 1, "lines": 1, "received_lines": 1, "open_lines": 0,
             "on_time_rate": None, "fill_rate": 1, "reject_rate": 0, "lead_time_days": 2, "lead_time_spread_days": None,
             "promised_lead_time_days": None, "price_index": "1.142857", "last_ordered_on": "2024-03-01",
             "as_of_on": "2024-03-20"},
            {"supplier_id": "S3", "supplier_name": "Three", "orders": 0, "lines": 0, "received_lines": 0,
             "open_lines": 0, "as_of_on": "2024-03-20", **nothing},
        ],
    )  # fmt: skip


def test_only_what_happened_before_the_day_counts(rows, assert_rows):
    assert_rows(
        judged(rows, date(2024, 3, 8)),
        [
            {"supplier_id": "S1", "orders": 2, "lines": 2, "open_lines": 1, "fill_rate": 1, "lead_time_days": 4},
            {"supplier_id": "S2", "orders": 1, "lines": 1, "open_lines": 0, "fill_rate": 1, "lead_time_days": 2},
            {"supplier_id": "S3", "orders": 0, "lines": 0, "open_lines": 0, "fill_rate": None, "lead_time_days": None},
        ],
    )


def test_a_receipt_that_does_not_tell_how_many_came_says_nothing_of_fill_and_rejects(rows, assert_rows):
    line = {"line_id": "1", "supplier_id": "S1", "ordered_on": "2024-03-01", "received_on": "2024-03-05",
            "unit_cost": 2, "quantity_ordered": 10}  # fmt: skip
    told = [
        line | {"purchase_order_id": "o1", "quantity_received": 8, "quantity_rejected": 2},
        line | {"purchase_order_id": "o2", "quantity_received": None, "quantity_rejected": 9},
        line | {"purchase_order_id": "o3", "quantity_ordered": 0, "received_on": None},
    ]
    purchases = purchase_cube(lines=rows("silver.purchase_orders", told))
    found = supplier_performance(
        purchases=purchases, suppliers=rows("silver.suppliers", []), as_of=AsOf({}, date(2024, 3, 20))
    )
    assert_rows(found, [{"lines": 2, "received_lines": 2, "open_lines": 0, "fill_rate": "0.6", "reject_rate": "0.25"}])
