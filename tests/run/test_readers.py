"""Readers in a loop, beside runs, compaction and vacuum: never an error, never one table of another release."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Event

import pytest
from run.tills import DESK, DESK_HEAD, csv

from lakehouse import ledger, maintain
from lakehouse.catalog import load_conf
from lakehouse.maintain import Request

READERS = 4
SUMS = (
    "gold.fct_sales",
    "gold.daily_sales",
    "gold.sales_cube",
    "gold.product_cube",
    "gold.monthly_sales",
    "gold.product_sales",
    "gold.region_sales",
    "gold.category_discounts",
)
"""Marts that tell of the same money."""
DAYS = 20


@dataclass
class Seen:
    """What one reader saw until it was told to stop."""

    reads: int = 0
    releases: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


def read(lake, stop: Event) -> Seen:
    """Read every mart of the newest release, again and again; note each error and each release that does not agree."""
    seen = Seen()
    while not stop.is_set():
        try:
            release = ledger.newest_release(lake)
            found = {
                name: lake.read("SELECT sum(net_amount) AS net FROM t", t=(name, release.tables[name])).to_pylist()
                for name in SUMS
            }
        except Exception as error:
            seen.wrong.append(repr(error))
            continue
        if len({str(rows) for rows in found.values()}) != 1:
            seen.wrong.append(f"release {release.release_id}: {found}")
        seen.reads += 1
        seen.releases.add(release.release_id)
    return seen


def lines(number: int) -> str:
    """New lines on every day, and a correction of one that an earlier file told of."""
    at, changed = "2024-03-{:02d} 12:00:00", f"2024-05-01 {number // 60:02d}:{number % 60:02d}:00"
    new = [f"{number}-{day},1,1,{number}.00,{at.format(day)},{changed}" for day in range(1, DAYS + 1)]
    old = f"{max(number - 1, 0)}-3,1,7,1.00,{at.format(number % DAYS + 1)},{changed}"
    return csv(DESK_HEAD, *new, old) if number else csv(DESK_HEAD, *new)


def live(engine, seconds: float) -> tuple[list[Seen], int]:
    """Deliver, run and maintain for a while beside readers; return what these saw, and how many runs there were."""
    engine.add_source("desk", DESK)
    engine.deliver("desk/0.csv", lines(0))
    assert engine.run() == 0
    settings, catalog = load_conf(engine.conf, "dev", {"roots.lake": str(engine.lake_folder)})
    stop, runs, end = Event(), 0, time.monotonic() + seconds
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read, engine.lake, stop) for _ in range(READERS)]
        try:
            while time.monotonic() < end or not runs:
                runs += 1
                engine.deliver(f"desk/{runs}.csv", lines(runs))
                assert engine.run() == 0
                assert maintain.maintain(settings, catalog, Request()).exit_code == 0
        finally:
            stop.set()
    return [reader.result() for reader in readers], runs


def assert_undisturbed(seen: list[Seen], runs: int) -> None:
    assert [wrong for one in seen for wrong in one.wrong] == []
    assert all(one.reads for one in seen)
    assert set().union(*(one.releases for one in seen)) >= {1, runs}


@pytest.mark.rounds
def test_readers_see_one_release_at_a_time_for_ten_minutes(engine):
    seen, runs = live(replace(engine, usual=()), seconds=600)
    assert_undisturbed(seen, runs)
    assert runs > 3
