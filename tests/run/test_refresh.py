"""Marts that are built less often than runs come, and the mart that tells of the runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import engine as engines
import pytest
from run.tills import KIOSK, TILLS, till_lines

from lakehouse import ledger, session
from lakehouse import run as running
from lakehouse.catalog import load_conf

MARTS = ("gold.daily_sales", "gold.fct_sales", "gold.dim_customer", "gold.dim_product", "gold.quality_trend")
ALL = ("layer:bronze", "layer:silver", "layer:gold")
"""Layers name no mart, so that those whose turn it is not wait."""
SILVER = ("silver.sales", "silver.customers", "silver.products")


@pytest.fixture
def house(engine, monkeypatch):
    """A house whose daily sales, and the trend of quality, are built half a day from now."""
    later = datetime.now(UTC) + timedelta(hours=12)
    slowly = {"refresh": f"daily at {later:%H:%M}"}

    def load(*asked):
        settings, catalog = load_conf(*asked)
        needed = {*MARTS, *SILVER}.union(*map(catalog.upstream, MARTS))
        tables = {name: t for name, t in catalog.tables.items() if name in needed or t.layer == "ops"}
        tables["gold.daily_sales"] = replace(tables["gold.daily_sales"], release_group="slow", **slowly)
        tables["gold.quality_trend"] = replace(tables["gold.quality_trend"], **slowly)
        return settings, replace(catalog, tables=tables)

    monkeypatch.setattr(running, "load_conf", load)
    engine.add_source("tills", TILLS)
    engine.add_source("kiosk", KIOSK)
    return engine


@pytest.mark.full
def test_a_slower_mart_keeps_its_version_and_the_ledger_starts_no_run(house, spark, monkeypatch, capsys):
    house.deliver("tills/1.csv", till_lines(1, range(40), junk=3))
    assert house.run(*ALL) == 0
    first = ledger.steps(house.lake)
    assert first[-1].table == "gold.quality_trend", "the last of its run, so that it sees what the run found"
    told = "SELECT column_name, counted, checked FROM q WHERE measure IN ('sold_at.parses', 'nulls', 'quarantined')"
    rows = {(r["column_name"], r["counted"]): r["checked"] for r in house.query(told, q="gold.quality_trend")}
    assert rows["sold_at", 3] == 40
    assert rows["", 3] == 40
    assert rows["category", 37] == 37
    assert rows["product_id", 0] == 37
    capsys.readouterr()

    monkeypatch.setattr(session, "start", lambda *_, **__: pytest.fail("Java was started"))
    assert house.run(*ALL) == 0
    assert house.run(*ALL, due=True) == 0
    assert capsys.readouterr().out.count("nothing new") == 2

    engines.share_session(monkeypatch, spark)
    house.deliver("tills/2.csv", till_lines(2, range(40)))
    assert house.run(*ALL) == 0
    assert "gold.daily_sales is built daily at" in capsys.readouterr().out
    assert built(house) == {"gold.fct_sales": 2, "gold.daily_sales": 1, "gold.quality_trend": 1}
    assert released(house) == {"gold.fct_sales": 2, "gold.daily_sales": 1, "gold.quality_trend": 1}

    assert house.run("gold.daily_sales", "gold.quality_trend") == 0
    assert built(house) == {"gold.fct_sales": 2, "gold.daily_sales": 2, "gold.quality_trend": 2}
    assert released(house) == built(house)


def built(house):
    """How often each mart was built."""
    told = ("gold.fct_sales", "gold.daily_sales", "gold.quality_trend")
    return {name: sum(step.state == "done" for step in house.steps(name)) for name in told}


def released(house):
    """To which of its builds the newest release leads."""
    tables = ledger.newest_release(house.lake).tables
    done = {name: [step.version_after for step in house.steps(name) if step.state == "done"] for name in built(house)}
    return {name: versions.index(tables[name]) + 1 for name, versions in done.items()}
