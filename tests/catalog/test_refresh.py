"""Whose turn it is, on the days that clocks are moved: in London 01:00 UTC of 31 March and of 27 October 2024."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lakehouse.catalog.refresh import Refresh

HALF_HOURS = Refresh(timedelta(minutes=30))
TWO_HOURS = Refresh(timedelta(hours=2))
AT_HALF_PAST_ONE = Refresh(timedelta(days=1), timedelta(hours=1, minutes=30))


def turns(refresh, day, clock):
    now = datetime.fromisoformat(f"2024-{day}T{clock}:00+00:00")
    return [f"{when(now, 'Europe/London'):%d %H:%M}" for when in (refresh.turn, refresh.next_turn)]


@pytest.mark.parametrize(
    ("refresh", "clock", "turn", "following"),
    [
        (HALF_HOURS, "00:10", "27 00:00", "27 00:30"),
        (HALF_HOURS, "01:10", "27 01:00", "27 01:30"),
        (HALF_HOURS, "01:40", "27 01:30", "27 02:00"),
        (TWO_HOURS, "01:10", "26 23:00", "27 02:00"),
        (AT_HALF_PAST_ONE, "00:20", "26 00:30", "27 00:30"),
        (AT_HALF_PAST_ONE, "00:40", "27 00:30", "28 01:30"),
        (AT_HALF_PAST_ONE, "01:10", "27 00:30", "28 01:30"),
        (AT_HALF_PAST_ONE, "01:40", "27 00:30", "28 01:30"),
    ],
)
def test_an_hour_that_comes_twice_has_turns_of_its_own_and_a_day_has_one(refresh, clock, turn, following):
    assert turns(refresh, "10-27", clock) == [turn, following]


@pytest.mark.parametrize(
    ("refresh", "clock", "turn", "following"),
    [
        (HALF_HOURS, "00:50", "31 00:30", "31 01:00"),
        (HALF_HOURS, "01:10", "31 01:00", "31 01:30"),
        (AT_HALF_PAST_ONE, "00:50", "30 01:30", "31 01:30"),
        (AT_HALF_PAST_ONE, "01:10", "31 00:30", "01 00:30"),
        (AT_HALF_PAST_ONE, "02:10", "31 01:30", "01 00:30"),
    ],
)
def test_a_turn_in_an_hour_that_is_left_out_began_before_now(refresh, clock, turn, following):
    assert turns(refresh, "03-31", clock) == [turn, following]


def test_no_turn_lies_ahead_and_the_next_one_does():
    for day, zone in (
        ("2024-03-31", "Europe/London"),
        ("2024-10-27", "Europe/London"),
        ("2024-04-07", "Australia/Lord_Howe"),
    ):
        start = datetime.fromisoformat(f"{day}T00:00:00+00:00").astimezone(UTC) - timedelta(hours=12)
        for minutes in range(0, 1440, 7):
            now = start + timedelta(minutes=minutes)
            for refresh in (HALF_HOURS, TWO_HOURS, AT_HALF_PAST_ONE, Refresh(timedelta(minutes=45))):
                assert refresh.turn(now, zone) <= now < refresh.next_turn(now, zone), (refresh, now)
