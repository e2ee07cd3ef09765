"""Which steps a run has, and the reason of each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyspark.sql.types import IntegerType

from lakehouse.errors import ConfigError
from lakehouse.plan import Facts, Selection, backfill_plan, make_plan, tables_by_day
from lakehouse.table import Merge
from tests.plan.practice import (
    CATALOG,
    HASHES,
    MARTS,
    VERSIONS,
    arrived,
    built,
    file,
    found,
    judged,
    landed,
    record,
    settled,
    table,
)

ALL = Selection()


def reasons(facts, selection=ALL):
    return {step.name: step.reason for step in make_plan(CATALOG, selection, facts).steps}


def test_nothing_new_is_an_empty_plan():
    plan = make_plan(CATALOG, ALL, settled())
    assert plan.is_empty
    assert (plan.unfinished, plan.steps, plan.notes, plan.release_due) == ((), (), (), False)


def test_an_empty_lake_without_files_has_nothing_to_do():
    assert make_plan(CATALOG, ALL, Facts()).is_empty


def test_a_first_file_goes_all_the_way_and_only_its_own_way():
    plan = make_plan(CATALOG, ALL, Facts(arrivals={"shop": arrived(found("/landing/shop/a.csv"))}, hashes=HASHES))
    assert {step.name: step.reason for step in plan.steps} == {
        "bronze.shop": "1 new files",
        "silver.sales@shop": "new rows",
        "gold.facts": "never built",
        "gold.cube": "never built",
        "gold.months": "never built",
        "gold.weeks": "never built",
    }
    assert plan.steps[0].files == (found("/landing/shop/a.csv"),)
    after = {step.name: step.after for step in plan.steps}
    assert after["silver.sales@shop"] == ("bronze.shop",)
    assert after["gold.facts"] == ("silver.sales@shop",)
    assert after["gold.cube"] == ("gold.facts",)


def test_later_files_leave_marts_to_find_out_whether_their_inputs_changed():
    again = found("/landing/goods/a.csv")
    facts = settled(arrivals={"goods": arrived(again, found("/landing/goods/b.csv"), corrected=(again,))})
    assert reasons(facts) == {
        "bronze.goods": "2 new files, 1 under a known name",
        "silver.products@goods": "new rows",
        "gold.facts": "its inputs may change",
        "gold.cube": "its inputs may change",
        "gold.months": "its inputs may change",
        "gold.weeks": "its inputs may change",
    }
    assert not any(step.forced for step in make_plan(CATALOG, ALL, facts).steps)


def test_a_batch_that_landed_and_was_not_judged_waits_for_nothing():
    facts = settled(landed("web", 1), landed("web", 2), landed("web", 3, rows=0))
    step = next(step for step in make_plan(CATALOG, ALL, facts).steps if step.name == "silver.sales@web")
    assert (step.batches, step.after, step.reason) == ((1, 2), (), "new rows")


def test_an_input_of_another_version_is_named_with_both():
    facts = settled(versions=VERSIONS | {"gold.cube": 2})
    assert reasons(facts) == {
        "gold.months": "changed: gold.cube 1 → 2",
        "gold.weeks": "changed: gold.cube 1 → 2",
    }
    assert all(step.forced and not step.full for step in make_plan(CATALOG, ALL, facts).steps)


def test_a_changed_contract_builds_the_mart_and_lets_those_that_read_it_look():
    facts = settled(hashes=HASHES | {"gold.cube": "changed"})
    assert reasons(facts) == {
        "gold.cube": "contract, rules, build or params changed",
        "gold.months": "its inputs may change",
        "gold.weeks": "its inputs may change",
    }
    assert make_plan(CATALOG, ALL, facts).steps[0].full


def test_a_changed_silver_contract_is_told_and_judges_nothing_again():
    plan = make_plan(CATALOG, ALL, settled(hashes=HASHES | {"silver.sales@shop": "changed"}))
    assert plan.steps == ()
    assert plan.notes == (
        "silver.sales@shop: rules or mapping changed; --full-refresh silver.sales judges history again",
    )


def test_a_full_refresh_is_forced_and_judges_every_source_in_one_step():
    facts = settled(landed("web", 1), judged("web", 1))
    plan = make_plan(CATALOG, Selection(full_refresh=("silver.sales", "gold.weeks")), facts)
    told = {step.name: (step.reason, step.full, step.forced) for step in plan.steps}
    assert told["silver.sales"] == ("full refresh asked for", True, True)
    assert told["gold.weeks"] == ("full refresh asked for", True, True)
    assert told["gold.months"] == ("its inputs may change", False, False)
    assert [step.name for step in plan.steps if step.table == "silver.sales"] == ["silver.sales"]
    assert next(step.after for step in plan.steps if step.name == "gold.facts") == ("silver.sales",)


def test_a_full_refresh_waits_for_what_every_source_of_its_table_lands():
    files = {name: arrived(found(f"/landing/{name}/b.csv")) for name in ("shop", "web", "goods")}
    plan = make_plan(CATALOG, Selection(full_refresh=("silver.sales",)), settled(arrivals=files))
    after = {step.name: set(step.after) for step in plan.steps}
    assert after["silver.sales"] == {"bronze.shop", "bronze.web"}
    assert after["gold.facts"] == {"silver.sales", "silver.products@goods"}


def test_a_full_refresh_of_a_table_without_rows_is_no_step():
    assert make_plan(CATALOG, Selection(full_refresh=("silver.products",)), Facts(hashes=HASHES)).is_empty


def test_a_held_batch_waits_by_itself_and_later_ones_go_on():
    held = judged("shop", 2, state="blocked")
    plan = make_plan(CATALOG, ALL, settled(landed("shop", 2), held))
    assert plan.steps == ()
    assert plan.notes == (
        "silver.sales@shop: rows of an earlier batch are held; readers see what was published before",
    )
    assert plan.release_due, "the release must name the held source"
    later = make_plan(CATALOG, ALL, settled(landed("shop", 2), held, landed("shop", 3)))
    assert (later.steps[0].batches, later.steps[0].reason) == ((3,), "new rows")


def test_a_held_batch_is_tried_again_when_something_about_it_changed():
    held = (landed("shop", 2), judged("shop", 2, state="blocked"))
    bad = file("bad.csv", 2)
    again = found("/landing/shop/bad.csv", "mended")
    changes = {
        "rules": settled(*held, hashes=HASHES | {"silver.sales@shop": "changed"}),
        "discarded": settled(*held, files=(file("bad.csv", 2, "discarded"),)),
        "withdrawn": settled(*held, files=(file("bad.csv", 2, "withdrawn"),)),
        "delivered again": settled(*held, files=(bad,), arrivals={"shop": arrived(again, corrected=(again,))}),
    }
    for what, facts in changes.items():
        step = next(step for step in make_plan(CATALOG, ALL, facts).steps if step.table == "silver.sales")
        assert (step.batches, step.reason) == ((2,), "held rows may pass now"), what


def test_a_batch_that_was_held_again_with_the_file_set_apart_waits():
    apart = file("bad.csv", 2, "discarded")
    held = (landed("shop", 2), judged("shop", 2, state="blocked", set_apart=[apart.sha256]))
    assert make_plan(CATALOG, ALL, settled(*held, files=(apart,))).steps == ()


def test_a_held_batch_that_passed_later_is_held_no_more():
    steps = (landed("shop", 2), judged("shop", 2, state="blocked"), judged("shop", 2))
    assert make_plan(CATALOG, ALL, settled(*steps)).is_empty


def test_what_a_run_left_behind_comes_before_its_steps():
    left = record("gold.cube", "staged", number=7)
    failed = record("gold.months", "failed", number=8)
    plan = make_plan(CATALOG, ALL, settled(left, failed))
    assert plan.unfinished == (left,)
    assert not plan.is_empty


def test_a_failed_mart_is_built_by_the_next_run():
    without = tuple(mart for mart in MARTS if mart.table != "gold.months")
    steps = (*without, record("gold.months", "failed"))
    assert reasons(settled(steps=steps)) == {"gold.months": "never built"}


def test_a_mart_whose_inputs_do_not_exist_is_not_built():
    facts = settled(steps=(), versions={"silver.sales": 0}, last_release=None)
    assert reasons(facts) == dict.fromkeys(("gold.facts", "gold.cube", "gold.months", "gold.weeks"), "never built")
    assert reasons(settled(steps=(), versions={}, last_release=None)) == {}


def test_only_selected_steps_are_planned():
    facts = settled(
        arrivals={"shop": arrived(found("/landing/shop/b.csv")), "goods": arrived(found("/landing/goods/b.csv"))}
    )
    assert list(reasons(facts, Selection(("source:shop",)))) == ["bronze.shop", "silver.sales@shop"]
    assert list(reasons(facts, Selection(("layer:bronze",), ("bronze.goods",)))) == ["bronze.shop"]


def test_the_same_facts_give_the_same_plan():
    facts = settled(built("gold.cube", {"gold.facts": 0}), landed("web", 1))
    assert make_plan(CATALOG, ALL, facts) == make_plan(CATALOG, ALL, facts)


def test_a_build_that_read_joined_files_saw_nothing_newer_than_the_rows_in_them():
    read = built("gold.facts", {"silver.sales": 6, "silver.products": 2}, number=9)
    plan = make_plan(CATALOG, ALL, settled(read))
    assert (plan.is_empty, plan.release_due) == (True, False)
    assert (
        reasons(settled(read, versions=VERSIONS | {"silver.sales": 7}))["gold.facts"] == "changed: silver.sales 6 → 7"
    )


def test_what_people_decided_is_taken_up_without_a_new_batch():
    pending = {"silver.sales@shop": {"fix": 7, "replay": 5, "waive": 3, "expire": 1}, "silver.products@goods": {}}
    plan = make_plan(CATALOG, Selection(select=("layer:silver",)), settled(pending=pending))
    assert [(step.name, step.reason) for step in plan.steps] == [
        ("silver.sales@shop", "12 quarantined rows to judge again, 3 waived, 1 expired")
    ]
    more = settled(landed("shop", 2), pending={"silver.sales@shop": {"waive": 3}})
    [step] = make_plan(CATALOG, Selection(select=("layer:silver",)), more).steps
    assert (step.reason, step.batches) == ("new rows, 3 waived", (2,))


@pytest.mark.parametrize(("read", "now", "reason"), [
    (None, None, None),
    (None, 1, "changed: app.wishes None → 1"),
    (3, 3, None),
    (3, 4, "changed: app.wishes 3 → 4"),
])  # fmt: skip
def test_a_decision_builds_the_marts_that_read_it_and_nothing_else(read, now, reason):
    wishes = (table("app.wishes"), table("gold.wanted", "gold.cube", "app.wishes"))
    house = replace(CATALOG, tables=CATALOG.tables | {each.name: each for each in wishes})
    wanted = built("gold.wanted", {"gold.cube": 1, "app.wishes": read})
    hashes = HASHES | {"gold.wanted": "as before"}
    facts = settled(wanted, versions=VERSIONS | {"gold.wanted": 1, "app.wishes": now}, hashes=hashes)
    assert {step.name: step.reason for step in make_plan(house, ALL, facts).steps} == (
        {"gold.wanted": reason} if reason else {}
    )


def test_days_judged_again_are_steps_of_the_sources_that_have_rows_and_what_follows():
    by_day = {"silver.sales": replace(CATALOG.table("silver.sales"), write=Merge(prune="sold_on"))}
    catalog = replace(CATALOG, tables={**CATALOG.tables, **by_day})
    assert tables_by_day(catalog) == ("silver.sales",)
    waits = settled(landed("goods", 2), landed("shop", 2), arrivals={"web": arrived(found("/landing/web/a.csv"))})
    days = ("2024-03-01", "2024-03-07")
    plan = backfill_plan(catalog, Selection(), waits, days=days, having={"silver.sales@shop"})
    assert [(step.name, step.batches, step.days) for step in plan.steps] == [
        ("silver.sales@shop", (), days), ("gold.facts", (), ()), ("gold.cube", (), ()), ("gold.months", (), ()),
        ("gold.weeks", (), ()),
    ]  # fmt: skip
    assert plan.steps[0].reason == "backfill 2024-03-01 to 2024-03-07"
    assert backfill_plan(catalog, Selection(), waits, days=days, having=()).is_empty


ANEW = "ended staged; judged again under a new id"


def test_a_refresh_that_ended_before_it_was_audited_is_begun_anew():
    ended = record("silver.sales", "failed", inputs={"full": True}, error=ANEW, number=9)
    plan = make_plan(CATALOG, Selection(select=("gold.weeks",)), settled(ended))
    assert [(step.name, step.full) for step in plan.steps] == [("silver.sales", True)]
    refused = record("silver.sales", "failed", inputs={"full": True}, error="silver.sales: no space", number=9)
    assert make_plan(CATALOG, ALL, settled(refused)).is_empty
    done = record("silver.sales", "done", inputs={"full": True, "batches": {"shop": [1]}, "hash": "as before"})
    assert make_plan(CATALOG, ALL, settled(ended, done)).is_empty


def test_a_backfill_that_ended_before_it_was_audited_is_begun_anew():
    days = ("2024-03-01", "2024-03-02")
    ended = record("silver.sales", "claimed", source="shop", inputs={"days": list(days)}, number=9)
    plan = make_plan(CATALOG, ALL, settled(landed("shop", 2), ended))
    first = plan.steps[0]
    assert (plan.unfinished, first.name, first.days, first.batches) == ((ended,), "silver.sales@shop", days, ())
    assert first.reason == "backfill that run run-1 began; what waits is judged by the next run"
    assert [step.name for step in plan.steps[1:]] == ["gold.facts", "gold.cube", "gold.months", "gold.weeks"]


def test_days_are_not_judged_again_by_a_contract_that_their_table_does_not_fit():
    facts = settled(schemas={"silver.sales": {"id": IntegerType()}})
    with pytest.raises(ConfigError, match=r"--full-refresh silver\.sales"):
        backfill_plan(CATALOG, ALL, facts, days=("2024-03-01", "2024-03-01"), having=("silver.sales@shop",))


def levels(products, *, as_of):
    """One row per id."""
    raise AssertionError


DATED = table("gold.levels", "silver.products", build=levels)
WITH_DAY = replace(CATALOG, tables={**CATALOG.tables, "gold.levels": DATED})
DAY = {"": "2024-03-01", "shop": "2024-03-01"}


def dated(**changed):
    """Facts of a settled lake with a mart that was judged on the first of March."""
    last = record("gold.levels", inputs={"versions": {"silver.products": 2}, "hash": "as before", "as_of": DAY})
    known = {"hashes": {**HASHES, "gold.levels": "as before"}, "versions": {**VERSIONS, "gold.levels": 1}}
    return settled(last, **(known | changed))


def steps_of(facts):
    return {step.name: step for step in make_plan(WITH_DAY, ALL, facts).steps}


def test_a_mart_is_built_whole_when_its_day_moved():
    assert "gold.levels" not in steps_of(dated(as_of=DAY))
    moved = steps_of(dated(as_of={"": "2024-03-01", "shop": "2024-03-02", "web": "2024-02-01"}))["gold.levels"]
    assert moved.reason == "as of: shop 2024-03-01 → 2024-03-02, web none → 2024-02-01"
    assert moved.full
    assert moved.forced


def test_new_sales_may_move_the_day_of_marts_that_read_none():
    new = {"arrivals": {"shop": arrived(found("/landing/shop/b.csv"))}, "as_of": DAY}
    assert "gold.levels" not in steps_of(dated(**new))
    follows = steps_of(dated(**new, day_follows_sales=True))["gold.levels"]
    assert (follows.reason, follows.after, follows.full) == ("its day may move", ("silver.sales@shop",), False)
