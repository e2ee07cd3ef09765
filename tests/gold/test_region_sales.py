"""How the regions of a business compare."""

from __future__ import annotations

from lakehouse.gold.region_sales import region_sales


def month(region: str, first: str, last: str, net: int, **other: str) -> dict[str, object]:
    days = {"first_sold_on": first, "last_sold_on": last}
    return {"region": region, "net_amount": net, "units": 1, "lines": 1, "discount_amount": 0} | days | other


def test_a_region_has_its_share_of_its_own_business_and_currency(rows, assert_rows):
    cube = rows(
        "gold.month_cube",
        [
            month("North", "2024-03-01", "2024-03-30", 50),
            month("North", "2024-04-02", "2024-04-09", 25),
            month("South", "2024-03-05", "2024-03-05", 25),
            month("South", "2024-03-05", "2024-03-05", 10, currency="EUR"),
            month("East", "2024-03-05", "2024-03-05", 5, system="market"),
            month("West", "2024-03-05", "2024-03-05", -5, system="market"),
        ],
    )
    assert_rows(
        region_sales(cube=cube),
        [
            {"system": "shop", "currency": "USD", "region": "North", "net_amount": 75, "first_sold_on": "2024-03-01",
             "last_sold_on": "2024-04-09", "revenue_share": "0.75", "revenue_rank": 1},
            {"system": "shop", "currency": "USD", "region": "South", "net_amount": 25, "first_sold_on": "2024-03-05",
             "last_sold_on": "2024-03-05", "revenue_share": "0.25", "revenue_rank": 2},
            {"system": "shop", "currency": "EUR", "region": "South", "net_amount": 10, "first_sold_on": "2024-03-05",
             "last_sold_on": "2024-03-05", "revenue_share": "1", "revenue_rank": 1},
            {"system": "market", "currency": "USD", "region": "East", "net_amount": 5, "first_sold_on": "2024-03-05",
             "last_sold_on": "2024-03-05", "revenue_share": None, "revenue_rank": 1},
            {"system": "market", "currency": "USD", "region": "West", "net_amount": -5, "first_sold_on": "2024-03-05",
             "last_sold_on": "2024-03-05", "revenue_share": None, "revenue_rank": 2},
        ],
    )  # fmt: skip
