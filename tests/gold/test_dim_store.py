"""Stores, and which of them are like for like."""

from __future__ import annotations

from datetime import date

from lakehouse.business import AsOf, Business, Stores
from lakehouse.gold.dim_store import dim_store


def cell(store: str, day: str, lines: int = 1, **more: str) -> dict[str, object]:
    return {"store_id": store, "sold_on": day, "lines": lines, "region": "North"} | more


def test_a_store_is_like_for_like_when_it_sold_long_ago_and_sells_still(rows, assert_rows):
    cube = rows(
        "gold.store_cube",
        [
            cell("old", "2023-03-02"),
            cell("old", "2024-02-29", 2, region="South"),
            cell("old", "2024-02-29", 3, region="East", currency="EUR"),
            cell("new", "2023-03-03"),
            cell("new", "2024-02-20"),
            cell("closed", "2022-01-01"),
            cell("closed", "2024-02-19"),
            cell("future", "2024-03-01"),
            cell("Unknown", "2024-02-01"),
            cell("old", "2024-03-01", system="market"),
        ],
    )
    params = Business(stores=Stores(like_for_like_days=365, closed_after_days=10))
    days = AsOf({"market": date(2024, 3, 2)}, date(2024, 3, 1))
    store = {"system": "shop", "region": "North", "days": 2, "lines": 2, "is_open": True, "is_like_for_like": False}
    assert_rows(
        dim_store(cube=cube, params=params, as_of=days),
        [
            {**store, "store_id": "old", "region": "East", "first_sold_on": "2023-03-02", "last_sold_on": "2024-02-29",
             "lines": 6, "is_like_for_like": True},
            {**store, "store_id": "new", "first_sold_on": "2023-03-03", "last_sold_on": "2024-02-20"},
            {**store, "store_id": "closed", "first_sold_on": "2022-01-01", "last_sold_on": "2024-02-19",
             "is_open": False},
            {**store, "system": "market", "store_id": "old", "first_sold_on": "2024-03-01",
             "last_sold_on": "2024-03-01", "days": 1, "lines": 1},
        ],
    )  # fmt: skip
    longer = Business(stores=Stores(like_for_like_days=366, closed_after_days=10))
    assert_rows(dim_store(cube=cube, params=longer, as_of=days).where("is_like_for_like"), [])
