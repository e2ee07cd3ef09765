"""One's own rates and purchase orders: a YAML each, whatever such files lack."""

from __future__ import annotations

from decimal import Decimal

import engine as engines
import pytest
from run.tills import csv

from lakehouse.catalog import load_conf
from lakehouse.quarantine import Command, act

pytestmark = pytest.mark.full

SILVER = ("layer:bronze", "silver.exchange_rates", "silver.purchase_orders")

BANK = """
name: bank
doc: What the bank takes for foreign money; every file holds some days, under one name.
owner: money@example.org
read: {format: csv, path: "${landing}/bank/*.csv", options: {header: true, separator: ";"}}
feeds: silver.exchange_rates
map:
  base_currency: {value: EUR}
  currency:      {from: Waehrung, case: upper}
  rated_on:      {from: Tag, formats: ["dd.MM.yyyy"]}
  rate:          {from: Kurs, decimal: ","}
"""
BANK_HEAD = "Tag;Waehrung;Kurs"

BUYER = """
name: buyer
doc: Orders as the buyer writes them down, without numbering their lines.
owner: buying@example.org
read: {format: csv, path: "${landing}/buyer/*.csv", options: {header: true}}
feeds: silver.purchase_orders
system: corner
map:
  purchase_order_id: {from: order}
  supplier_id:       {from: whom}
  product_id:        {from: what}
  ordered_on:        {from: day}
  quantity_ordered:  {from: units}
  unit_cost:         {from: cost}
  currency:          {value: EUR}
"""
BUYER_HEAD = "order,whom,what,day,units,cost"


@pytest.fixture(scope="module")
def shop(tmp_path_factory, spark):
    """Two deliveries: the second of the bank under the name of its first, and a line that the buyer put right."""
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("supply"))
        engine.add_source("bank", BANK)
        engine.add_source("buyer", BUYER)
        engine.deliver("bank/today.csv", csv(BANK_HEAD, "01.03.2024;usd;1,0801", "04.03.2024;usd;1,0850"))
        lines = ("a,depot,tea,2024-03-01,12,tbd", "a,depot,tea,2024-03-01,12,2.50", "b,depot,cake,2024-03-02,6,€ 4.00")
        engine.deliver("buyer/march.csv", csv(BUYER_HEAD, *lines))
        assert engine.run(*SILVER) == 0
        fix(engine, source="buyer", batch=1, row=0, fixes=("unit_cost=2.50",), note="as agreed")
        engine.deliver("bank/today.csv", csv(BANK_HEAD, "04.03.2024;usd;1,0860", "05.03.2024;usd;1,0900"))
        assert engine.run(*SILVER) == 0
        yield engine


def fix(engine, **asked):
    settings, catalog = load_conf(engine.conf, "dev", {"roots.lake": str(engine.lake_folder)})
    act(engine.lake, catalog, Command("fix", **asked), keep_days=settings.retention.quarantine)


def test_days_that_a_later_file_of_the_same_name_leaves_out_stay(shop):
    rows = shop.query("SELECT rated_on, rate FROM r ORDER BY rated_on", r="silver.exchange_rates")
    assert [(str(row["rated_on"]), row["rate"]) for row in rows] == [
        ("2024-03-01", Decimal("1.0801")), ("2024-03-04", Decimal("1.0860")), ("2024-03-05", Decimal("1.0900")),
    ]  # fmt: skip
    books = shop.last("silver.exchange_rates").books
    assert (books.published, books.replaced) == (2, 1)


def test_lines_without_a_number_are_told_apart_and_one_put_right_stands_beside_its_equal(shop):
    sql = "SELECT purchase_order_id AS id, line_id, unit_cost FROM p ORDER BY id, line_id"
    rows = shop.query(sql, p="silver.purchase_orders")
    assert [(row["id"], row["unit_cost"]) for row in rows] == [
        ("a", Decimal("2.50")), ("a", Decimal("2.50")), ("b", Decimal("4.00")),
    ]  # fmt: skip
    assert len({row["line_id"] for row in rows}) == 3
