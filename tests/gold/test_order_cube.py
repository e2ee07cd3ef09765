"""What each order came to."""

from __future__ import annotations

from lakehouse.gold.order_cube import order_cube
from lakehouse.quality import facts_of

ORDER = {"order_id": "1", "sold_on": "2024-03-01", "sold_hour": 9, "customer_key": "C1", "region": "North",
         "channel": "web", "payment_method": "card"}  # fmt: skip


def test_an_order_is_one_row_unless_its_lines_differ(rows, assert_rows):
    lines = rows(
        "gold.fct_sales",
        [
            {**ORDER, "quantity": 2, "gross_amount": 20, "discount_amount": 1, "net_amount": 19, "loyalty_points": 19},
            {**ORDER, "quantity": 1, "gross_amount": 5, "discount_amount": 0, "net_amount": 5, "loyalty_points": 5},
            {**ORDER, "quantity": 1, "gross_amount": 3, "discount_amount": 0, "net_amount": 3, "is_product": False},
            {**ORDER, "quantity": -1, "gross_amount": -5, "discount_amount": 0, "net_amount": -5, "is_return": True,
             "loyalty_points": -5, "payment_method": None},
        ],
    )  # fmt: skip
    assert_rows(
        order_cube(lines=lines),
        [
            {"order_id": "1", "payment_method": "card", "is_return": False, "is_product": True, "lines": 2, "units": 3,
             "gross_amount": 25, "discount_amount": 1, "net_amount": 24, "loyalty_points": 24},
            {"order_id": "1", "payment_method": "card", "is_return": False, "is_product": False, "lines": 1, "units": 1,
             "gross_amount": 3, "discount_amount": 0, "net_amount": 3, "loyalty_points": None},
            {"order_id": "1", "payment_method": "Unknown", "is_return": True, "is_product": True, "lines": 1,
             "units": -1, "gross_amount": -5, "discount_amount": 0, "net_amount": -5, "loyalty_points": -5},
        ],
    )  # fmt: skip


def test_a_payment_method_that_nobody_told_reconciles(rows):
    sold = {"sold_on": "2024-03-01", "order_id": "o1", "customer_key": "c1", "region": "North", "channel": "Store"}
    line = sold | {"sold_hour": 9, "quantity": "1", "net_amount": "5.00", "gross_amount": "5.00"}
    lines = rows("gold.fct_sales", [line, line | {"payment_method": "card", "net_amount": "7.00"}])
    built = order_cube(lines=lines)
    found = facts_of(built, order_cube, order_cube.rules, others={"gold.fct_sales": lines})
    assert {rule: (fact.good, fact.checked) for rule, fact in found.items()} == {
        "net_amount.reconciles": (True, 1),
        "units.reconciles": (True, 1),
    }
