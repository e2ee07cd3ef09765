"""What was ordered from suppliers each day, and what came of it."""

from __future__ import annotations

from lakehouse.gold.purchase_cube import purchase_cube

LINE = {"purchase_order_id": "o1", "supplier_id": "S1", "product_id": "P1", "location_id": "East", "currency": "USD",
        "ordered_on": "2024-03-01", "promised_on": "2024-03-05", "quantity_ordered": 10,
        "unit_cost": "2.50"}  # fmt: skip


def test_a_line_counts_on_the_day_of_its_order_and_on_that_of_its_receipt(rows, assert_rows):
    lines = rows(
        "silver.purchase_orders",
        [
            LINE | {"line_id": "1", "received_on": "2024-03-05", "quantity_received": 10, "quantity_rejected": 1},
            LINE | {"line_id": "2", "received_on": "2024-03-05", "quantity_received": 8, "promised_on": None},
            LINE | {"line_id": "3", "received_on": "2024-03-07", "quantity_received": 12},
            LINE | {"line_id": "4", "quantity_received": 4},
            LINE | {"line_id": "5", "quantity_received": None},
        ],
    )
    assert_rows(
        purchase_cube(lines=lines),
        [
            {"happened_on": "2024-03-01", "ordered_lines": 5, "ordered_units": 50, "ordered_amount": 125,
             "arrived_units": 4, "received_lines": 0, "due_units": 0, "told_units": 0, "received_units": 0,
             "rejected_units": 0, "promised_lines": 0, "on_time_lines": 0, "lead_days": 0, "lead_days_squared": 0},
            {"happened_on": "2024-03-05", "ordered_lines": 0, "ordered_units": 0, "ordered_amount": 0,
             "arrived_units": 0, "received_lines": 2, "due_units": 20, "told_units": 20, "received_units": 18,
             "rejected_units": 1, "promised_lines": 1, "on_time_lines": 1, "lead_days": 8, "lead_days_squared": 32},
            {"happened_on": "2024-03-07", "ordered_lines": 0, "ordered_units": 0, "ordered_amount": 0,
             "arrived_units": 0, "received_lines": 1, "due_units": 10, "told_units": 10, "received_units": 12,
             "rejected_units": 0, "promised_lines": 1, "on_time_lines": 0, "lead_days": 6, "lead_days_squared": 36},
        ],
    )  # fmt: skip


def test_a_line_received_on_the_day_of_its_order_is_one_row_and_what_it_does_not_tell_is_unknown(rows, assert_rows):
    line = LINE | {"line_id": "1", "received_on": "2024-03-01", "quantity_received": 10, "supplier_id": None}
    lines = rows("silver.purchase_orders", [line | {"product_id": None, "location_id": None}])
    assert_rows(
        purchase_cube(lines=lines),
        [
            {"supplier_key": "unknown", "product_key": "unknown", "location_key": "unknown", "ordered_lines": 1,
             "received_lines": 1, "on_time_lines": 1, "lead_days": 0, "ordered_units": 10, "due_units": 10}
        ],
    )  # fmt: skip


def test_a_cancelled_line_is_none_and_nothing_comes_before_it_was_ordered(rows, assert_rows):
    early = {"received_on": "2024-02-20", "quantity_received": None, "quantity_rejected": 2}
    lines = rows(
        "silver.purchase_orders",
        [
            LINE | {"line_id": "1", "quantity_ordered": 0},
            LINE | {"line_id": "2"} | early,
            LINE | {"line_id": "3", "quantity_ordered": 0, "received_on": "2024-03-03", "quantity_received": 1},
        ],
    )
    assert_rows(
        purchase_cube(lines=lines),
        [
            {"happened_on": "2024-03-01", "ordered_lines": 2, "received_lines": 1, "ordered_units": 10, "due_units": 10,
             "told_units": 0, "rejected_units": 0, "lead_days": 0, "on_time_lines": 1},
            {"happened_on": "2024-03-03", "ordered_lines": 0, "received_lines": 1, "ordered_units": 0, "due_units": 0,
             "told_units": 0, "rejected_units": 0, "lead_days": 2, "on_time_lines": 1},
        ],
    )  # fmt: skip
