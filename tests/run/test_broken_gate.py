"""A gate that cannot be trusted stops the step: two readers that disagree, or one that raises."""

from __future__ import annotations

from dataclasses import replace

import engine as engines
import pytest
from run.tills import TILL_HEAD, TILLS, Sold, csv, sold, versions

from lakehouse import run as running
from lakehouse.catalog import load_conf
from lakehouse.rules import Rule

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


SILVER = ("layer:bronze", "silver.sales")
DEPENDANTS = ("gold.daily_sales", "gold.fct_sales")


def ruled(rule):
    """Conf and catalog in which `silver.sales` has one more rule, as if its contract said so."""

    def load(*asked):
        settings, catalog = load_conf(*asked)
        sales = catalog.table("silver.sales")
        more = replace(sales, rules=(*sales.rules, rule))
        return settings, replace(catalog, tables={**catalog.tables, "silver.sales": more})

    return load


@pytest.fixture(scope="module")
def published(tmp_path_factory, spark):
    """One line is published; a file with a second one lies in the landing folder."""
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("gate"))
        engine.add_source("tills", TILLS)
        engine.deliver("tills/1.csv", csv(TILL_HEAD, "1,tea,1,2.00,2024-03-01 09:00:00"))
        assert engine.run(*SILVER) == 0
        engine.deliver("tills/2.csv", csv(TILL_HEAD, "2,tea,3,2.00,2024-03-01 09:00:00"))
        yield engine


@pytest.fixture
def engine(published, request, monkeypatch, spark):
    """The same state for each test."""
    engines.share_session(monkeypatch, spark)
    return published.with_lake(request.node.callspec.id)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (DISAGREE, "quantity.small: Spark counts 0 bad rows, Great Expectations 1"),
        (RAISES, "quantity.raises: the expectation raised"),
    ],
    ids=["disagree", "raises"],
)
def test_a_broken_gate_stops_the_step_and_its_dependants(engine, rule, why, monkeypatch):
    before = versions(engine)
    monkeypatch.setattr(running, "load_conf", ruled(rule))
    assert engine.run(*SILVER, *DEPENDANTS) == 1
    step = engine.last("silver.sales", "tills")
    assert step.state == "failed"
    assert why in step.error
    results = f"SELECT verdict FROM dq WHERE step_id = '{step.step_id}' AND rule = '{rule.id}'"
    assert engine.query(results, dq="ops.dq_results") == [{"verdict": "errored"}]
    for dependant in DEPENDANTS:
        assert engine.last(dependant).state == "skipped"
        assert "failed" in engine.last(dependant).error
    assert versions(engine) == before | {"bronze.tills": before["bronze.tills"] + 1}
    assert sold(engine) == [Sold("1", "1", "2.00")]
    if rule is DISAGREE:
        monkeypatch.setattr(running, "load_conf", load_conf)
        assert engine.run(*SILVER) == 0, "with the rule mended the same rows are judged again"
        assert sold(engine) == [Sold("1", "1", "2.00"), Sold("2", "3", "6.00")]
