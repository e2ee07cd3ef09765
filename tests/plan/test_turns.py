"""Marts that are built less often than runs come: whose turn it is, and what a run of due ones leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from lakehouse.plan import Selection, make_plan, next_tables
from tests.plan.practice import (
    AT,
    CATALOG,
    HASHES,
    MARTS,
    RELEASED,
    VERSIONS,
    arrived,
    built,
    found,
    landed,
    record,
    settled,
    table,
)

SLOW = table("gold.weeks", "gold.cube", release_group="slow", refresh="daily at 00:30")
SHELF = table("gold.shelf", "silver.products", release_group="shelf", refresh="every 2 hours")
TREND = table("gold.trend", "ops.steps", release_group="trend", refresh="daily at 00:30")
LIVE = table("gold.board", "silver.sales", release_group="live", refresh="live")
ALL, DUE = Selection(), Selection(only_due=True)
MOVED = {"versions": VERSIONS | {"gold.cube": 2}}


def house(*marts):
    return replace(CATALOG, tables=CATALOG.tables | {mart.name: mart for mart in marts})


def at(hour, minute, day=1):
    return datetime(2024, 3, day, hour, minute, tzinfo=UTC)


def weeks_built(moment, seconds="20"):
    made = replace(built("gold.weeks", {"gold.cube": 1}), at=moment, seconds=Decimal(seconds))
    return (*(mart for mart in MARTS if mart.table != "gold.weeks"), made)


def plan(*steps, catalog=None, selection=ALL, **facts):
    """What a run at `now` does after the given steps; the cube has new rows unless told otherwise."""
    known = settled(**MOVED | facts)
    kept = tuple(step for step in known.steps if step.table not in {each.table for each in steps})
    return make_plan(catalog or house(SLOW), selection, replace(known, steps=(*kept, *steps)))


def names(planned):
    return [step.name for step in planned.steps]


@pytest.mark.parametrize(
    ("begun", "now", "is_due"),
    [
        (at(0, 31), at(23, 59), False),
        (at(0, 31), at(0, 29, day=2), False),
        (at(0, 31), at(0, 30, day=2), True),
        (at(0, 29), at(0, 31), True),
        (at(0, 30, day=2), at(0, 31, day=2), False),
    ],
)
def test_a_daily_mart_is_built_when_its_time_has_passed_since_its_last_build_began(begun, now, is_due):
    planned = plan(*weeks_built(begun, seconds="0"), now=now)
    assert ("gold.weeks" in names(planned)) == is_due
    assert "gold.months" in names(planned)


def test_a_build_counts_from_its_start():
    assert "gold.weeks" in names(plan(*weeks_built(at(0, 30), seconds="1"), now=at(9, 0)))


def test_the_time_of_a_daily_mart_is_that_of_the_business():
    built_at_midnight_in_berlin = weeks_built(at(23, 15, day=1), seconds="0")
    assert "gold.weeks" not in names(plan(*built_at_midnight_in_berlin, now=at(23, 29), zone="Europe/Berlin"))
    assert "gold.weeks" in names(plan(*built_at_midnight_in_berlin, now=at(23, 30), zone="Europe/Berlin"))


def test_a_run_says_what_it_leaves_until_when_and_a_release_keeps_it():
    planned = plan(*weeks_built(at(0, 31)), now=at(9, 0))
    assert planned.notes == ("gold.weeks is built daily at 00:30: it keeps its version until 2024-03-02 00:30 UTC",)
    assert next_tables(house(SLOW), settled(now=at(9, 0)))["gold.weeks"] == 1


@pytest.mark.parametrize(
    ("selection", "why"),
    [
        (Selection(("gold.weeks",)), "named"),
        (Selection(("+gold.weeks",)), "named with what it needs"),
        (Selection(full_refresh=("gold.weeks",)), "refreshed in full"),
    ],
    ids=["named", "with needs", "full"],
)
def test_a_mart_that_is_asked_for_by_name_does_not_wait(selection, why):
    assert "gold.weeks" in names(plan(*weeks_built(at(0, 31)), now=at(9, 0), selection=selection)), why


def test_what_a_named_mart_needs_does_not_wait_either_and_what_depends_on_it_does():
    deep = replace(table("gold.deep", "gold.weeks", release_group="deep"), refresh="daily at 00:30")
    catalog, made = house(SLOW, deep), replace(built("gold.deep", {"gold.weeks": 1}), at=at(0, 32))
    facts = {"catalog": catalog, "now": at(9, 0), "hashes": HASHES | {"gold.deep": "as before"}}
    steps = (*weeks_built(at(0, 31)), made)
    assert names(plan(*steps, selection=Selection(("+gold.deep",)), **facts))[-2:] == ["gold.weeks", "gold.deep"]
    assert names(plan(*steps, selection=Selection(("gold.weeks+",)), **facts)) == ["gold.weeks"]
    assert "gold.weeks" not in names(plan(*steps, selection=Selection(("+layer:gold",)), **facts))


def test_a_named_mart_that_is_released_together_with_one_that_rests_says_so():
    other = table("gold.years", "gold.cube", release_group="slow", refresh="daily at 00:30")
    made = replace(built("gold.years", {"gold.cube": 1}), at=at(0, 32))
    facts = {"catalog": house(SLOW, other), "now": at(9, 0), "hashes": HASHES | {"gold.years": "as before"}}
    planned = plan(*weeks_built(at(0, 31)), made, selection=Selection(("gold.weeks",)), **facts)
    note = "gold.weeks is released together with gold.years, resting until 2024-03-02 00:30 UTC"
    assert (names(planned), planned.notes) == (["gold.weeks"], (note,))
    both = Selection(("gold.weeks", "gold.years"))
    assert plan(*weeks_built(at(0, 31)), made, selection=both, **facts).notes == ()


def test_a_layer_names_nobody():
    assert "gold.weeks" not in names(plan(*weeks_built(at(0, 31)), now=at(9, 0), selection=Selection(("layer:gold",))))


def test_a_mart_never_built_or_built_otherwise_now_is_always_due():
    facts = settled(**MOVED, now=at(9, 0))
    facts = replace(facts, steps=tuple(step for step in facts.steps if step.table != "gold.weeks"))
    assert "gold.weeks" in names(make_plan(house(SLOW), ALL, facts))
    changed = plan(*weeks_built(at(0, 31)), now=at(9, 0), hashes=HASHES | {"gold.weeks": "changed"})
    assert "gold.weeks" in names(changed)


def test_a_mart_whose_build_failed_stays_due():
    failed = replace(record("gold.weeks", "failed", number=9), at=at(0, 31, day=2))
    assert "gold.weeks" in names(plan(*weeks_built(at(0, 31)), failed, now=at(0, 35, day=2)))


def test_the_stream_alone_builds_a_live_mart_and_no_release_names_it():
    catalog = house(LIVE)
    for selection in (ALL, DUE, Selection(("gold.board",)), Selection(full_refresh=("gold.board",))):
        facts = settled(versions=VERSIONS | {"silver.sales": 9}, now=at(9, 0))
        assert "gold.board" not in names(make_plan(catalog, selection, facts))
    assert "gold.board" not in next_tables(catalog, settled(built("gold.board", {"silver.sales": 4})))


def test_a_run_of_due_marts_lands_only_what_they_need():
    goods, shop = arrived(found("/landing/goods/a.csv")), arrived(found("/landing/shop/a.csv"))
    tables = {"silver.products", "gold.shelf", "silver.sales"}
    catalog = replace(house(SHELF), tables={name: t for name, t in house(SHELF).tables.items() if name in tables})
    shelf = replace(built("gold.shelf", {"silver.products": 2}), at=AT.replace(hour=8, minute=1))
    facts = {
        "hashes": HASHES | {"gold.shelf": "as before"},
        "arrivals": {"goods": goods, "shop": shop},
        "catalog": catalog,
    }
    sales = ["bronze.shop", "silver.sales@shop"]
    assert sorted(names(plan(shelf, now=at(9, 59), selection=DUE, **facts))) == sales, "a table without marts is due"
    all_steps = sorted([*sales, "bronze.goods", "silver.products@goods"])
    assert sorted(names(plan(shelf, now=at(9, 59), **facts))) == all_steps
    assert sorted(names(plan(shelf, now=at(10, 0), selection=DUE, **facts))) == sorted([*all_steps, "gold.shelf"])
    only_silver = Selection(("layer:bronze", "layer:silver"), only_due=True)
    assert sorted(names(plan(shelf, now=at(9, 59), selection=only_silver, **facts))) == sales
    assert sorted(names(plan(shelf, now=at(10, 0), selection=only_silver, **facts))) == all_steps


def test_what_a_due_mart_and_a_waiting_one_both_need_is_landed():
    planned = plan(
        *weeks_built(at(0, 31)), now=at(9, 0), selection=DUE, arrivals={"shop": arrived(found("/landing/shop/a.csv"))}
    )
    assert {"bronze.shop", "silver.sales@shop", "gold.facts", "gold.cube", "gold.months"} == set(names(planned))


def test_what_runs_add_to_the_ledger_is_no_reason_for_a_run():
    trend = replace(built("gold.trend", {"ops.steps": 1}), at=at(0, 31))
    hashes = HASHES | {"gold.trend": "as before"}
    catalog = house(TREND)
    released = replace(RELEASED, tables=dict(RELEASED.tables) | {"gold.trend": 1})
    quiet = {"versions": VERSIONS, "hashes": hashes, "catalog": catalog, "last_release": released}
    assert plan(trend, now=at(9, 0, day=2), **quiet).is_empty
    assert plan(trend, now=at(9, 0, day=2), selection=DUE, **quiet).is_empty
    beside = plan(trend, now=at(9, 0, day=2), hashes=hashes, catalog=catalog)
    assert (names(beside)[-1], beside.steps[-1].reason) == ("gold.trend", "what runs found since")
    assert "gold.trend" not in names(plan(trend, now=at(9, 0), hashes=hashes, catalog=catalog)), "not its turn"
    assert names(plan(trend, now=at(9, 0), selection=Selection(("gold.trend",)), **quiet)) == ["gold.trend"]
    changed = quiet | {"hashes": hashes | {"gold.trend": "changed"}}
    assert names(plan(trend, now=at(9, 0), **changed)) == ["gold.trend"]
    assert not plan(trend, now=at(9, 0), **quiet).notes


def test_a_mart_of_the_ledger_is_first_built_once_there_is_a_ledger():
    catalog = house(TREND)
    nothing = replace(settled(), steps=(), versions={}, last_release=None)
    assert make_plan(catalog, ALL, nothing).is_empty
    assert names(make_plan(catalog, ALL, settled(landed("web", 9, rows=0)))) == ["gold.trend"]


YEARS = table("gold.years", "gold.weeks", release_group="slow", refresh="daily at 00:30")


def years_built(moment, **more):
    made = built("gold.years", {"gold.weeks": 1}, roots={"silver.sales": 4, "silver.products": 2})
    return replace(made, at=moment, seconds=Decimal(0), **more)


def test_marts_that_are_released_together_wait_and_go_together():
    known = {"catalog": house(SLOW, YEARS), "hashes": HASHES | {"gold.years": "as before"}}
    weeks = weeks_built(at(0, 31))
    assert "gold.weeks" not in names(plan(*weeks, years_built(at(0, 32)), now=at(9, 0), **known))
    late = plan(*weeks, years_built(at(0, 29)), now=at(9, 0), **known)
    assert {"gold.weeks", "gold.years"} <= set(names(late))
    assert "gold.weeks" in names(plan(*weeks, now=at(9, 0), **known)), "the other was never built"


def test_a_release_has_marts_of_one_slow_group_only_from_the_same_rows():
    new = {"silver.sales": 5, "silver.products": 2}
    lines = built("gold.facts", new, version=2, roots=new)
    cube = built("gold.cube", {"gold.facts": 2}, version=2, roots=new)
    weeks = built("gold.weeks", {"gold.cube": 2}, version=2, roots=new)
    behind = VERSIONS | {"silver.sales": 5, "gold.facts": 2, "gold.cube": 2, "gold.weeks": 2, "gold.years": 1}
    facts = settled(lines, cube, weeks, years_built(at(0, 32)), versions=behind)
    assert next_tables(house(SLOW, YEARS), facts)["gold.weeks"] == 1
    years = built("gold.years", {"gold.weeks": 2}, version=2, roots=new)
    facts = settled(lines, cube, weeks, years, versions=behind | {"gold.years": 2})
    assert next_tables(house(SLOW, YEARS), facts)["gold.weeks"] == 2


def test_a_build_counts_from_the_start_of_its_run_whenever_it_was_finished():
    begun = {"inputs": dict(built("gold.weeks", {"gold.cube": 1}).inputs) | {"begun_at": f"{at(23, 50)}"}}
    resumed = replace(weeks_built(at(9, 0, day=2))[-1], **begun)
    assert "gold.weeks" in names(plan(*weeks_built(at(9, 0, day=2))[:-1], resumed, now=at(9, 5, day=2)))


def levels(cube, *, as_of):
    """One row per id."""
    raise AssertionError


def test_a_day_that_is_asked_for_is_given_to_all():
    dated = replace(SLOW, build=levels, inputs={"cube": "gold.cube"})
    known = {"catalog": house(dated), "as_of": {"": "2024-01-31"}, "now": at(9, 0)}
    assert "gold.weeks" not in names(plan(*weeks_built(at(0, 31)), **known))
    assert "gold.weeks" in names(plan(*weeks_built(at(0, 31)), **known, day_is_asked=True))
