"""How people buy and pay."""

from __future__ import annotations

from lakehouse.gold.channel_mix import channel_mix


def sale(order: str, channel: str, payment: str, net: int, **other: object) -> dict[str, object]:
    return {"order_id": order, "channel": channel, "payment_method": payment, "net_amount": net, "lines": 1, "units": 1,
            "sold_month": "2024-03-01"} | other  # fmt: skip


def test_shares_add_up_within_a_month_and_returns_are_no_orders(rows, assert_rows):
    orders = rows(
        "gold.order_cube",
        [
            sale("a", "web", "card", 50),
            sale("a", "web", "card", 10, sold_hour=9),
            sale("b", "store", "cash", 30),
            sale("b", "store", "card", 30),
            sale("b", "store", "card", -20, is_return=True, units=-1),
            sale("c", "web", "card", 9, sold_month="2024-04-01"),
        ],
    )
    assert_rows(
        channel_mix(orders=orders),
        [
            {"sold_month": "2024-03-01", "channel": "web", "payment_method": "card", "orders": 1, "lines": 2,
             "units": 2, "net_amount": 60, "order_share": "0.333333", "revenue_share": "0.6"},
            {"sold_month": "2024-03-01", "channel": "store", "payment_method": "cash", "orders": 1, "lines": 1,
             "units": 1, "net_amount": 30, "order_share": "0.333333", "revenue_share": "0.3"},
            {"sold_month": "2024-03-01", "channel": "store", "payment_method": "card", "orders": 1, "lines": 2,
             "units": 0, "net_amount": 10, "order_share": "0.333333", "revenue_share": "0.1"},
            {"sold_month": "2024-04-01", "channel": "web", "payment_method": "card", "orders": 1, "lines": 1,
             "units": 1, "net_amount": 9, "order_share": 1, "revenue_share": 1},
        ],
    )  # fmt: skip
