"""Purchase orders: open, received, short or too much; and what cannot have happened."""

from __future__ import annotations

from lakehouse.catalog import rules_of
from lakehouse.quality import verdict, with_helpers
from lakehouse.silver.purchase_orders import purchase_orders

LINE = {"source": "feed", "line_id": "1", "supplier_id": "V1", "product_id": "P1", "ordered_on": "2024-03-01",
        "promised_on": "2024-03-11", "quantity_ordered": 24, "unit_cost": "2.50", "_broken": []}  # fmt: skip
CAME = {"received_on": "2024-03-12", "quantity_received": 24, "quantity_rejected": 2}
DEFECTS = {
    "open": ({}, []),
    "received": (CAME, []),
    "short": ({**CAME, "quantity_received": 20}, []),
    "the day it was ordered": ({**CAME, "received_on": "2024-03-01"}, []),
    "free": ({"unit_cost": 0}, []),
    "less than nothing ordered": ({"quantity_ordered": -1}, ["quantity_ordered_not_negative"]),
    "no quantity": ({"quantity_ordered": None}, ["quantity_ordered.not_null"]),
    "negative receipt": ({"quantity_received": -1}, ["quantities_not_negative"]),
    "negative reject": ({**CAME, "quantity_rejected": -1}, ["quantities_not_negative"]),
    "more rejected than came": ({**CAME, "quantity_received": 1}, ["rejected_was_received"]),
    "no cost": ({"unit_cost": None}, ["unit_cost.not_null"]),
    "negative cost": ({"unit_cost": "-0.01"}, ["cost_not_negative"]),
    "more than a country earns": ({"quantity_ordered": 99999999, "unit_cost": 100001}, ["value_plausible"]),
    "no day": ({"ordered_on": None}, ["ordered_on.not_null"]),
    "another century": ({"ordered_on": "1899-12-30"}, ["ordered_on_plausible"]),
}
WARNINGS = {
    "more came than was ordered": ({**CAME, "quantity_received": 25}, "received_not_more_than_ordered"),
    "cancelled": ({"quantity_ordered": 0}, "quantity_ordered_not_zero"),
    "received before it was ordered": ({**CAME, "received_on": "2024-02-29"}, "received_not_before_order"),
    "promised for the day before": ({"promised_on": "2024-02-29"}, "promised_not_before_order"),
    "unknown supplier": ({"supplier_id": "V9"}, "supplier_id.refers_to"),
    "unknown product": ({"product_id": "P9"}, "product_id.refers_to"),
    "nobody's order": ({"supplier_id": None}, "supplier_id.not_null"),
    "no product": ({"product_id": None}, "product_id.not_null"),
}


def test_each_defect_breaks_the_rules_that_name_it_and_warnings_route_nothing(rows):
    told = {
        **{name: line for name, (line, _) in DEFECTS.items()},
        **{name: line for name, (line, _) in WARNINGS.items()},
    }
    lines = rows("silver.purchase_orders", [{"purchase_order_id": n, **LINE, **line} for n, line in told.items()])
    known = {
        "silver.suppliers": rows("silver.suppliers", [{"supplier_id": "V1"}]),
        "silver.products": rows("silver.products", [{"product_id": "P1"}]),
    }
    rules = rules_of(purchase_orders)
    warn = {rule.id: rule.good for rule in rules if rule.severity == "warn"}
    judged = verdict(with_helpers(purchase_orders(rows=lines), rules, known), rules)
    warned = [
        f"CASE WHEN NOT {good if good.startswith('_') else f'({good})'} THEN '{name}' END"
        for name, good in warn.items()
    ]
    found = judged.selectExpr("purchase_order_id", "_broken", f"array_compact(array({', '.join(warned)})) AS warned")
    by_name = {row["purchase_order_id"]: (sorted(row["_broken"]), row["warned"]) for row in found.collect()}
    assert by_name == {
        **{name: (broken, []) for name, (_, broken) in DEFECTS.items()},
        **{name: ([], [warning]) for name, (_, warning) in WARNINGS.items()},
    }
