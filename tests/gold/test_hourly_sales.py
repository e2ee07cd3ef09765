"""When people buy."""

from __future__ import annotations

from lakehouse.business import Business, Calendar
from lakehouse.gold.hourly_sales import hourly_sales

OPEN = Calendar(opens=9, closes=18, closed_on=("Sunday",), holidays={"2024-03-11": "Founder's Day"})


def sale(order: str, on: str, hour: int, net: int, **other: object) -> dict[str, object]:
    return {"order_id": order, "sold_on": on, "sold_month": "2024-03-01", "sold_hour": hour, "lines": 1,
            "units": 1, "net_amount": net} | other  # fmt: skip


def test_an_hour_of_a_weekday_sums_its_days_and_closed_ones_stand_apart(rows, assert_rows):
    orders = rows(
        "gold.order_cube",
        [
            sale("a", "2024-03-04", 9, 10),
            sale("a", "2024-03-04", 9, 5, channel="web"),
            sale("b", "2024-03-18", 9, 20),
            sale("b", "2024-03-18", 9, -4, is_return=True, units=-1),
            sale("c", "2024-03-11", 9, 7),
            sale("d", "2024-03-04", 18, 3),
            sale("e", "2024-03-03", 10, 2),
        ],
    )
    assert_rows(
        hourly_sales(orders=orders, params=Business(calendar=OPEN)),
        [
            {"weekday": 1, "sold_hour": 9, "is_business_hour": True, "days": 2, "orders": 2, "lines": 4, "units": 2,
             "net_amount": 31},
            {"weekday": 1, "sold_hour": 9, "is_business_hour": False, "days": 1, "orders": 1, "lines": 1, "units": 1,
             "net_amount": 7},
            {"weekday": 1, "sold_hour": 18, "is_business_hour": False, "days": 1, "orders": 1, "lines": 1, "units": 1,
             "net_amount": 3},
            {"weekday": 7, "sold_hour": 10, "is_business_hour": False, "days": 1, "orders": 1, "lines": 1, "units": 1,
             "net_amount": 2},
        ],
    )  # fmt: skip
