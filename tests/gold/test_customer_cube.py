"""What each customer bought and brought back each day."""

from __future__ import annotations

from lakehouse.gold.customer_cube import customer_cube


def order(number: str, customer: str, net: int, **other: object) -> dict[str, object]:
    usual = {"sold_on": "2024-03-01", "sold_hour": 9, "region": "North", "units": 1, "loyalty_points": net,
             "order_id": number, "customer_key": customer, "net_amount": net}  # fmt: skip
    return usual | other


def test_a_day_of_a_customer_tells_sold_from_returned_and_products_from_postage(rows, assert_rows):
    orders = rows(
        "gold.order_cube",
        [
            order("1", "C1", 50, units=5),
            order("1", "C1", 7, sold_hour=10),
            order("1", "C1", 4, is_product=False),
            order("2", "C1", 20, sold_hour=12, region="South"),
            order("0", "C1", -30, units=-3, is_return=True),
            order("3", "C1", 8, sold_on="2024-03-02"),
            order("4", "C2", 4, is_product=False),
            order("5", "C3", -9, is_return=True, units=-1),
            order("6", "unknown", 60, loyalty_points=0),
            order("7", "unknown", 40, loyalty_points=0),
        ],
    )
    assert_rows(
        customer_cube(orders=orders),
        [
            {"customer_key": "C1", "sold_on": "2024-03-01", "region": "South", "orders": 2, "returns": 1, "units": 4,
             "sold_amount": 77, "returned_amount": -30, "net_amount": 47, "other_amount": 4, "loyalty_points": 51},
            {"customer_key": "C1", "sold_on": "2024-03-02", "region": "North", "orders": 1, "returns": 0, "units": 1,
             "sold_amount": 8, "returned_amount": 0, "net_amount": 8, "other_amount": 0, "loyalty_points": 8},
            {"customer_key": "C2", "sold_on": "2024-03-01", "region": "North", "orders": 0, "returns": 0, "units": 0,
             "sold_amount": 0, "returned_amount": 0, "net_amount": 0, "other_amount": 4, "loyalty_points": 4},
            {"customer_key": "C3", "sold_on": "2024-03-01", "region": "North", "orders": 0, "returns": 1, "units": -1,
             "sold_amount": 0, "returned_amount": -9, "net_amount": -9, "other_amount": 0, "loyalty_points": -9},
            {"customer_key": "unknown", "sold_on": "2024-03-01", "region": "North", "orders": 2, "returns": 0,
             "units": 2, "sold_amount": 100, "returned_amount": 0, "net_amount": 100, "other_amount": 0,
             "loyalty_points": 0},
        ],
    )  # fmt: skip
