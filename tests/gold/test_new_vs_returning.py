"""Who brings the money."""

from __future__ import annotations

from lakehouse.gold.new_vs_returning import new_vs_returning

MARCH, APRIL = "2024-03-01", "2024-04-01"


def sale(order: str, customer: str, month: str, net: int, **other: object) -> dict[str, object]:
    return {"order_id": order, "customer_key": customer, "sold_month": month, "net_amount": net, "lines": 1,
            "units": 1} | other  # fmt: skip


def test_a_customer_is_new_in_the_month_of_the_first_order_only(rows, assert_rows):
    orders = rows(
        "gold.order_cube",
        [
            sale("1", "ann", MARCH, 40),
            sale("2", "ann", MARCH, 20),
            sale("3", "ann", APRIL, 10),
            sale("4", "bob", MARCH, -5, is_return=True),
            sale("5", "bob", APRIL, 30),
            sale("6", "unknown", MARCH, 45),
            sale("7", "unknown", APRIL, 60),
            sale("8", "ann", APRIL, 10, currency="EUR"),
            sale("9", "ann", APRIL, 7, system="market"),
        ],
    )
    assert_rows(
        new_vs_returning(orders=orders),
        [
            {"system": "shop", "currency": "USD", "sold_month": MARCH, "customer_kind": "new", "customers": 1,
             "orders": 2, "lines": 2, "net_amount": 60, "revenue_share": "0.6"},
            {"system": "shop", "currency": "USD", "sold_month": MARCH, "customer_kind": "returning", "customers": 0,
             "orders": 0, "lines": 1, "net_amount": -5, "revenue_share": "-0.05"},
            {"system": "shop", "currency": "USD", "sold_month": MARCH, "customer_kind": "unknown", "customers": None,
             "orders": 1, "lines": 1, "net_amount": 45, "revenue_share": "0.45"},
            {"system": "shop", "currency": "USD", "sold_month": APRIL, "customer_kind": "new", "customers": 1,
             "orders": 1, "lines": 1, "net_amount": 30, "revenue_share": "0.3"},
            {"system": "shop", "currency": "USD", "sold_month": APRIL, "customer_kind": "returning", "customers": 1,
             "orders": 1, "lines": 1, "net_amount": 10, "revenue_share": "0.1"},
            {"system": "shop", "currency": "USD", "sold_month": APRIL, "customer_kind": "unknown", "customers": None,
             "orders": 1, "lines": 1, "net_amount": 60, "revenue_share": "0.6"},
            {"system": "shop", "currency": "EUR", "sold_month": APRIL, "customer_kind": "returning", "customers": 1,
             "orders": 1, "lines": 1, "net_amount": 10, "revenue_share": 1},
            {"system": "market", "currency": "USD", "sold_month": APRIL, "customer_kind": "new", "customers": 1,
             "orders": 1, "lines": 1, "net_amount": 7, "revenue_share": 1},
        ],
    )  # fmt: skip


def test_who_paid_a_fee_alone_bought_nothing_yet(rows, assert_rows):
    orders = [sale("1", "ann", MARCH, 3, is_product=False), sale("2", "ann", APRIL, 10),
              sale("2", "ann", APRIL, 2, is_product=False), sale("3", "ann", APRIL, 2, is_product=False)]  # fmt: skip
    names = ("sold_month", "customer_kind", "customers", "orders", "lines", "net_amount")
    expected = [(MARCH, "returning", 0, 0, 1, 3), (APRIL, "new", 1, 1, 3, 14)]
    built = new_vs_returning(orders=rows("gold.order_cube", orders))
    assert_rows(built, [dict(zip(names, row, strict=True)) for row in expected])
