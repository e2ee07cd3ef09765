"""A contract that says otherwise than its table: what is added, what is refused, what is built again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lakehouse.catalog import Catalog
from lakehouse.errors import ConfigError
from lakehouse.plan import Selection, make_plan
from lakehouse.plan.changes import changes
from lakehouse.table import INTEGER, LONG, STRING, Column
from tests.plan.practice import CATALOG, SOURCES, TABLES, VERSIONS, judged, settled

STORED = {name: {"id": STRING, "_batch_id": LONG} for name in VERSIONS}


def with_contract(name, **changed):
    tables = {table.name: table for table in TABLES}
    tables[name] = replace(tables[name], **changed)
    return Catalog(tables, {source.name: source for source in SOURCES})


def columns(*more):
    return (Column("id", STRING, "Key."), *more)


def planned(catalog, *, full=(), **facts):
    return make_plan(catalog, Selection(full_refresh=full), settled(schemas=STORED, **facts))


def test_a_table_that_is_as_its_contract_says_is_left_alone():
    assert planned(CATALOG).is_empty
    assert str(changes(TABLES[0], settled(schemas=STORED))) == ""
    assert str(changes(TABLES[0], settled())) == ""


def test_a_new_column_of_silver_that_may_be_null_is_told_and_waits_for_the_next_rows():
    plan = planned(with_contract("silver.sales", columns=columns(Column("shop", STRING, "Shop."))))
    assert plan.is_empty
    assert plan.notes == (
        "silver.sales: + column shop: added by the next step that writes; NULL in the rows that are there",
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"columns": columns(Column("shop", STRING, "Shop.", nullable=False))}, "+ column shop"),
        ({"columns": (Column("id", INTEGER, "Key."),)}, "type of id string → int"),
        ({"columns": (Column("key", STRING, "Key."),), "grain": ("key",)}, "+ column key, - column id"),
        ({"columns": columns(Column("n", STRING, "N.")), "grain": ("id", "n")}, "+ column n, grain id → id, n"),
    ],
)
def test_rows_that_do_not_fit_are_refused_unless_they_are_judged_again(changed, said):
    catalog = with_contract("silver.sales", **changed)
    steps = (judged("shop", 1, grain=["id"]),)
    with pytest.raises(ConfigError) as refused:
        make_plan(catalog, Selection(), settled(*steps, schemas=STORED))
    [problem] = refused.value.problems
    assert problem.key == "silver.sales"
    assert problem.what.startswith(said)
    assert problem.what.endswith("Run with --full-refresh silver.sales")
    plan = make_plan(catalog, Selection(full_refresh=("silver.sales",)), settled(*steps, schemas=STORED))
    [reason] = [step.reason for step in plan.steps if step.table == "silver.sales"]
    assert reason.startswith(f"full refresh asked for; contract: {said}")


def test_every_table_that_does_not_fit_is_named_at_once():
    tables = [replace(t, columns=(Column("id", INTEGER, "Key."),)) for t in TABLES if t.name.startswith("silver.")]
    catalog = Catalog({t.name: t for t in (*TABLES, *tables)}, {source.name: source for source in SOURCES})
    with pytest.raises(ConfigError) as refused:
        planned(catalog)
    assert sorted(problem.key for problem in refused.value.problems) == ["silver.products", "silver.sales"]


def test_a_refresh_that_was_not_selected_helps_nothing():
    catalog = with_contract("silver.sales", columns=(Column("id", INTEGER, "Key."),))
    with pytest.raises(ConfigError):
        make_plan(catalog, Selection(("layer:gold",), (), ("silver.sales",)), settled(schemas=STORED))


def test_a_mart_is_built_again_and_the_reason_names_what_changed():
    catalog = with_contract("gold.weeks", columns=columns(Column("shop", STRING, "Shop.", nullable=False)))
    hashes = dict.fromkeys([*VERSIONS, "silver.sales@shop", "silver.sales@web", "silver.products@goods"], "as before")
    plan = planned(catalog, hashes=hashes | {"gold.weeks": "new"})
    assert {step.name: step.reason for step in plan.steps} == {
        "gold.weeks": "contract, rules, build or params changed; contract: + column shop"
    }
