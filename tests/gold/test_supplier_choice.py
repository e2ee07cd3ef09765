"""From whom each product is best bought, and why."""

from __future__ import annotations

from datetime import date

from lakehouse.business import AsOf, Business, Supply
from lakehouse.gold.purchase_cube import purchase_cube
from lakehouse.gold.supplier_choice import supplier_choice

DAY = AsOf({}, date(2024, 4, 1))


def line(number: int, supplier: str, product: str, cost: str, **other: object) -> dict[str, object]:
    return {"purchase_order_id": f"o{number}", "line_id": "1", "supplier_id": supplier, "product_id": product,
            "unit_cost": cost, "ordered_on": "2024-03-01", "quantity_ordered": 10} | other  # fmt: skip


def chosen(rows, lines, performance, catalogue=(), params=None):
    listed = [{"product_id": p, "product_key": p, "supplier_id": s} for p, s in catalogue]
    return supplier_choice(
        purchases=purchase_cube(lines=rows("silver.purchase_orders", lines)),
        performance=rows("gold.supplier_performance", performance),
        products=rows("gold.dim_product", listed),
        params=params or Business(),
        as_of=DAY,
    )


def test_price_reliability_and_delivery_weigh_together(rows, assert_rows):
    found = chosen(
        rows,
        [
            line(1, "S1", "P1", "9.00", ordered_on="2024-02-01"),
            line(2, "S1", "P1", "2.00"),
            line(3, "S2", "P1", "2.50"),
            line(4, "S1", "P2", "7.00"),
            line(5, "S9", "P1", "0.10", ordered_on="2024-04-01"),
        ],
        [
            {"supplier_id": "S1", "on_time_rate": 1, "fill_rate": "0.9", "lead_time_days": 10},
            {"supplier_id": "S2", "on_time_rate": "0.8", "fill_rate": "1.2", "lead_time_days": 5},
            {"supplier_id": "S3", "promised_lead_time_days": 8},
        ],
        [("P1", "S3"), ("P1", "S8")],
    )
    assert_rows(
        found,
        [
            {"product_id": "P1", "supplier_id": "S2", "unit_cost": "2.5", "price_score": "0.8",
             "reliability_score": "0.888889", "delivery_score": 1, "score": "0.881111", "rank": 1, "is_chosen": True,
             "reason": "25 % above the cheapest of 3, on time 80 %, filled 120 %, 5.0 days to deliver"},
            {"product_id": "P1", "supplier_id": "S1", "unit_cost": 2, "price_score": 1, "reliability_score": 1,
             "delivery_score": "0.5", "score": "0.875", "rank": 2, "is_chosen": False,
             "reason": "cheapest of 3, on time 100 %, filled 90 %, 10.0 days to deliver"},
            {"product_id": "P1", "supplier_id": "S3", "unit_cost": None, "price_score": "0.8",
             "reliability_score": "0.888889", "delivery_score": "0.625", "score": "0.787361", "rank": 3,
             "is_chosen": False, "reason": "cost not known, nothing promised has come yet, 8.0 days to deliver"},
            {"product_id": "P2", "supplier_id": "S1", "unit_cost": 7, "price_score": 1, "reliability_score": 1,
             "delivery_score": 1, "score": 1, "rank": 1, "is_chosen": True,
             "reason": "only supplier, on time 100 %, filled 90 %, 10.0 days to deliver"},
        ],
    )  # fmt: skip


def test_a_product_that_came_often_has_a_lead_time_of_its_own(rows, assert_rows):
    often = [line(n, "S1", "P1", "1", received_on=f"2024-03-{n + 3:02d}") for n in (1, 2, 3)]
    seldom = [line(n, "S1", "P2", "1", received_on=f"2024-03-{n:02d}") for n in (4, 5)]
    found = chosen(
        rows,
        [*often, *seldom, line(6, "S2", "P2", "1")],
        [{"supplier_id": "S1", "lead_time_days": 4, "lead_time_spread_days": 2}, {"supplier_id": "S2"}],
        params=Business(supply=Supply(lead_time_days=9)),
    )
    assert_rows(
        found,
        [
            {"product_id": "P1", "supplier_id": "S1", "lead_time_days": 4, "lead_time_spread_days": 1, "rank": 1},
            {"product_id": "P2", "supplier_id": "S1", "lead_time_days": 4, "lead_time_spread_days": 2, "rank": 1},
            {"product_id": "P2", "supplier_id": "S2", "lead_time_days": 9, "lead_time_spread_days": None, "rank": 2},
        ],
    )


def test_equals_and_nothing_known_and_costs_of_nothing_are_told_apart_the_same_way_every_time(rows, assert_rows):
    found = chosen(
        rows,
        [
            line(1, "S2", "P1", "0"),
            line(2, "S1", "P1", "0"),
            line(3, "S3", "P1", "5"),
            line(4, "S4", "P1", "5", currency="EUR"),
        ],
        [{"supplier_id": f"S{n}", "lead_time_days": 0, "on_time_rate": 0, "fill_rate": 0} for n in (1, 2, 3, 4)],
    )
    assert_rows(
        found,
        [
            {"supplier_id": "S1", "score": 1, "rank": 1},
            {"supplier_id": "S2", "score": 1, "rank": 2},
            {"supplier_id": "S3", "score": "0.6", "rank": 3},
            {"supplier_id": "S4", "score": "0.6", "rank": 4},
        ],
    )


def test_costs_are_compared_in_the_currency_of_most_suppliers_and_may_be_far_apart(rows, assert_rows):
    told = (("S1", "P1", "0.0001", "USD"), ("S2", "P1", "9000000", "USD"), ("S3", "P1", "5", "EUR"),
            ("S1", "P2", "8", "USD"), ("S2", "P2", "9", "EUR"))  # fmt: skip
    found = chosen(rows, [line(n, s, p, cost, currency=c) for n, (s, p, cost, c) in enumerate(told)], [])
    words = ", nothing promised has come yet, lead time not known"
    assert_rows(
        found,
        [
            {"product_id": "P1", "supplier_id": "S1", "price_score": 1, "rank": 1, "reason": "cheapest of 3" + words},
            {"product_id": "P1", "supplier_id": "S2", "price_score": 0, "rank": 2,
             "reason": "dearer than the cheapest of 3" + words},
            {"product_id": "P1", "supplier_id": "S3", "price_score": 0, "rank": 3,
             "reason": "not compared: cost in EUR" + words},
            {"product_id": "P2", "supplier_id": "S2", "price_score": 1, "rank": 1, "reason": "cheapest of 2" + words},
            {"product_id": "P2", "supplier_id": "S1", "price_score": 1, "rank": 2,
             "reason": "not compared: cost in USD" + words},
        ],
    )  # fmt: skip
