"""How each category does."""

from __future__ import annotations

from datetime import date

from lakehouse.business import AsOf
from lakehouse.gold.category_performance import category_performance

LATER = AsOf({}, date(2030, 1, 1))


def day(on: str, category: str, net: int, *, back: int = 0, region: str = "North") -> dict[str, object]:
    return {"sold_on": on, "sold_month": f"{on[:7]}-01", "region": region, "category": category, "lines": 1, "units": 1,
            "gross_amount": 2 * net, "discount_amount": net, "returned_amount": -back, "net_amount": net}  # fmt: skip


def test_a_month_that_lasts_is_compared_with_the_same_days_and_what_stopped_selling_shows(rows, assert_rows):
    cube = rows(
        "gold.sales_cube",
        [
            day("2023-03-03", "Toys", 40), day("2023-03-28", "Toys", 1000),
            day("2024-01-31", "Toys", 10),
            day("2024-02-02", "Toys", 20), day("2024-02-29", "Toys", 60, back=20), day("2024-02-09", "Books", 20),
            day("2024-03-01", "Toys", 10), day("2024-03-08", "Toys", 20, region="South"),
        ],
    )  # fmt: skip
    found = category_performance(cube=cube, as_of=LATER).where("sold_month > '2024-01-01'")
    half = {"discount_rate": "0.5"}
    assert_rows(
        found,
        [
            {"sold_month": "2024-02-01", "category": "Toys", "through_on": "2024-02-29", "lines": 2, "net_amount": 80,
             "revenue_share": "0.8", **half, "return_rate": "0.2", "month_before_amount": 10, "growth": 7,
             "year_before_amount": 0, "year_growth": None},
            {"sold_month": "2024-02-01", "category": "Books", "through_on": "2024-02-29", "lines": 1, "net_amount": 20,
             "revenue_share": "0.2", **half, "return_rate": 0, "month_before_amount": 0, "growth": None,
             "year_before_amount": 0, "year_growth": None},
            {"sold_month": "2024-03-01", "category": "Toys", "through_on": "2024-03-08", "lines": 2, "net_amount": 30,
             "revenue_share": 1, **half, "return_rate": 0, "month_before_amount": 20, "growth": "0.5",
             "year_before_amount": 40, "year_growth": "-0.25"},
        ],
    )  # fmt: skip


def test_what_sold_earlier_only_has_lost_everything(rows, assert_rows):
    cube = rows("gold.sales_cube", [day("2024-02-02", "Books", 20), day("2024-03-31", "Toys", 10)])
    assert_rows(
        category_performance(cube=cube, as_of=LATER).where("sold_month = '2024-03-01'"),
        [
            {"category": "Books", "lines": 0, "net_amount": 0, "month_before_amount": 20, "growth": -1,
             "discount_rate": None, "return_rate": None},
            {"category": "Toys", "lines": 1, "net_amount": 10, "month_before_amount": 0, "growth": None,
             "discount_rate": "0.5", "return_rate": 0},
        ],
    )  # fmt: skip
