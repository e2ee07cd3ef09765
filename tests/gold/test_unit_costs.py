"""What products cost when they were last received."""

from __future__ import annotations

from lakehouse.gold.unit_costs import unit_costs

ORDER = {"product_id": "P1", "received_on": "2024-03-10", "quantity_received": 10, "unit_cost": 9}


def test_a_day_has_one_cost_weighted_by_what_came_in_the_currency_of_most_units(rows, assert_rows):
    orders = rows(
        "silver.purchase_orders",
        [
            {**ORDER, "line_id": "1", "unit_cost": 9},
            {**ORDER, "line_id": "2", "unit_cost": 12, "quantity_received": 30},
            {**ORDER, "line_id": "3", "unit_cost": 1, "currency": "GBP"},
            {**ORDER, "line_id": "4", "received_on": None},
            {**ORDER, "line_id": "5", "received_on": "2024-03-20", "unit_cost": 8, "quantity_received": 0},
            {**ORDER, "line_id": "6", "received_on": "2024-03-20", "unit_cost": 8, "quantity_received": None},
            {**ORDER, "line_id": "7", "received_on": "2024-03-21", "currency": "USD"},
            {**ORDER, "line_id": "8", "received_on": "2024-03-21", "currency": "EUR"},
            {**ORDER, "line_id": "9", "product_id": None},
            {**ORDER, "line_id": "10", "system": "market", "unit_cost": "1.00005", "quantity_received": 3},
        ],
    )
    cost = {"system": "shop", "product_id": "P1", "received_on": "2024-03-10", "currency": "USD"}
    assert_rows(
        unit_costs(orders=orders),
        [
            {**cost, "unit_cost": "11.25", "units": 40, "receipts": 2},
            {**cost, "received_on": "2024-03-21", "currency": "EUR", "unit_cost": 9, "units": 10, "receipts": 1},
            {**cost, "system": "market", "unit_cost": "1.0001", "units": 3, "receipts": 1},
        ],
    )
