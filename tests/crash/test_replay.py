"""`kill -9` while quarantined rows are judged again: as if it had not happened, and each decision taken up once."""

from __future__ import annotations

import pytest
from crash import house
from crash.conftest import World

from lakehouse.catalog import load_conf
from lakehouse.quarantine import Command, act

pytestmark = pytest.mark.full

REPAIRS = {"quantity.parses": "quantity=2", "discount_rate.between": "discount_rate=0.5"}
"""Rule -> what people say of the row that breaks it."""

MOMENTS = (
    "ops.steps silver.sales claimed",
    "stage silver.sales",
    "ops.steps silver.sales audited",
    "merge quarantine.sales",
    "append silver.sales",
    "merge gold.days",
)
OFTEN = {"append silver.sales"}


@pytest.fixture(scope="module")
def repaired_day(mortal, tmp_path_factory) -> World:
    """A lake whose two quarantined rows were repaired since the last run."""
    world = World(tmp_path_factory.mktemp("repaired"), mortal)
    world.deliver("till_sales/day-1.csv", house.FIRST_DAY)
    world.deliver("shelf/day-1.csv", house.PRODUCTS)
    world.before = world.undisturbed()
    _, catalog = load_conf(world.before / "conf")
    for rule, fix in REPAIRS.items():
        act(house.lake_of(world.before), catalog, Command("fix", rule=rule, fixes=(fix,), note="asked the till"))
    return world


@pytest.fixture(scope="module")
def repaired_end(repaired_day):
    return repaired_day.undisturbed()


def test_what_an_undisturbed_run_makes_of_the_repairs(repaired_end):
    sums = house.books(repaired_end)["silver.sales@till_sales"]
    assert (sums.read, sums.published, sums.quarantined, sums.replayed) == (11, 7, 2, 2)
    held = house.lake_of(repaired_end).read("SELECT status, attempts FROM q", q="quarantine.sales").to_pylist()
    assert held == [{"status": "fixed", "attempts": 2}] * 2


@pytest.mark.parametrize(
    "moment", [pytest.param(moment, marks=() if moment in OFTEN else pytest.mark.rounds) for moment in MOMENTS]
)
def test_killed_while_rows_are_judged_again(moment, repaired_day, repaired_end, recover):
    home = repaired_day.home()
    repaired_day.crash(home, f"after {moment}")
    assert recover(home, repaired_day.landing) == 0
    house.assert_as_undisturbed(home, repaired_end)
