"""Which versions readers are given: a group as one, or not at all."""

from __future__ import annotations

from dataclasses import replace

from lakehouse.plan import next_tables, one_of_each, release_due
from tests.plan.practice import CATALOG, MARTS, RELEASED, VERSIONS, built, judged, landed, record, settled, table

GOODS = table("gold.goods", "silver.products")
HOUSE = replace(CATALOG, tables=CATALOG.tables | {"gold.goods": GOODS})
OLD = dict(RELEASED.tables) | {"gold.goods": 1}
FIRST_GOODS = built("gold.goods", {"silver.products": 2}, roots={"silver.products": 2})
NEW = {"silver.sales": 5, "silver.products": 2}
FACTS = built("gold.facts", NEW, version=2, roots=NEW)
CUBE = built("gold.cube", {"gold.facts": 2}, version=2, roots=NEW)
MONTHS = built("gold.months", {"gold.cube": 2}, version=2, roots=NEW)
WEEKS = built("gold.weeks", {"gold.cube": 2}, version=2, roots=NEW)


def shop(*steps, **versions):
    """A house whose tables are at other versions than when everything was settled: `sales=5`, `cube=2`."""
    moved = {name: versions.get(name.partition(".")[2], at) for name, at in (VERSIONS | {"gold.goods": 1}).items()}
    return settled(FIRST_GOODS, *steps, versions=moved, last_release=replace(RELEASED, tables=OLD))


def test_a_group_built_from_the_same_silver_versions_enters_together():
    facts = shop(FACTS, CUBE, MONTHS, WEEKS, sales=5, facts=2, cube=2, months=2, weeks=2)
    assert next_tables(HOUSE, facts) == dict.fromkeys(OLD, 2) | {"gold.goods": 1}
    assert release_due(HOUSE, facts)


def test_a_group_with_one_mart_behind_stays_where_it_was_and_others_go_on():
    ahead = (FACTS, CUBE, WEEKS)
    versions = {"sales": 5, "facts": 2, "cube": 2, "weeks": 2}
    for tried in ([], [record("gold.months", "failed")], [record("gold.months", "blocked")]):
        assert next_tables(HOUSE, shop(*ahead, *tried, **versions)) == OLD | {"gold.weeks": 2}


def test_what_stands_behind_a_mart_that_is_behind_is_behind_as_well():
    facts = shop(FACTS, record("gold.cube", "blocked"), record("gold.months", "skipped"), sales=5, facts=2)
    assert next_tables(HOUSE, facts) == OLD


def test_a_change_that_no_sale_shows_reaches_readers_through_the_marts_that_show_it():
    goods = built("gold.goods", {"silver.products": 3}, version=2, roots={"silver.products": 3})
    read = {"silver.sales": 4, "silver.products": 3}
    same = built("gold.facts", read, roots=read)
    skipped = record("gold.cube", "skipped")
    facts = shop(goods, same, skipped, products=3, goods=2)
    assert next_tables(HOUSE, facts) == OLD | {"gold.goods": 2}
    assert release_due(HOUSE, facts)
    assert next_tables(HOUSE, shop(goods, products=3, goods=2)) == OLD, "the lines may show the product"


def test_a_change_that_ends_in_the_middle_of_the_marts_reaches_readers():
    unmoved = built("gold.cube", {"gold.facts": 2}, version=1, roots=NEW)
    assert next_tables(HOUSE, shop(FACTS, unmoved, sales=5, facts=2)) == OLD | {"gold.facts": 2}


def test_a_mart_that_is_behind_is_of_the_versions_that_it_was_built_from():
    facts = shop(sales=5, products=3)
    assert next_tables(HOUSE, facts) == OLD, "no mart has been built since"
    goods = built("gold.goods", {"silver.products": 3}, version=2, roots={"silver.products": 3})
    assert next_tables(HOUSE, shop(FACTS, CUBE, MONTHS, goods, sales=5, products=3, facts=2, cube=2, goods=2)) == OLD


def test_joined_files_are_no_news():
    joined = built("gold.cube", {"gold.facts": 7}, version=8, roots=NEW)
    facts = shop(FACTS, joined, sales=5, facts=2)
    assert next_tables(HOUSE, facts) == OLD | {"gold.facts": 2, "gold.cube": 8}


