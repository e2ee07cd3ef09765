"""Which versions readers are given: a group as one, or not at all."""

from __future__ import annotations

from dataclasses import replace

from lakehouse.plan import next_tables, release_due
from tests.plan.practice import CATALOG, MARTS, RELEASED, built, judged, landed, record, settled

OLD = dict(RELEASED.tables)
NEW = {"silver.sales": 5}


def test_a_group_built_from_the_same_silver_versions_enters_together():
    steps = [built(mart.table, {}, version=2, roots=NEW) for mart in MARTS]
    facts = settled(*steps)
    assert next_tables(CATALOG, facts) == dict.fromkeys(OLD, 2)
    assert release_due(CATALOG, facts)


def test_a_group_with_one_mart_behind_stays_where_it_was_and_others_go_on():
    ahead = [built(name, {}, version=2, roots=NEW) for name in ("gold.facts", "gold.cube", "gold.weeks")]
    assert next_tables(CATALOG, settled(*ahead)) == OLD | {"gold.weeks": 2}
    failed = record("gold.months", "failed")
    assert next_tables(CATALOG, settled(*ahead, failed)) == OLD | {"gold.weeks": 2}


def test_a_mart_that_goes_back_to_fewer_silver_tables_is_compared_on_those():
    steps = [
        built("gold.facts", {}, version=2, roots=NEW | {"silver.products": 3}),
        built("gold.cube", {}, version=2, roots=NEW | {"silver.products": 3}),
        built("gold.months", {}, version=2, roots=NEW),
    ]
    assert next_tables(CATALOG, settled(*steps)) == {"gold.facts": 2, "gold.cube": 2, "gold.months": 2, "gold.weeks": 1}


def test_a_group_that_was_never_complete_is_not_released():
    steps = tuple(mart for mart in MARTS if mart.table != "gold.cube")
    facts = settled(steps=steps, last_release=None)
    assert next_tables(CATALOG, facts) == {"gold.weeks": 1}
    assert next_tables(CATALOG, settled(steps=(), last_release=None)) == {}
    assert not release_due(CATALOG, settled(steps=(), last_release=None))


def test_the_same_versions_and_held_sources_are_no_new_release():
    assert not release_due(CATALOG, settled())
    assert release_due(CATALOG, settled(last_release=replace(RELEASED, held=("shop",))))
    held = (landed("shop", 2), judged("shop", 2, state="blocked"))
    assert release_due(CATALOG, settled(*held))
    assert not release_due(CATALOG, settled(*held, last_release=replace(RELEASED, held=("shop",))))
