"""What each region earned each day."""

from __future__ import annotations

from lakehouse.gold.daily_sales import daily_sales

DAY = {"sold_on": "2024-03-01", "region": "North"}


def test_returns_lower_the_day_they_happen_and_orders_and_customers_count_once(rows, assert_rows):
    lines = rows(
        "gold.fct_sales",
        [
            {"order_id": "1", "customer_id": "C1", "quantity": 2, "gross_amount": 120, "net_amount": 100, **DAY},
            {"order_id": "1", "customer_id": "C1", "quantity": 1, "gross_amount": 20, "net_amount": 20, **DAY},
            {"order_id": "2", "customer_id": None, "quantity": 1, "gross_amount": 5, "net_amount": 5, **DAY},
            {"order_id": "2", "customer_id": None, "quantity": -1, "gross_amount": -5, "net_amount": -5,
             "is_return": True, **DAY},
            {"order_id": "3", "customer_id": "C1", "quantity": -2, "gross_amount": -120, "net_amount": -100,
             "is_return": True, "sold_on": "2024-03-02", "region": "North"},
            {"order_id": "1", "customer_id": "C1", "quantity": 1, "gross_amount": 9, "net_amount": 9,
             "currency": "EUR", **DAY},
        ],
    )  # fmt: skip
    assert_rows(
        daily_sales(lines=lines),
        [
            {"currency": "USD", "sold_on": "2024-03-01", "orders": 2, "returns": 1, "customers": 1, "lines": 4,
             "units": 3, "gross_amount": 140, "net_amount": 120},
            {"currency": "USD", "sold_on": "2024-03-02", "orders": 0, "returns": 1, "customers": 1, "lines": 1,
             "units": -2, "gross_amount": -120, "net_amount": -100},
            {"currency": "EUR", "sold_on": "2024-03-01", "orders": 1, "returns": 0, "customers": 1, "lines": 1,
             "units": 1, "gross_amount": 9, "net_amount": 9},
        ],
    )  # fmt: skip
