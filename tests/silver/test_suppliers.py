"""Suppliers: one way to write an address or number, and nobody who promises the impossible."""

from __future__ import annotations

from lakehouse.catalog import rules_of
from lakehouse.quality import verdict, with_helpers
from lakehouse.silver.suppliers import suppliers

DELIVERED = (
    ({"email": "Ada@Depot.Example", "phone": "+1 (210) 555-0101", "lead_time_days": 0, "pack_size": 6}, ""),
    ({"email": "ada at depot.example", "phone": "ask the desk", "minimum_order_quantity": 0}, ""),
    ({"lead_time_days": -1}, "lead_time_days.between"),
    ({"pack_size": 0}, "pack_size_positive"),
    ({"minimum_order_quantity": -6}, ""),
)


def test_a_supplier_is_standardised_and_one_who_promises_the_impossible_is_not_let_through(rows, assert_rows):
    named = [{"source": "s", "supplier_id": f"V{n}", "_broken": [], **told} for n, (told, _) in enumerate(DELIVERED)]
    rules = rules_of(suppliers)
    judged = verdict(with_helpers(suppliers(rows=rows("silver.suppliers", named)), rules, {}), rules)
    reached = [("ada@depot.example", "+12105550101"), *[(None, None)] * 4]
    assert_rows(
        judged.selectExpr("*", "array_join(_broken, ',') AS broke"),
        [
            {"supplier_id": f"V{n}", "email": reached[n][0], "phone": reached[n][1], "broke": broke}
            for n, (_, broke) in enumerate(DELIVERED)
        ],
    )
