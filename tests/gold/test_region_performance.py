"""Which regions grow and which fall behind."""

from __future__ import annotations

from lakehouse.gold.region_performance import region_performance


def day(on: str, region: str, net: int, **other: str) -> dict[str, object]:
    return {"sold_on": on, "sold_month": f"{on[:7]}-01", "region": region, "category": "Toys", "lines": 1, "units": 1,
            "discount_amount": 0, "net_amount": net} | other  # fmt: skip


def test_a_whole_month_is_compared_with_whole_months_of_its_own_business(rows, assert_rows):
    cube = rows(
        "gold.sales_cube",
        [
            day("2023-03-31", "North", 25), day("2024-02-29", "North", 100), day("2024-02-10", "South", -10),
            day("2024-03-01", "North", 30), day("2024-03-31", "North", 20), day("2024-03-04", "South", 50),
            day("2024-03-04", "South", 9, currency="EUR"), day("2024-02-04", "North", 3, system="market"),
        ],
    )  # fmt: skip
    march = {"sold_month": "2024-03-01"}
    assert_rows(
        region_performance(cube=cube).where("sold_month = '2024-03-01'"),
        [
            {"currency": "USD", "region": "North", **march, "lines": 2, "net_amount": 50, "revenue_share": "0.5",
             "revenue_rank": 1, "month_before_amount": 100, "growth": "-0.5", "year_before_amount": 25,
             "year_growth": 1},
            {"currency": "USD", "region": "South", **march, "lines": 1, "net_amount": 50, "revenue_share": "0.5",
             "revenue_rank": 2, "month_before_amount": -10, "growth": None, "year_before_amount": 0,
             "year_growth": None},
            {"currency": "EUR", "region": "South", **march, "lines": 1, "net_amount": 9, "revenue_share": 1,
             "revenue_rank": 1, "month_before_amount": 0, "growth": None, "year_before_amount": 0,
             "year_growth": None},
        ],
    )  # fmt: skip
