"""Unusual days of the practice shop: planted as the manifest says, and found by the mart that looks for them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from statistics import median

import examples
import numpy as np
import pytest

from lakehouse.business import AsOf, Business
from lakehouse.gold.revenue_anomalies import revenue_anomalies
from lakehouse.gold.sales_cube import sales_cube
from scripts.benchmarks.anomalies import compared
from scripts.practice.books import PUBLISHED
from scripts.practice.catalogue import CATEGORIES
from scripts.practice.lines import SETTLED_REGIONS
from scripts.practice.manifest import UnusualDay
from scripts.practice.sales import Delivery, cut, fresh_lines, fresh_rows
from scripts.practice.season import line_ends
from scripts.practice.world import world

LINES, DAYS, START = 200_000, 366, date(2024, 1, 1)


@pytest.fixture(scope="module")
def shop():
    return world(7, LINES, start=START, days=DAYS)


@pytest.fixture(scope="module")
def sold(shop):
    """Lines and net amount, in 1/10000 of a dollar, by day, region and category; never written to a file."""
    parts = cut(0, LINES)
    ends = line_ends(START, DAYS, fresh_rows(parts), busy=shop.unusual.busy)
    first = Delivery(0, parts, line_ends=ends, first_day=0, file_of_day=np.zeros(DAYS, dtype=np.int64))
    sums = np.zeros((2, DAYS, len(SETTLED_REGIONS), len(CATEGORIES)), dtype=np.int64)
    for part, _, _ in parts:
        lines = fresh_lines(shop, first, part)
        lines = lines.take(np.flatnonzero(PUBLISHED[lines.kind]))
        place = (lines.day, lines.region, shop.catalogue.category[lines.product])
        np.add.at(sums[0], place, 1)
        np.add.at(sums[1], place, lines.net)
    return sums


def against_neighbours(lines, day):
    """Lines of a day ÷ those of the same weekday one and two weeks away."""
    return lines[day] / max(np.mean([lines[other] for other in (day - 14, day - 7, day + 7, day + 14)]), 1)


def test_each_planted_day_has_its_factor_of_lines_and_the_rest_of_the_day_is_as_ever(shop, sold):
    own, others = [], []
    for one in shop.unusual.episodes:
        by_member = sold[0].sum(axis=2 if one.dimension == "region" else 1)
        for day in (day for day in one.days if day + 14 < DAYS):
            own.append(against_neighbours(by_member[:, one.member], day) / one.factor)
            others += [against_neighbours(by_member[:, n], day) for n in range(5) if n != one.member]
    assert len(own) > 30
    assert 0.85 < median(own) < 1.15
    assert 0.9 < median(others) < 1.1


def test_the_manifest_lists_every_planted_day(shop):
    told = shop.unusual.told(shop.day)
    assert len(told) == sum(len(one.days) for one in shop.unusual.episodes)
    assert {one.day for one in told} == {f"{shop.day(n)}" for one in shop.unusual.episodes for n in one.days}
    assert all((one.kind == "spike") == (one.factor > 1) for one in told)
    assert Counter(one.dimension for one in told).keys() == {"region", "category"}


def test_flags_are_compared_with_what_was_planted():
    planted = [
        UnusualDay(day, "region", member, "spike", 3.0)
        for member, day in (("North", "2024-03-01"), ("North", "2024-03-02"), ("South", "2024-04-01"))
    ]
    right = {("region", "North", "2024-03-02", "spike"), ("category", "Toys", "2024-03-02", "spike")}
    wrong = {
        ("region", "North", "2024-03-01", "drop"),
        ("region", "West", "2024-03-02", "spike"),
        ("category", "Toys", "2024-03-02", "drop"),
        ("region", "West", "2024-05-01", "spike"),
    }
    found = compared(planted, right | wrong)
    assert (found.planted, found.found, found.flags, found.right, found.delays) == (3, 1, 6, 2, (1,))
    assert compared([], set()).precision == 0


@pytest.mark.rounds
def test_planted_days_are_found_early_and_flags_are_right(shop, sold, spark):
    """Measured here: recall 0.86, precision 0.77, 0.09 days."""
    cube = [
        {
            "sold_on": f"{START + timedelta(days=int(day))}",
            "region": SETTLED_REGIONS[region],
            "category": CATEGORIES[category],
            "net_amount": sold[1][day, region, category] / 10_000,
        }
        for day, region, category in zip(*np.nonzero(sold[0]), strict=True)
    ]
    flagged = revenue_anomalies(
        cube=spark.createDataFrame(*examples.typed(sales_cube, cube)),
        params=Business(),
        as_of=AsOf({}, START + timedelta(days=DAYS)),
    ).where("is_anomaly")
    told = flagged.select("dimension", "member", "sold_on", "kind").collect()
    flags = {(row[0], row[1], f"{row[2]}", row[3]) for row in told}
    found = compared(shop.unusual.told(shop.day), flags)
    assert found.recall >= 0.80
    assert found.precision >= 0.70
    assert found.delay <= 0.5
