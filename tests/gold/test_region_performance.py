"""Which regions grow and which fall behind."""

from __future__ import annotations

from datetime import date

from lakehouse.business import AsOf
from lakehouse.gold.region_performance import region_performance

LATER = AsOf({}, date(2030, 1, 1))


def day(on: str, region: str, net: int, **other: str) -> dict[str, object]:
    return {"sold_on": on, "sold_month": f"{on[:7]}-01", "region": region, "category": "Toys", "lines": 1, "units": 1,
            "discount_amount": 0, "net_amount": net} | other  # fmt: skip


def test_a_whole_month_is_compared_with_whole_months_of_its_own_business(rows, assert_rows):
    cube = rows(
        "gold.sales_cube",
        [
            day("2023-03-03", "North", 25), day("2024-02-29", "North", 100), day("2024-02-10", "South", -10),
            day("2024-03-01", "North", 30), day("2024-03-31", "North", 20), day("2024-03-04", "South", 50),
            day("2024-03-04", "South", 9, currency="EUR"), day("2024-02-04", "North", 3, system="market"),
        ],
    )  # fmt: skip
    march = {"sold_month": "2024-03-01"}
    assert_rows(
        region_performance(cube=cube, as_of=LATER).where("sold_month = '2024-03-01'"),
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


def test_nothing_grows_from_a_month_that_was_not_sold_in_from_its_beginning_on(rows, assert_rows):
    cube = rows("gold.sales_cube", [day("2024-02-04", "North", 10), day("2024-03-31", "North", 20),
                                    day("2024-04-30", "North", 30)])  # fmt: skip
    names = ("sold_month", "month_before_amount", "growth")
    expected = [("2024-02-01", 0, None), ("2024-03-01", 10, None), ("2024-04-01", 20, "0.5")]
    built = region_performance(cube=cube, as_of=LATER)
    assert_rows(built, [dict(zip(names, row, strict=True)) for row in expected])


def test_days_from_the_day_of_judgement_on_are_there_and_not_compared(rows, assert_rows):
    cube = rows(
        "gold.sales_cube",
        [
            day("2024-02-01", "North", 40), day("2024-02-20", "North", 100), day("2024-03-05", "North", 50),
            day("2024-03-10", "North", 7), day("2024-05-02", "North", 9),
        ],
    )  # fmt: skip
    names = ("sold_month", "through_on", "net_amount", "month_before_amount", "growth")
    expected = [
        ("2024-02-01", "2024-02-29", 140, 0, None),
        ("2024-03-01", "2024-03-09", 57, 40, "0.25"),
        ("2024-05-01", "2024-03-09", 9, 0, None),
    ]
    built = region_performance(cube=cube, as_of=AsOf({"shop": date(2024, 3, 10)}, date(2030, 1, 1)))
    assert_rows(built, [dict(zip(names, row, strict=True)) for row in expected])


def test_a_month_has_come_as_far_as_its_business_sold_in_any_currency(rows, assert_rows):
    cube = rows(
        "gold.sales_cube",
        [
            day("2024-02-01", "North", 10), day("2024-02-07", "North", 30), day("2024-02-09", "North", 60),
            day("2024-03-02", "North", 20), day("2024-03-08", "North", 5, currency="EUR"),
        ],
    )  # fmt: skip
    built = region_performance(cube=cube, as_of=LATER).where("sold_month = '2024-03-01' AND currency = 'USD'")
    assert_rows(built, [{"through_on": "2024-03-08", "month_before_amount": 40, "growth": "-0.5"}])
