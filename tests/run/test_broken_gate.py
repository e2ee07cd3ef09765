"""A gate that cannot be trusted stops the step: two readers that disagree, or one that raises."""

from __future__ import annotations

from dataclasses import replace

import pytest
from run.tills import SALES, TILLS, Sold, csv, sold, versions

from lakehouse import run as running
from lakehouse.catalog import load_conf
from lakehouse.rules import Rule

HEAD = "order,sku,qty,price,at"
BETWEEN = "expect_column_values_to_be_between"
DISAGREE = Rule(
    id="quantity.small",
    columns=("quantity",),
    good="quantity <= 5",
    expectation=BETWEEN,
    args={"column": "quantity", "min_value": None, "max_value": 2},
    severity="warn",
)
RAISES = Rule(
    id="quantity.raises",
    columns=("quantity",),
    good="quantity IS NOT NULL",
    expectation=BETWEEN,
    args={"column": "no_such_column", "min_value": 0, "max_value": None},
    severity="warn",
)


@pytest.fixture
def with_rule(monkeypatch):
    """Give `silver.sales` one more rule, as if its contract said so."""

    def given(rule):
        def load(*asked):
            settings, catalog = load_conf(*asked)
            sales = catalog.table("silver.sales")
            ruled = replace(sales, rules=(*sales.rules, rule))
            return settings, replace(catalog, tables={**catalog.tables, "silver.sales": ruled})

        monkeypatch.setattr(running, "load_conf", load)

    return given


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (DISAGREE, "quantity.small: Spark counts 0 bad rows, Great Expectations 1"),
        (RAISES, "quantity.raises: the expectation raised"),
    ],
    ids=["disagree", "raises"],
)
def test_a_broken_gate_stops_the_step_and_its_dependants(engine, with_rule, rule, why, monkeypatch):
    engine.add_source("tills", TILLS)
    engine.deliver("tills/1.csv", csv(HEAD, "1,tea,1,2.00,2024-03-01 09:00:00"))
    assert engine.run("layer:bronze", "silver.sales") == 0
    before = versions(engine)
    engine.deliver("tills/2.csv", csv(HEAD, "2,tea,3,2.00,2024-03-01 09:00:00"))
    with_rule(rule)
    assert engine.run("layer:bronze", "silver.sales", "gold.daily_sales", "gold.fct_sales") == 1
    step = engine.last("silver.sales", "tills")
    assert step.state == "failed"
    assert why in step.error
    results = f"SELECT verdict FROM dq WHERE step_id = '{step.step_id}' AND rule = '{rule.id}'"
    assert engine.query(results, dq="ops.dq_results") == [{"verdict": "errored"}]
    for dependant in ("gold.daily_sales", "gold.fct_sales"):
        assert engine.last(dependant).state == "skipped"
        assert "failed" in engine.last(dependant).error
    assert {name: v for name, v in versions(engine).items() if name != "bronze.tills"} == {
        name: v for name, v in before.items() if name != "bronze.tills"
    }
    assert sold(engine) == [Sold("1", "1", "2.00")]
    monkeypatch.setattr(running, "load_conf", load_conf)
    assert engine.run("layer:bronze", "silver.sales") == 0
    assert engine.query("SELECT count(*) AS n FROM s", **SALES) == [{"n": 2}]
