"""Changes that not every mart shows reach readers, and a mart that is behind holds up nobody but its readers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import engine as engines
import pytest
from run.tills import DESK, DESK_HEAD, csv

from lakehouse import ledger
from lakehouse import run as running
from lakehouse.catalog import load_conf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.ledger import StepRecord

pytestmark = pytest.mark.full

FACT, PEOPLE, CUBE, MONTHS = MARTS = ("gold.fct_sales", "gold.dim_customer", "gold.sales_cube", "gold.month_cube")
KEPT = (*MARTS, "gold.dim_product", "gold.unit_costs", "gold.daily_rates")
CARDS = """
name: cards
doc: Holders of a customer card.
owner: customer-data@example.org
read: {format: csv, path: "${landing}/cards/*.csv", options: {header: true}}
feeds: silver.customers
system: desk
map:
  customer_id: {from: card}
  city:        {from: city}
  updated_at:  {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""
LINES = DESK.replace("  quantity:", "  customer_id: {from: card}\n  payment_method: {from: paid}\n  quantity:")
HEAD = DESK_HEAD.replace("order,line,", "order,line,card,paid,")


def line(order: int, paid: str, *, changed: int = 1) -> str:
    return f"{order},1,C{order},{paid},1,10.00,2024-03-{order:02} 12:00:00,2024-03-{changed:02} 08:00:00"


def card(number: int) -> str:
    return f"C{number},Ulm,2024-01-01 00:00:00"


@dataclass(frozen=True)
class Round:
    """What one run made, and what readers were given."""

    code: int
    release_id: int
    tables: Mapping[str, int]
    steps: Mapping[str, StepRecord]


@pytest.fixture(scope="module")
def shop(tmp_path_factory, spark):
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        patch.setattr(running, "load_conf", four_marts)
        engine = replace(engines.make(tmp_path_factory.mktemp("unseen")), usual=())
        engine.add_source("desk", LINES)
        engine.add_source("cards", CARDS)
        yield engine


@pytest.fixture(scope="module")
def rounds(shop):
    shop.deliver("desk/1.csv", csv(HEAD, line(1, "cash"), line(2, "cash")))
    shop.deliver("cards/1.csv", csv("card,city,changed", card(1), card(2)))
    found = [seen(shop, shop.run())]
    shop.deliver("cards/2.csv", csv("card,city,changed", card(9)))
    found.append(seen(shop, shop.run()))
    shop.deliver("desk/2.csv", csv(HEAD, line(2, "card", changed=3)))
    found.append(seen(shop, shop.run()))
    shop.deliver("desk/3.csv", csv(HEAD, line(3, "cash")))
    found.append(seen(shop, shop.run(exclude=(FACT,), full_refresh=(CUBE,))))
    return found


def four_marts(*asked):
    settings, catalog = load_conf(*asked)
    tables = {name: table for name, table in catalog.tables.items() if table.layer != "gold" or name in KEPT}
    return settings, replace(catalog, tables=tables)


def seen(engine, code):
    newest = ledger.newest_release(engine.lake)
    return Round(code, newest.release_id, newest.tables, {name: engine.last(name) for name in MARTS})


def moved(before, after):
    return {name for name in MARTS if before.tables[name] != after.tables[name]}


def test_a_customer_who_bought_nothing_reaches_readers(shop, rounds):
    first, second = rounds[:2]
    assert (first.code, first.release_id, second.code, second.release_id) == (0, 1, 0, 2)
    assert moved(first, second) == {PEOPLE}
    ids = "SELECT customer_id FROM p WHERE customer_id IS NOT NULL ORDER BY customer_id"
    assert [row["customer_id"] for row in shop.query(ids, p=(PEOPLE, second.tables[PEOPLE]))] == ["C1", "C2", "C9"]
    assert (second.steps[FACT].state, second.steps[CUBE].state) == ("done", "skipped")


def test_a_corrected_way_of_payment_reaches_readers(shop, rounds):
    second, third = rounds[1:3]
    assert (third.code, third.release_id, moved(second, third)) == (0, 3, {FACT})
    paid = "SELECT payment_method FROM f ORDER BY order_id"
    assert [row["payment_method"] for row in shop.query(paid, f=(FACT, third.tables[FACT]))] == ["cash", "card"]
    assert (third.steps[CUBE].state, third.steps[MONTHS].state) == ("done", "skipped")


def test_a_mart_of_one_that_is_behind_is_judged_by_what_that_was_built_from(shop, rounds):
    third, fourth = rounds[2:4]
    cube = fourth.steps[CUBE]
    assert (fourth.code, cube.state, cube.reason) == (0, "done", "full refresh asked for")
    assert shop.query("SELECT count(*) AS lines FROM s", s=("silver.sales", cube.inputs["others"]["silver.sales"])) == [
        {"lines": 2}
    ]
    net = "SELECT sum(net_amount) AS net FROM m"
    assert shop.query(net, m=(CUBE, fourth.tables[CUBE])) == [{"net": Decimal("20.0000")}]
    assert fourth.tables[FACT] == third.tables[FACT]
