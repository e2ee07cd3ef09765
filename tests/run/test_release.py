"""Readers get Gold tables that belong together, and can go back."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from pyarrow import csv, parquet
from run.tills import KIOSK, TILLS, till_lines

from lakehouse import ledger
from lakehouse import run as running
from lakehouse.catalog import load_conf
from lakehouse.errors import ConfigError, LakehouseError
from lakehouse.export import export

MARTS = ("gold.daily_sales", "gold.fct_sales")
STAR = (*MARTS, "gold.dim_customer", "gold.dim_product", "gold.unit_costs", "gold.daily_rates")


@pytest.fixture
def two_marts(engine, monkeypatch):
    """A house with two marts only, and dimensions that no file ever fills."""

    def load(*asked):
        settings, catalog = load_conf(*asked)
        tables = {name: table for name, table in catalog.tables.items() if table.layer != "gold" or name in STAR}
        return settings, replace(catalog, tables=tables)

    monkeypatch.setattr(running, "load_conf", load)
    engine.add_source("tills", TILLS)
    engine.add_source("kiosk", KIOSK)
    return replace(engine, usual=())


def net(engine, release):
    """What both marts say at the versions of a release."""
    total = "SELECT sum(net_amount) AS net FROM m"
    return [engine.query(total, m=(name, release.tables[name]))[0]["net"] for name in MARTS]


def exported(engine, words, kind="csv", **how):
    """Day and net amount of each row that a file of `words` holds."""
    _, catalog = load_conf(engine.conf, "dev", {})
    [file] = export(engine.lake, catalog, [words], to=engine.home / "files", kind=kind, **how)
    rows = (csv.read_csv(file) if kind == "csv" else parquet.read_table(file)).to_pylist()
    return [(str(row["sold_on"]), f"{row['net_amount']:.4f}") for row in rows]


def test_marts_enter_a_release_together_and_older_ones_stay_readable(two_marts, capsys):
    engine = two_marts
    engine.deliver("tills/1.csv", till_lines(1, range(10)))
    assert engine.run(json_logs=True) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    ended = [(line["step"], line["state"]) for line in said if line.get("event") == "step_ends"]
    assert ended == [
        ("bronze.tills", "done"),
        ("silver.sales@tills", "done"),
        ("gold.fct_sales", "done"),
        ("gold.daily_sales", "done"),
    ]
    assert [line["tables"] for line in said if line.get("event") == "release"] == [
        dict(ledger.newest_release(engine.lake).tables)
    ]
    engine.deliver("tills/2.csv", till_lines(2, range(5)))
    assert engine.run("+gold.fct_sales") == 0
    assert len(ledger.releases(engine.lake)) == 1, "one mart is ahead of the other: readers keep both as they were"
    engine.deliver("kiosk/1.csv", till_lines(3, range(25), junk=25))
    assert engine.run() == 1
    assert "held: kiosk" in capsys.readouterr().out
    newest = ledger.newest_release(engine.lake)
    assert (newest.release_id, newest.held, sorted(newest.tables)) == (2, ("kiosk",), list(MARTS))
    assert net(engine, newest) == [Decimal(105)] * 2
    assert net(engine, ledger.release_as_of(engine.lake, 1)) == [Decimal(70)] * 2
    assert exported(engine, "gold.daily_sales where sold_on = '2024-03-01'") == [("2024-03-01", "70.0000")]
    assert exported(engine, "gold.daily_sales") == [("2024-03-01", "70.0000"), ("2024-03-02", "35.0000")]
    assert exported(engine, "gold.daily_sales", kind="parquet", release=1) == [("2024-03-01", "70.0000")]
    with pytest.raises(ConfigError, match=r"gold\.daily_sale: is not in the release.*gold\.daily_sales"):
        exported(engine, "gold.daily_sale")
    assert engine.run() == 0
    assert ledger.newest_release(engine.lake) == newest
    with pytest.raises(LakehouseError, match="no release 3"):
        ledger.release_as_of(engine.lake, 3)
