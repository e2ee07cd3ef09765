"""Stock and orders from their files to what is suggested, decision by decision and late movement by late movement."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import engine as engines
import pytest
from run.tills import csv

from lakehouse import ledger
from lakehouse.app.reorder_decisions import reorder_decisions

pytestmark = pytest.mark.full

HUB = """
name: hub
doc: What goes into and out of the hub.
owner: stock-data@example.org
read: {format: csv, path: "${landing}/hub/*.csv", options: {header: true}}
feeds: silver.stock_movements
system: corner
map:
  movement_id: {from: no}
  moved_at:    {from: at, formats: ["yyyy-MM-dd HH:mm:ss"], zone: Europe/Berlin}
  product_id:  {from: sku}
  location_id: {value: Hub}
  kind:        {from: kind}
  quantity:    {from: qty}
"""
DESK = """
name: buying
doc: What was ordered.
owner: stock-data@example.org
read: {format: csv, path: "${landing}/buying/*.csv", options: {header: true}}
feeds: silver.purchase_orders
system: corner
map:
  purchase_order_id: {from: order}
  line_id:           {value: "1"}
  supplier_id:       {from: supplier}
  product_id:        {from: sku}
  ordered_on:        {from: ordered, formats: ["yyyy-MM-dd"]}
  received_on:       {from: received, formats: ["yyyy-MM-dd"]}
  quantity_ordered:  {from: qty}
  quantity_received: {from: came}
  unit_cost:         {from: cost}
  currency:          {value: EUR}
"""
HUB_HEAD = "no,at,sku,kind,qty"
DESK_HEAD = "order,supplier,sku,ordered,received,qty,came,cost"
DAY = {"as_of": "2024-04-11"}
SUGGESTED = {"r": "gold.reorder_suggestions"}
LEVELS = {"l": "gold.stock_levels"}


def supplied(home) -> engines.Engine:
    engine = replace(engines.make(home), usual=())
    engine.add_source("hub", HUB)
    engine.add_source("buying", DESK)
    sales = (f"s{day},2024-04-{day:02d} 10:00:00,tea,sale,4" for day in range(1, 11))
    moved = ("m1,2024-02-01 09:00:00,tea,receipt,90", "m2,2024-03-20 09:00:00,tea,count,50", *sales)
    engine.deliver("hub/1.csv", csv(HUB_HEAD, *moved, "m3,2024-02-01 09:00:00,mug,receipt,9"))
    bought = ("o1,S1,tea,2024-01-28,2024-02-01,90,90,2.00", "o2,S2,tea,2024-01-28,2024-02-09,10,10,3.00")
    engine.deliver("buying/1.csv", csv(DESK_HEAD, *bought, "o3,S1,mug,2024-01-28,2024-02-01,9,9,1.00"))
    assert engine.run(**DAY) == 0
    return engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory, spark):
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        yield supplied(tmp_path_factory.mktemp("supply"))


def contents(engine: engines.Engine) -> dict[str, list[str]]:
    """Rows of every mart but the one that tells of the runs themselves."""
    names = [name for name in engine.tables_of("gold") if name != "gold.quality_trend"]
    return {name: sorted(map(str, engine.query("SELECT * FROM t", t=name))) for name in names}


def steps_of_last_run(engine: engines.Engine) -> list[str]:
    steps = ledger.steps(engine.lake)
    return [step.name for step in steps if step.run_id == steps[-1].run_id and step.state == "done"]


def test_a_decision_is_taken_up_by_the_next_run_and_a_late_movement_corrects_what_follows(engine):
    found = engine.query("SELECT product_id, stock_units, supplier_id, quantity, urgency FROM r", **SUGGESTED)
    # 40 sold in 28 days of which 40 / 28 = 1.429 a day; 10 left
    (tea,) = found
    assert (tea["product_id"], tea["stock_units"], tea["supplier_id"]) == ("tea", 10, "S1")
    before = ledger.newest_release(engine.lake)

    decision = {"event_id": "d1", "system": "corner", "product_id": "tea", "location_id": "Hub", "action": "approved",
                "suggested_on": date(2024, 4, 11), "quantity": tea["quantity"], "supplier_id": "S1",
                "urgency": tea["urgency"], "decided_by": "ann", "decided_at": datetime(2024, 4, 11, 9, tzinfo=UTC),
                "reason": None, "release_id": before.release_id}  # fmt: skip
    engine.lake.append(reorder_decisions, [decision])
    assert engine.run(**DAY) == 0
    assert steps_of_last_run(engine) == ["gold.reorder_suggestions"]
    assert engine.query("SELECT * FROM r", **SUGGESTED) == []
    released = ledger.newest_release(engine.lake)
    changed = {name for name, version in released.tables.items() if before.tables.get(name) != version}
    assert changed == {"gold.reorder_suggestions"}

    steps = len(ledger.steps(engine.lake))
    assert engine.run(**DAY) == 0
    assert len(ledger.steps(engine.lake)) == steps, "nothing is news any more"

    late = ("l1,2024-02-10 09:00:00,tea,sale,7", "l2,2024-03-20 09:00:01,tea,write_off,3")
    engine.deliver("hub/2.csv", csv(HUB_HEAD, *late, "l3,2024-03-15 09:00:00,mug,count,8"))
    assert engine.run(**DAY) == 0
    levels = engine.query("SELECT product_id, stock_units FROM l ORDER BY product_id", **LEVELS)
    assert levels == [
        {"product_id": "mug", "stock_units": Decimal(8)},
        {"product_id": "tea", "stock_units": Decimal(7)},
    ]
    closing = engine.query(
        "SELECT moved_month, closing_units, adjusted_units FROM m WHERE product_id = 'tea' ORDER BY moved_month",
        m="gold.monthly_stock",
    )
    assert [(str(row["moved_month"]), row["closing_units"], row["adjusted_units"]) for row in closing] == [
        ("2024-02-01", 83, 0),
        ("2024-03-01", 47, -33),
        ("2024-04-01", 7, 0),
    ]
    assert "3 of its moved_on" in engine.last("gold.stock_cube").reason
    one_by_one = contents(engine)
    assert engine.run(full_refresh=("layer:silver", "layer:gold"), **DAY) == 0
    assert contents(engine) == one_by_one
