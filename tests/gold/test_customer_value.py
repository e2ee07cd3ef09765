"""What each customer is worth."""

from __future__ import annotations

from datetime import date

import pytest

from lakehouse.business import AsOf, Business, Rfm, Tiers
from lakehouse.gold.customer_value import customer_value

TODAY = AsOf({"elsewhere": date(2024, 1, 1)}, date(2024, 4, 1))
TIERS = Business(tiers=Tiers(months=2, frequent_orders=3))


def day(customer: str, on: str, sold: int = 10, **other: object) -> dict[str, object]:
    """One order of one unit, unless told otherwise."""
    back = other.get("returned_amount", 0)
    usual = {"customer_key": customer, "sold_on": on, "orders": 1, "returns": 0, "units": 1, "region": "North",
             "sold_amount": sold, "returned_amount": 0, "net_amount": sold + int(str(back)), "other_amount": 0,
             "loyalty_points": sold}  # fmt: skip
    return usual | other


BACK = {"orders": 0, "returns": 1, "units": -1, "returned_amount": -10}


@pytest.fixture
def judge(rows):
    def judged(days, customers=(), params=TIERS):
        cube, members = rows("gold.customer_cube", days), rows("gold.dim_customer", customers)
        return customer_value(days=cube, customers=members, params=params, as_of=TODAY)

    return judged


def test_a_customer_is_the_sum_of_the_days_before_the_day_of_judgement(judge, assert_rows):
    days = [
        day("C1", "2024-01-31", 30, orders=2),
        day("C1", "2024-03-11", 60, region="South"),
        day("C1", "2024-03-20", 0, **BACK),
        day("C1", "2024-04-01", 999),
        day("C2", "2024-04-01", 999),
    ]
    assert_rows(
        judge(days),
        [
            {"customer_key": "C1", "judged_on": "2024-04-01", "region": "North", "recency_days": 21, "tenure_days": 61,
             "first_ordered_on": "2024-01-31", "last_ordered_on": "2024-03-11", "orders": 3, "returns": 1,
             "units": 1, "sold_amount": 90, "returned_amount": -10, "net_amount": 80, "average_order_amount": 30,
             "return_rate": "0.111111", "recent_orders": 1, "recent_amount": 50, "loyalty_points": 90},
        ],
    )  # fmt: skip


def test_tiers_go_by_orders_and_spend_of_the_last_months(judge, assert_rows):
    days = [
        day("often and much", "2024-02-01", 1_000, orders=3),
        day("much", "2024-02-01", 1_000, orders=2),
        day("often", "2024-02-01", 999, orders=3),
        day("neither", "2024-02-01", 999),
        day("long ago", "2024-01-31", 5_000, orders=9),
        day("unknown", "2024-02-01", 5_000, orders=9),
    ]
    assert_rows(
        judge(days),
        [
            {"customer_key": "often and much", "tier": "Champion"},
            {"customer_key": "much", "tier": "VIP"},
            {"customer_key": "often", "tier": "Frequent"},
            {"customer_key": "neither", "tier": "Regular"},
            {"customer_key": "long ago", "tier": "Regular"},
            {"customer_key": "unknown", "tier": None},
        ],
    )


def test_those_who_never_ordered_and_those_nobody_knows_have_no_scores(judge, assert_rows):
    days = [
        day("unknown", "2024-02-01", 5_000, orders=9),
        day("back", "2024-02-01", 0, **BACK),
        day("fees", "2024-02-01", 0, orders=0, units=0, other_amount=4, loyalty_points=0),
        day("C1", "2024-03-02", 20),
        day("C2", "2024-02-01", 10),
    ]
    none = {"recency_score": None, "recency_days": None, "expected_12_months_amount": None}
    assert_rows(
        judge(days),
        [
            {"customer_key": "unknown", "segment": "unknown", "net_amount": 5_000, **none, "return_rate": 0},
            {"customer_key": "back", "segment": "without orders", "net_amount": -10, **none, "return_rate": None},
            {"customer_key": "fees", "segment": "without orders", "net_amount": 0, **none, "return_rate": None},
            {"customer_key": "C1", "segment": "new customers", "net_amount": 20, "recency_score": 5, "recency_days": 30,
             "expected_12_months_amount": "87.91", "return_rate": 0},
            {"customer_key": "C2", "segment": "hibernating", "net_amount": 10, "recency_score": 1, "recency_days": 60,
             "expected_12_months_amount": "87.91", "return_rate": 0},
        ],
    )  # fmt: skip


