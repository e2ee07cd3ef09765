"""Which products earn and sell the most."""

from __future__ import annotations

from lakehouse.gold.product_sales import product_sales


def month(key: str, on: str, net: int, units: int, **other: str) -> dict[str, object]:
    return {"product_key": key, "sold_month": on, "net_amount": net, "units": units, "lines": 1,
            "product_name": f"{key} of {on}", "category": "Kitchen"} | other  # fmt: skip


def test_ranks_are_unique_with_ties_by_key_and_each_currency_ranks_its_own(rows, assert_rows):
    cube = rows(
        "gold.product_cube",
        [
            month("P1", "2024-03-01", 60, 1),
            month("P1", "2024-04-01", 40, 1, category="Home"),
            month("P3", "2024-03-01", 100, 9),
            month("P2", "2024-02-01", 100, 2),
            month("P9", "2024-03-01", -5, 1, currency="EUR"),
        ],
    )
    assert_rows(
        product_sales(cube=cube),
        [
            {"product_key": "P1", "product_name": "P1 of 2024-04-01", "category": "Home", "lines": 2,
             "net_amount": 100, "last_sold_month": "2024-04-01", "revenue_rank": 1, "units_rank": 2},
            {"product_key": "P2", "product_name": "P2 of 2024-02-01", "category": "Kitchen", "lines": 1,
             "net_amount": 100, "last_sold_month": "2024-02-01", "revenue_rank": 2, "units_rank": 3},
            {"product_key": "P3", "product_name": "P3 of 2024-03-01", "category": "Kitchen", "lines": 1,
             "net_amount": 100, "last_sold_month": "2024-03-01", "revenue_rank": 3, "units_rank": 1},
            {"product_key": "P9", "product_name": "P9 of 2024-03-01", "category": "Kitchen", "lines": 1,
             "net_amount": -5, "last_sold_month": "2024-03-01", "revenue_rank": 1, "units_rank": 1},
        ],
    )  # fmt: skip
