"""How the segments of customers compare."""

from __future__ import annotations

from lakehouse.business import Business, Rfm
from lakehouse.gold.segment_summary import segment_summary


def customer(key: str, segment: str, net: int, orders: int, **other: object) -> dict[str, object]:
    usual = {"judged_on": "2024-04-01", "recency_days": 10, "expected_12_months_amount": net}
    return {"customer_key": key, "segment": segment, "net_amount": net, "orders": orders} | usual | other


def test_a_segment_has_its_share_of_customers_and_revenue(rows, assert_rows):
    none = {"recency_days": None, "expected_12_months_amount": None}
    customers = rows(
        "gold.customer_value",
        [
            customer("C1", "champions", 60, 4),
            customer("C2", "champions", 40, 2, recency_days=5),
            customer("C3", "hibernating", 50, 1),
            customer("C4", "without orders", -50, 0, **none),
            customer("unknown", "unknown", 100, 9, **none),
            customer("C1", "hibernating", 7, 1, currency="EUR"),
        ],
    )
    params = Business(rfm=Rfm(advice={"champions": "Thank them."}))
    assert_rows(
        segment_summary(customers=customers, params=params),
        [
            {"currency": "USD", "segment": "champions", "value_rank": 1, "customers": 2, "customer_share": "0.5",
             "orders": 6, "net_amount": 100, "revenue_share": "0.5", "mean_recency_days": "7.5", "mean_orders": 3,
             "mean_amount": 50, "expected_12_months_amount": 100, "advice": "Thank them."},
            {"currency": "USD", "segment": "hibernating", "value_rank": 2, "customers": 1, "customer_share": "0.25",
             "orders": 1, "net_amount": 50, "revenue_share": "0.25", "mean_recency_days": 10, "mean_orders": 1,
             "mean_amount": 50, "expected_12_months_amount": 50, "advice": None},
            {"currency": "USD", "segment": "without orders", "value_rank": 3, "customers": 1, "customer_share": "0.25",
             "orders": 0, "net_amount": -50, "revenue_share": "-0.25", "mean_recency_days": None, "mean_orders": 0,
             "mean_amount": -50, "expected_12_months_amount": None, "advice": None},
            {"currency": "USD", "segment": "unknown", "value_rank": None, "customers": 0, "customer_share": 0,
             "orders": 9, "net_amount": 100, "revenue_share": "0.5", "mean_recency_days": None, "mean_orders": None,
             "mean_amount": None, "expected_12_months_amount": None, "advice": None},
            {"currency": "EUR", "segment": "hibernating", "value_rank": 1, "customers": 1, "customer_share": 1,
             "orders": 1, "net_amount": 7, "revenue_share": 1, "mean_recency_days": 10, "mean_orders": 1,
             "mean_amount": 7, "expected_12_months_amount": 7, "advice": None},
        ],
    )  # fmt: skip