def test_a_customer_of_two_currencies_is_judged_in_each(judge, assert_rows):
    days = [day("C1", "2024-03-02"), day("C1", "2024-02-01", 70, currency="EUR"), day("C2", "2024-03-30", 70)]
    assert_rows(
        judge(days),
        [
            {"customer_key": "C1", "currency": "USD", "net_amount": 10, "monetary_score": 1, "recency_score": 1},
            {"customer_key": "C2", "currency": "USD", "net_amount": 70, "monetary_score": 5, "recency_score": 5},
            {"customer_key": "C1", "currency": "EUR", "net_amount": 70, "monetary_score": 1, "recency_score": 5},
        ],
    )


def test_a_region_is_that_of_the_home_else_of_the_last_day(judge, assert_rows):
    customers = [
        {"customer_key": "C1", "region": "West", "is_current": False},
        {"customer_key": "C1", "region": "East", "valid_from_at": "2024-01-01 00:00:00"},
        {"customer_key": "C1", "region": "North", "valid_from_at": "2024-04-01 00:00:00"},
        {"customer_key": "C2"},
        {"customer_key": "never bought", "region": "West"},
    ]
    days = [
        day("C1", "2024-03-02"),
        day("C2", "2024-03-02"),
        day("C2", "2024-03-03", region="South"),
        day("unknown", "2024-03-02"),
    ]
    assert_rows(
        judge(days, customers),
        [
            {"customer_key": "C1", "region": "East"},
            {"customer_key": "C2", "region": "South"},
            {"customer_key": "unknown", "region": "Unknown"},
        ],
    )


@pytest.mark.parametrize("ties", ["value", "rank"])
def test_whatever_a_business_sold_there_is_an_answer(judge, assert_rows, ties):
    """One customer; all returns; one order of nothing; one day old; amounts as large as money can be."""
    days = [
        day("one", "2024-03-02", system="one"),
        day("a", "2024-03-02", 0, system="back", **BACK),
        day("b", "2024-03-03", 0, system="back", **BACK),
        day("free", "2024-03-02", 0, system="free", units=0),
        day("new", "2024-03-31", 100, system="new"),
        day("newer", "2024-03-31", 300, system="new"),
        day("rich", "2024-03-31", 10**13, system="rich", loyalty_points=0),
        day("richer", "2022-03-31", 3 * 10**13, system="rich", loyalty_points=0),
        day("worse than nothing", "2024-03-02", 5, system="worse", returns=3, returned_amount=-500),
    ]
    shown = ("system", "customer_key", "segment", "expected_12_months_amount")
    found = judge(days, params=Business(rfm=Rfm(ties=ties))).select(*shown)
    said = {row["customer_key"]: row["segment"] for row in found.collect()}
    assert said == {
        "one": "new customers",
        "a": "without orders",
        "b": "without orders",
        "free": "new customers",
        "new": "new customers",
        "newer": "new customers" if ties == "value" else "champions",
        "rich": "new customers",
        "richer": "hibernating" if ties == "value" else "can't lose",
        "worse than nothing": "new customers",
    }
    young = found.where("system <> 'rich'").select("customer_key", "expected_12_months_amount")
    assert_rows(
        young,
        [
            {"customer_key": "one", "expected_12_months_amount": "84.01"},
            {"customer_key": "a", "expected_12_months_amount": None},
            {"customer_key": "b", "expected_12_months_amount": None},
            {"customer_key": "free", "expected_12_months_amount": 0},
            {"customer_key": "new", "expected_12_months_amount": "1878.82"},
            {"customer_key": "newer", "expected_12_months_amount": "1878.82"},
            {"customer_key": "worse than nothing", "expected_12_months_amount": 0},
        ],
    )
