"""Shops that nobody drew a mart for: every mart is built, passes its gate and says something sensible."""

from __future__ import annotations

from decimal import Decimal

import engine as engines
import pytest
from run.buying import RATES
from run.stories import GOODS, GOODS_HEAD, LINES, LINES_HEAD, PEOPLE, PEOPLE_HEAD
from run.supplying import BUYING, BUYING_HEAD, SHELVES, SHELVES_HEAD, VENDORS, VENDORS_HEAD
from run.tills import csv

pytestmark = pytest.mark.full

RETURNED = LINES.replace("  quantity:", "  is_return:   {from: qty, negative: true}\n  quantity:")
SOURCES = {
    "desk": RETURNED, "goods": GOODS, "people": PEOPLE, "vendors": VENDORS, "buying": BUYING, "shelves": SHELVES,
    "rates": RATES,
}  # fmt: skip
SAID = "2024-04-01 10:00:00"
FILES = {
    "desk": csv(
        LINES_HEAD,
        f"1,1,tea,ann,2,2.50,2024-03-05 12:00:00,{SAID}",
        f"2,1,cake,,-1,3.00,2024-03-06 12:00:00,{SAID}",
        f"3,1,,,0,0.00,2024-03-07 12:00:00,{SAID}",
    ),
    "goods": csv(GOODS_HEAD, *(f"{sku},{sku.title()},Food,2024-01-01 06:00:00," for sku in ("tea", "cake", "jam"))),
    "people": csv(PEOPLE_HEAD, "ann,Ann Lee,North,2024-01-01 06:00:00"),
    "vendors": csv(VENDORS_HEAD, "north,North,0,2024-01-01 06:00:00", "idle,Idle,3,2024-01-01 06:00:00"),
    "buying": csv(
        BUYING_HEAD,
        "1,north,tea,2024-03-01,2024-03-01,2024-03-01,10,10,0,1.00,USD,2024-03-01 18:00:00",
        "2,north,jam,2024-03-02,2024-03-03,,5,,,2.00,USD,2024-03-02 08:00:00",
    ),
    "shelves": csv(
        SHELVES_HEAD,
        "1,2024-03-05 12:00:00,tea,A,sale,9,2024-03-05 12:00:00",
        "2,2024-03-06 12:00:00,cake,A,count,0,2024-03-06 12:00:00",
    ),
}


@pytest.fixture
def house(engine):
    for name, text in SOURCES.items():
        engine.add_source(name, text)
    return engine


def bad(engine):
    """Steps that did not go well, and rules that any mart broke."""
    wrong = {name: engine.last(name).state for name in engine.tables_of("gold") if engine.last(name).state != "done"}
    broken = "SELECT DISTINCT rule FROM dq WHERE \"table\" LIKE 'gold.%' AND failed > 0 AND severity = 'block'"
    return wrong, engine.query(broken, dq="ops.dq_results")


def test_an_empty_lake_has_nothing_to_build(house):
    assert house.run("layer:bronze", "layer:silver", "layer:gold") == 0
    assert house.tables_of("gold") == []


@pytest.mark.rounds
def test_one_sale_builds_every_mart_that_sales_lead_to(house):
    house.deliver("desk/1.csv", csv(LINES_HEAD, f"1,1,tea,ann,2,2.50,2024-03-05 12:00:00,{SAID}"))
    assert house.run(*engines.EVERYTHING) == 0
    assert bad(house) == ({}, [])
    assert house.query("SELECT net_amount FROM m", m="gold.monthly_sales") == [{"net_amount": Decimal("5.0000")}]
    [customer] = house.query(
        "SELECT customer_key, orders, expected_12_months_amount AS e FROM c", c="gold.customer_value"
    )
    assert (customer["customer_key"], customer["orders"]) == ("ann", 1)
    assert customer["e"] > 0


def test_one_customer_returns_nothing_sold_idle_suppliers_and_no_lead_time(house):
    for source, content in FILES.items():
        house.deliver(f"{source}/1.csv", content)
    assert house.run(*engines.EVERYTHING) == 0
    assert bad(house) == ({}, [])
    levels = "SELECT product_id, stock_units, is_negative, urgency FROM s ORDER BY product_id"
    assert house.query(levels, s="gold.stock_levels") == [
        {"product_id": "cake", "stock_units": Decimal(0), "is_negative": False, "urgency": "low"},
        {"product_id": "tea", "stock_units": Decimal(-9), "is_negative": True, "urgency": "critical"},
    ]
    suppliers = "SELECT supplier_id, orders, on_time_rate, lead_time_days FROM s ORDER BY supplier_id"
    assert house.query(suppliers, s="gold.supplier_performance") == [
        {"supplier_id": "idle", "orders": 0, "on_time_rate": None, "lead_time_days": None},
        {"supplier_id": "north", "orders": 2, "on_time_rate": Decimal(1), "lead_time_days": Decimal(0)},
    ]
    returned = "SELECT product_key, returned_units, return_rate FROM r WHERE product_key = 'cake'"
    assert house.query(returned, r="gold.returns") == [
        {"product_key": "cake", "returned_units": Decimal(1), "return_rate": None}
    ]