def test_nobody_tells_what_an_open_step_committed():
    open_step = record("gold.facts", "published", version_after=2, number=9)
    cube = built("gold.cube", {"gold.facts": 2}, version=2, roots={"gold.facts": None})
    facts = shop(open_step, cube, sales=5, facts=2, cube=2)
    assert next_tables(HOUSE, facts) == OLD
    again = built("gold.facts", NEW, version=3, roots=NEW)
    assert next_tables(HOUSE, shop(again, cube, sales=5, facts=3, cube=2)) == OLD, "the cube is behind, and of what?"


def test_a_mart_of_two_versions_of_a_table_is_of_none():
    assert one_of_each([("silver.sales", 4), ("silver.sales", 4)]) == {"silver.sales": 4}
    assert one_of_each([("silver.sales", 4), ("silver.sales", 5), ("silver.sales", 4)]) == {"silver.sales": None}
    mixed = [
        built(name, {"gold.facts": 2}, version=2, roots={"silver.sales": None}) for name in ("gold.cube", "gold.months")
    ]
    assert next_tables(HOUSE, shop(*mixed, sales=5, facts=3)) == OLD


def test_a_table_that_was_not_there_yet_is_another_version():
    read = {"silver.sales": 4, "silver.products": None}
    without = built("gold.facts", read, version=2, roots=read)
    assert next_tables(HOUSE, shop(without, facts=2)) == OLD


def test_a_group_that_was_never_complete_is_not_released():
    steps = tuple(mart for mart in MARTS if mart.table != "gold.cube")
    facts = settled(steps=steps, last_release=None)
    assert next_tables(CATALOG, facts) == {"gold.weeks": 1}
    assert next_tables(CATALOG, settled(steps=(), last_release=None)) == {}
    assert not release_due(CATALOG, settled(steps=(), last_release=None))


def test_a_decision_that_no_mart_has_read_yet_keeps_no_release_back():
    wishes = (table("app.wishes"), table("gold.wanted", "gold.cube", "app.wishes"))
    house = replace(CATALOG, tables=CATALOG.tables | {each.name: each for each in wishes})
    wanted = built("gold.wanted", {"gold.cube": 1, "app.wishes": 3}, roots={"silver.sales": 1})
    facts = settled(wanted, versions=VERSIONS | {"app.wishes": 4, "gold.wanted": 1})
    assert next_tables(house, facts) == dict(RELEASED.tables) | {"gold.wanted": 1}


def test_a_mart_that_reads_a_slow_one_is_released_while_that_one_is_behind():
    slow = (table("gold.forecast", "gold.cube", refresh="daily at 00:30", release_group="slow"),
            table("gold.wanted", "gold.forecast", "silver.products"))  # fmt: skip
    house = replace(CATALOG, tables=CATALOG.tables | {each.name: each for each in slow})
    steps = (
        built("gold.forecast", {"gold.cube": 1}),
        built("gold.wanted", {"gold.forecast": 1, "silver.products": 3}, version=2, roots={"silver.products": 3}),
        built("gold.facts", {"silver.sales": 5, "silver.products": 3}, version=2, roots={}),
        built("gold.cube", {"gold.facts": 2}, version=2, roots={}),
        built("gold.months", {"gold.cube": 2}, version=2, roots={}),
    )
    behind = {"gold.forecast": 1, "gold.weeks": 1}
    now = VERSIONS | {"silver.sales": 5, "silver.products": 3} | dict.fromkeys(
        ("gold.facts", "gold.cube", "gold.months", "gold.wanted"), 2
    ) | behind  # fmt: skip
    released = next_tables(house, settled(*steps, versions=now))
    assert {name: version for name, version in released.items() if name not in behind} == dict.fromkeys(
        ("gold.facts", "gold.cube", "gold.months", "gold.wanted"), 2
    )  # fmt: skip


def test_the_same_versions_and_held_sources_are_no_new_release():
    assert not release_due(CATALOG, settled())
    assert release_due(CATALOG, settled(last_release=replace(RELEASED, held=("shop",))))
    held = (landed("shop", 2), judged("shop", 2, state="blocked"))
    assert release_due(CATALOG, settled(*held))
    assert not release_due(CATALOG, settled(*held, last_release=replace(RELEASED, held=("shop",))))
