"""A small lake from end to end: every number led back to its file, files joined without anybody noticing."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import engine as engines
import pytest
from maintain.corner import open_shop

from lakehouse import ledger, session
from lakehouse.catalog import driving_input, load_conf
from lakehouse.errors import ConfigError, LakehouseError
from lakehouse.export import Command, act
from lakehouse.lake import data_files, join_files, stored_types
from lakehouse.ledger import Upkeep
from lakehouse.table import STRING, Column
from tests.test_every_table import CATALOG, GOLD

pytestmark = pytest.mark.full


GOODS = """
name: goods
doc: What the web shop sells.
owner: goods@example.org
read: {format: csv, path: "${landing}/goods/*.csv", options: {header: true}}
feeds: silver.products
system: corner
map:
  product_id: {from: sku}
  category:   {from: kind}
  updated_at: {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""
SHELF = "sku,kind,changed\ntea,Drinks,2024-01-01 00:00:00\ncake,Food,2024-01-01 00:00:00\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory, spark):
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = replace(engines.make(tmp_path_factory.mktemp("shop")), usual=engines.EVERYTHING)
        open_shop(engine)
        engine.add_source("goods", GOODS)
        engine.deliver("goods/1.csv", SHELF)
        assert engine.run() == 0
        yield engine


@pytest.fixture(scope="module")
def catalog(shop):
    return load_conf(shop.conf)[1]


def ends_at(table):
    """The table at the end of the way back from a mart; the last that is known where the way ends early."""
    while table.layer == "gold" and (name := driving_input(table, TABLES)):
        table = TABLES[name]
    return table.name


TABLES = CATALOG.tables
SOLD = [table for table in GOLD if ends_at(table) == "silver.sales"]


def is_followed(table):
    """Whether each row of a mart of money leads to its own lines, at every table on the way back."""
    if table.layer == "silver":
        return True
    followed = "net_amount" in table.column_names and "" not in table.traces.values()
    return followed and is_followed(TABLES[driving_input(table, TABLES)])


def said(value):
    """A value of a grain as SQL writes it."""
    return str(value).lower() if isinstance(value, bool) else value


def test_every_mart_leads_back_to_what_was_delivered():
    ends = {table.name: ends_at(table) for table in GOLD}
    assert ends.pop("gold.quality_trend") == "ops.dq_results"
    assert {name: end for name, end in ends.items() if not end.startswith("silver.")} == {}
    followed = {table.name for table in SOLD if is_followed(table)}
    assert {"gold.customer_value", "gold.channel_mix", "gold.segment_summary", "gold.category_performance"} < followed


def traced(shop, catalog, tmp_path, mart, **more):
    told = act(shop.lake, catalog, Command(("trace", mart), tmp_path, **more))
    file, *summary = told.splitlines()
    return list(csv.DictReader(Path(file).read_text().splitlines())), summary


@pytest.mark.parametrize("mart", [table.name for table in SOLD if is_followed(table)])
def test_the_lines_behind_a_row_of_every_mart_add_up_to_its_money(shop, catalog, tmp_path, mart):
    table = catalog.table(mart)
    rows = shop.query(f"SELECT * FROM g ORDER BY {', '.join(table.grain)}", g=mart)
    assert rows
    for row in (rows[0], rows[-1]):
        where = " AND ".join(f"CAST({name} AS VARCHAR) = '{said(row[name])}'" for name in table.grain)
        lines, _ = traced(shop, catalog, tmp_path, mart, where=where)
        assert sum(Decimal(line["net_amount"]) for line in lines) == row["net_amount"]


@pytest.mark.parametrize("mart", [table.name for table in SOLD])
def test_every_mart_of_sales_can_be_traced(shop, catalog, tmp_path, mart):
    lines, summary = traced(shop, catalog, tmp_path, mart)
    assert bool(lines) == bool(shop.query("SELECT * FROM g LIMIT 1", g=mart))
    if lines and "gold.sales_cube" in summary[1]:
        assert summary[1].endswith("silver.sales version 2: 7 lines, net_amount 3,538.00")


def test_a_line_names_its_file_its_text_and_what_was_put_right(shop, catalog, tmp_path):
    where = "sold_on = '2024-03-02' AND region = 'South'"
    [line], summary = traced(shop, catalog, tmp_path, "gold.daily_sales", where=where)
    assert (line["order_id"], line["batch"], line["row"]) == ("3", "1", "3")
    assert line["file"].endswith("/orders/march.csv")
    assert line["corrected"] == "quantity.number"
    assert json.loads(line["delivered"]) == {
        "order": "3", "line": "1", "customer": "c8", "sku": "tea", "group": "Drinks", "region": "South",
        "qty": "1,000", "price": "3.50", "at": "2024-03-02 10:00:00",
    }  # fmt: skip
    assert "customer_email" not in line
    assert summary[0] == "gold.daily_sales version 1: 1 rows, net_amount 3,500.00"
    assert summary[1].endswith("silver.sales version 2: 1 lines, net_amount 3,500.00")


def test_text_that_may_name_people_is_shown_only_when_asked_for(shop, catalog, tmp_path):
    where = "order_id = '1' AND line_id = '1' AND system = 'corner'"
    [line], _ = traced(shop, catalog, tmp_path, "gold.fct_sales", where=where)
    assert "Ada" not in str(line)
    assert line["corrected"] == "region.spellings"
    [line], _ = traced(shop, catalog, tmp_path, "gold.fct_sales", where=where, values=True)
    assert line["customer_email"] == "ada@example.org"
    assert json.loads(line["delivered"])["remark"] == "for Ada Lovelace"


def test_a_trace_that_cannot_be_made_says_why(shop, catalog, tmp_path):
    with pytest.raises(ConfigError, match="takes one released mart"):
        act(shop.lake, catalog, Command(("trace",), tmp_path))
    with pytest.raises(ConfigError, match="takes one released mart"):
        act(shop.lake, catalog, Command(("trace", "gold.daily_sales"), tmp_path, format="parquet"))
    with pytest.raises(LakehouseError, match="Its columns: system"):
        act(shop.lake, catalog, Command(("trace", "gold.daily_sales"), tmp_path, where="regio = 'North'"))


def test_joined_files_are_no_reason_to_run_and_lines_can_still_be_traced(shop, catalog, tmp_path, monkeypatch):
    here = shop.with_lake("joined")
    for name in ("silver.sales", "gold.fct_sales"):
        before = here.lake.version(name)
        join_files(here.lake, name, [data_files(here.lake, name)])
        ledger.note_upkeep(here.lake, Upkeep(name, "compact", before, here.lake.version(name)))
    monkeypatch.setattr(session, "start", lambda *_, **__: pytest.fail("a Java process was started"))
    code, heard = engines.heard(lambda: here.run(*engines.SPINE))
    assert (code, "no Java process was started" in heard) == (0, True)
    lines, _ = traced(here, catalog, tmp_path, "gold.monthly_sales", where="sold_month = '2024-05-01'")
    assert [line["order_id"] for line in lines] == ["5", "6"]


MORE = """order,line,customer,mail,sku,group,region,qty,price,at
7,1,c8,bob@example.org,tea,Drinks,N,1,3.50,2024-05-04 10:00:00
"""
TO_SILVER = ("layer:bronze", "silver.sales")


def with_columns(catalog, columns):
    """The catalog with another contract of silver.sales."""
    sales = replace(catalog.table("silver.sales"), columns=columns)
    return replace(catalog, tables={**catalog.tables, "silver.sales": sales})


def test_a_changed_contract_is_added_to_refused_or_judged_again(shop, monkeypatch):
    here = shop.with_lake("changed")
    settings, catalog = load_conf(shop.conf, overrides={"roots.lake": str(here.lake_folder)})
    columns = catalog.table("silver.sales").columns
    wider = (*columns, Column("note", STRING, "Said at the till."))
    monkeypatch.setattr("lakehouse.run.load_conf", lambda *_: (settings, with_columns(catalog, wider)))
    here.deliver("orders/later.csv", MORE)
    _, heard = engines.heard(lambda: here.run(*TO_SILVER, dry_run=True))
    assert "silver.sales: + column note: added by the next step that writes" in heard
    assert here.run(*TO_SILVER) == 0
    assert here.query("SELECT count(*) AS n, count(note) AS notes FROM s", s="silver.sales") == [{"n": 8, "notes": 0}]

    narrower = tuple(column for column in columns if column.name != "tax_amount")
    monkeypatch.setattr("lakehouse.run.load_conf", lambda *_: (settings, with_columns(catalog, narrower)))
    before = here.lake.version("silver.sales")
    with pytest.raises(ConfigError, match="- column tax_amount, - column note; rows that are there do not fit"):
        here.run(*TO_SILVER)
    assert here.lake.version("silver.sales") == before
    assert here.run(*TO_SILVER, full_refresh=("silver.sales",)) == 0
    assert {"tax_amount", "note"}.isdisjoint(stored_types(here.lake, "silver.sales"))
    assert here.query("SELECT sum(net_amount) AS net FROM s", s="silver.sales") == [{"net": Decimal("3541.5000")}]
    _, heard = engines.heard(lambda: here.run(*TO_SILVER, dry_run=True))
    assert "nothing to do" in heard
