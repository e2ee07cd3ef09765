"""Whether customers come back."""

from __future__ import annotations

from lakehouse.gold.cohort_retention import cohort_retention


def day(customer: str, on: str, sold: int, back: int = 0) -> dict[str, object]:
    return {"customer_key": customer, "sold_on": on, "orders": int(sold > 0), "sold_amount": sold,
            "returned_amount": back, "net_amount": sold + back}  # fmt: skip


def test_a_cohort_is_followed_month_by_month_up_to_the_newest(rows, assert_rows):
    days = rows(
        "gold.customer_cube",
        [
            day("C1", "2023-12-30", 0, -99),
            day("C1", "2024-01-31", 10),
            day("C1", "2024-03-01", 20),
            day("C2", "2024-01-02", 30),
            day("C2", "2024-01-09", 30, -5),
            day("C2", "2024-02-09", 0, -5),
            day("C3", "2024-03-31", 8),
            day("back", "2024-03-31", 0, -8),
            day("unknown", "2023-01-01", 70),
        ],
    )
    assert_rows(
        cohort_retention(days=days),
        [
            {"cohort_month": "2024-01-01", "age_months": 0, "active_month": "2024-01-01", "cohort_customers": 2,
             "customers": 2, "retention_rate": 1, "orders": 3, "sold_amount": 70, "returned_amount": -5,
             "net_amount": 65, "lifetime_amount": "32.5"},
            {"cohort_month": "2024-01-01", "age_months": 1, "active_month": "2024-02-01", "cohort_customers": 2,
             "customers": 0, "retention_rate": 0, "orders": 0, "sold_amount": 0, "returned_amount": -5,
             "net_amount": -5, "lifetime_amount": 30},
            {"cohort_month": "2024-01-01", "age_months": 2, "active_month": "2024-03-01", "cohort_customers": 2,
             "customers": 1, "retention_rate": "0.5", "orders": 1, "sold_amount": 20, "returned_amount": 0,
             "net_amount": 20, "lifetime_amount": 40},
            {"cohort_month": "2024-03-01", "age_months": 0, "active_month": "2024-03-01", "cohort_customers": 1,
             "customers": 1, "retention_rate": 1, "orders": 1, "sold_amount": 8, "returned_amount": 0,
             "net_amount": 8, "lifetime_amount": 8},
        ],
    )  # fmt: skip


def test_a_cohort_goes_on_while_the_business_sells_in_another_currency(rows, assert_rows):
    days = rows("gold.customer_cube", [day("C1", "2024-01-31", 10), day("C1", "2024-03-01", 5) | {"currency": "EUR"}])
    names = ("currency", "cohort_month", "active_month", "customers")
    expected = [
        ("USD", "2024-01-01", "2024-01-01", 1),
        ("USD", "2024-01-01", "2024-02-01", 0),
        ("USD", "2024-01-01", "2024-03-01", 0),
        ("EUR", "2024-03-01", "2024-03-01", 1),
    ]
    assert_rows(cohort_retention(days=days), [dict(zip(names, row, strict=True)) for row in expected])
