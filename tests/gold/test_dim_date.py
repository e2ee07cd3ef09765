"""The calendar that every sale falls into."""

from __future__ import annotations

from lakehouse.business import Business, Calendar
from lakehouse.gold.dim_date import dim_date

EDGES = ("2020-12-31", "2021-01-01", "2021-01-02", "2024-02-29", "2024-12-30", "2024-12-31")


def test_the_calendar_spans_whole_years_and_its_weeks_are_those_of_iso_8601(rows):
    days = dim_date(
        sales=rows("gold.daily_sales", [{"sold_on": "2020-12-31"}, {"sold_on": "2024-12-30"}]), params=Business()
    )
    found = {str(row["date_on"]): row for row in days.collect()}
    assert (min(found), max(found), len(found)) == ("2020-01-01", "2024-12-31", 1827)
    weeks = ("iso_year", "iso_week", "weekday", "weekday_name", "is_weekend")
    assert {day: tuple(found[day][name] for name in weeks) for day in EDGES} == {
        "2020-12-31": (2020, 53, 4, "Thursday", False),
        "2021-01-01": (2020, 53, 5, "Friday", False),
        "2021-01-02": (2020, 53, 6, "Saturday", True),
        "2024-02-29": (2024, 9, 4, "Thursday", False),
        "2024-12-30": (2025, 1, 1, "Monday", False),
        "2024-12-31": (2025, 1, 2, "Tuesday", False),
    }
    leap = found["2024-02-29"]
    shown = (leap["year"], leap["quarter"], leap["month"], str(leap["month_on"]), leap["month_name"])
    assert shown == (2024, 1, 2, "2024-02-01", "February")


def test_the_fiscal_calendar_and_the_open_days_are_those_of_the_business(rows):
    calendar = Calendar(
        closed_on=("Sunday",), fiscal_year_begins=2, holidays={"2024-12-25": "Christmas Day", "1999-01-01": "Long ago"}
    )
    days = dim_date(sales=rows("gold.daily_sales", [{"sold_on": "2024-05-05"}]), params=Business(calendar=calendar))
    names = ("fiscal_year", "fiscal_quarter", "fiscal_month", "holiday_name", "is_holiday", "is_open")
    found = {str(row["date_on"]): tuple(row[name] for name in names) for row in days.collect()}
    assert {day: found[day] for day in ("2024-01-31", "2024-02-01", "2024-04-30", "2024-05-05", "2024-12-25")} == {
        "2024-01-31": (2024, 4, 12, None, False, True),
        "2024-02-01": (2025, 1, 1, None, False, True),
        "2024-04-30": (2025, 1, 3, None, False, True),
        "2024-05-05": (2025, 2, 4, None, False, False),
        "2024-12-25": (2025, 4, 11, "Christmas Day", True, False),
    }
    civil = dim_date(sales=rows("gold.daily_sales", [{"sold_on": "2024-05-05"}]), params=Business())
    assert civil.where("fiscal_year <> year OR fiscal_month <> month OR NOT is_open").collect() == []
