"""Rates of every day from rates of working days."""

from __future__ import annotations

import pytest

from lakehouse.business import Business, Reporting
from lakehouse.gold.daily_rates import daily_rates

FRIDAY, SATURDAY, MONDAY, TUESDAY, WEDNESDAY = (f"2024-03-{day:02d}" for day in (8, 9, 11, 12, 13))


def rate(currency: str, day: str, units: str, **more: str) -> dict[str, str]:
    return {"system": "market", "base_currency": "EUR", "currency": currency, "rated_on": day, "rate": units} | more


def told(found, currency: str) -> dict[str, tuple[str, str | None, int, bool]]:
    names = ("sold_on", "rate", "rated_on", "carried_days", "is_provisional")
    listed = [row for row in found.select("currency", *names).collect() if row["currency"] == currency]
    return {
        str(row["sold_on"]): (f"{row['rate'].normalize():f}", row["rated_on"] and str(row["rated_on"]), *row[4:])
        for row in listed
    }


@pytest.fixture
def published(rows):
    return rows(
        "silver.exchange_rates",
        [
            rate("USD", FRIDAY, "1.25"),
            rate("USD", MONDAY, "1.6"),
            rate("GBP", FRIDAY, "0.8"),
            rate("GBP", SATURDAY, "0.5"),
            rate("EUR", MONDAY, "7"),
            rate("USD", TUESDAY, "3", base_currency="GBP"),
        ],
    )


def test_a_day_without_a_rate_has_the_last_one_for_some_days_and_the_newest_is_provisional(published):
    found = daily_rates(rates=published, params=Business(reporting=Reporting("EUR", carry_days=2)))
    assert told(found, "USD") == {
        FRIDAY: ("0.8", FRIDAY, 0, False),
        SATURDAY: ("0.8", FRIDAY, 1, False),
        "2024-03-10": ("0.8", FRIDAY, 2, False),
        MONDAY: ("0.625", MONDAY, 0, False),
        TUESDAY: ("0.625", MONDAY, 1, True),
        WEDNESDAY: ("0.625", MONDAY, 2, True),
    }
    days = (FRIDAY, SATURDAY, "2024-03-10", MONDAY, TUESDAY, WEDNESDAY)
    assert told(found, "EUR") == dict.fromkeys(days, ("1", None, 0, False))


def test_currencies_meet_through_the_base_and_the_fresher_publisher_wins(published):
    found = daily_rates(rates=published, params=Business(reporting=Reporting("USD", carry_days=2)))
    assert told(found, "GBP") == {
        FRIDAY: ("1.5625", FRIDAY, 0, False),
        SATURDAY: ("2.5", FRIDAY, 1, False),
        "2024-03-10": ("2.5", FRIDAY, 2, True),
        MONDAY: ("3.2", SATURDAY, 2, True),
        TUESDAY: ("3", TUESDAY, 0, False),
        WEDNESDAY: ("3", TUESDAY, 1, True),
        "2024-03-14": ("3", TUESDAY, 2, True),
    }
    assert told(found, "EUR")[SATURDAY] == ("1.25", FRIDAY, 1, False)


def test_without_a_rate_of_the_reporting_currency_nothing_is_known(published):
    found = daily_rates(rates=published, params=Business(reporting=Reporting("CHF")))
    assert found.collect() == []
