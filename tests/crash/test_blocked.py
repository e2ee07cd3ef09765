"""A batch that its gate blocks, and a crash on the way there: it stays held, readers keep what they had."""

from __future__ import annotations

import pytest
from crash import house
from crash.conftest import World

from lakehouse import ledger

pytestmark = pytest.mark.full

BAD_DAY = house.HEAD + "".join(
    f"b{n},1,p1,c1,2024-03-04 09:00:00,many,1.50,0,North,2024-03-04 09:00:00\n" for n in range(30)
)


@pytest.fixture(scope="module")
def bad_day(mortal, tmp_path_factory) -> World:
    world = World(tmp_path_factory.mktemp("bad"), mortal)
    world.deliver("till_sales/day-1.csv", house.FIRST_DAY)
    world.deliver("shelf/day-1.csv", house.PRODUCTS)
    world.before = world.undisturbed()
    world.deliver("till_sales/day-2.csv", BAD_DAY)
    return world


@pytest.mark.parametrize(
    ("point", "code"),
    [
        ("after ops.dq_results silver.sales", 1),  # not decided: judged again, blocked again
        ("after ops.steps silver.sales blocked", 0),  # decided: nothing is tried again, the release tells of it
        ("after append bronze.till_sales", 1),
        ("after ops.releases", 0),
    ],
)
def test_killed_around_a_blocked_step(point, code, bad_day, recover):
    home = bad_day.home()
    seen = house.contents(home)
    bad_day.crash(home, point)
    assert recover(home, bad_day.landing) == code
    assert recover(home, bad_day.landing) == 0  # nothing new, nothing tried again
    now = house.contents(home)
    assert {name: now[name] for name in seen if name != "bronze.till_sales"} == {
        name: rows for name, rows in seen.items() if name != "bronze.till_sales"
    }
    lake = house.lake_of(home)
    assert len(now["bronze.till_sales"]) == len(seen["bronze.till_sales"]) + 30
    assert ledger.newest_release(lake).held == ("till_sales",)
    [blocked] = [step for step in ledger.steps(lake) if step.state == "blocked"]
    assert (blocked.books.read, blocked.books.held) == (30, 30)
    assert (home / "var" / "lake" / "staging" / blocked.step_id).is_dir()  # kept, to be looked at
    assert [step.name for step in ledger.steps(lake) if not step.is_finished] == []
