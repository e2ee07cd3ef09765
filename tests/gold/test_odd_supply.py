"""Shops that nobody would invent: from movements and orders to suggestions nothing breaks, every value is sensible."""

from __future__ import annotations

from datetime import date

from lakehouse.business import AsOf, Business
from lakehouse.gold.monthly_stock import monthly_stock
from lakehouse.gold.purchase_cube import purchase_cube
from lakehouse.gold.reorder_suggestions import reorder_suggestions
from lakehouse.gold.stock_cube import stock_cube
from lakehouse.gold.stock_levels import stock_levels
from lakehouse.gold.stock_month_cube import stock_month_cube
from lakehouse.gold.supplier_choice import supplier_choice
from lakehouse.gold.supplier_performance import supplier_performance

ASKED = {"params": Business(), "as_of": AsOf({}, date(2024, 4, 11))}


def moved(product: str, kind: str, quantity: int, on: str = "2024-04-10") -> dict[str, object]:
    return {"movement_id": f"{product} {kind} {on}", "moved_at": f"{on} 12:00:00", "moved_on": on, "kind": kind,
            "quantity": quantity, "product_id": product, "location_id": "East"}  # fmt: skip


def bought(product: str, supplier: str, received: str | None, quantity: int = 5) -> dict[str, object]:
    return {"purchase_order_id": f"{product} {supplier}", "line_id": "1", "product_id": product, "currency": "USD",
            "supplier_id": supplier, "ordered_on": "2024-04-01", "received_on": received, "location_id": "East",
            "quantity_ordered": quantity, "quantity_received": 0 if received else None,
            "quantity_rejected": 0 if received else None, "unit_cost": 0}  # fmt: skip


def supplied(rows, movements, lines, suppliers):
    """Every mart of supply, each from the one before."""
    cube = stock_cube(movements=rows("silver.stock_movements", movements)).localCheckpoint()
    months = monthly_stock(cube=stock_month_cube(cube=cube))
    levels = stock_levels(cube=cube, months=months, sold=rows("gold.daily_products", []), **ASKED).localCheckpoint()
    listed, purchases = rows("silver.suppliers", suppliers), purchase_cube(lines=rows("silver.purchase_orders", lines))
    kept = supplier_performance(purchases=purchases, suppliers=listed, as_of=ASKED["as_of"]).localCheckpoint()
    choice = supplier_choice(
        purchases=purchases, performance=kept, products=rows("gold.dim_product", []), **ASKED
    ).localCheckpoint()  # fmt: skip
    none_made, none_told = rows("app.reorder_decisions", []), rows("gold.demand_forecast", [])
    found = reorder_suggestions(
        levels=levels, forecast=none_told, choice=choice, purchases=purchases, suppliers=listed, decisions=none_made,
        **ASKED,
    )  # fmt: skip
    return levels, kept, choice, found


def test_odd_products_and_suppliers(rows, assert_rows):
    levels, kept, choice, found = supplied(
        rows,
        [
            moved("never sold", "receipt", 5),
            moved("one sale", "receipt", 1, "2024-04-09"),
            moved("one sale", "sale", -1),
            moved("only returns", "return", 3),
            moved("sold unseen", "sale", -28),
            moved("counted away", "count", 0),
            moved("moves tomorrow", "receipt", 1, "2024-04-11"),
        ],
        [
            bought("one sale", "at once", "2024-04-01"),
            bought("only returns", "brings nothing", "2024-04-05"),
            bought("never sold", "still to come", None),
        ],
        [{"supplier_id": "nobody asked"}, {"supplier_id": "at once", "minimum_order_quantity": 0, "pack_size": 6}],
    )
    assert_rows(
        levels,
        [
            {"product_id": "never sold", "stock_units": 5, "daily_demand_units": 0, "days_of_cover": None,
             "urgency": "low"},
            {"product_id": "one sale", "stock_units": 0, "daily_demand_units": "0.5", "days_of_cover": 0,
             "urgency": "critical"},
            {"product_id": "only returns", "stock_units": 3, "daily_demand_units": 0, "days_of_cover": None,
             "urgency": "low"},
            {"product_id": "sold unseen", "stock_units": -28, "daily_demand_units": 28, "days_of_cover": 0,
             "urgency": "critical"},
            {"product_id": "counted away", "stock_units": 0, "daily_demand_units": 0, "days_of_cover": None,
             "urgency": "low"},
        ],
    )  # fmt: skip
    assert_rows(
        kept,
        [
            {"supplier_id": "at once", "fill_rate": 0, "reject_rate": None, "lead_time_days": 0, "price_index": None},
            {"supplier_id": "brings nothing", "fill_rate": 0, "reject_rate": None, "lead_time_days": 4,
             "price_index": None},
            {"supplier_id": "still to come", "fill_rate": None, "reject_rate": None, "lead_time_days": None,
             "price_index": None},
            {"supplier_id": "nobody asked", "fill_rate": None, "reject_rate": None, "lead_time_days": None,
             "price_index": None},
        ],
    )  # fmt: skip
    assert_rows(
        choice,
        [
            {"supplier_id": "at once", "unit_cost": 0, "score": 1, "lead_time_days": 0, "is_chosen": True},
            {"supplier_id": "brings nothing", "unit_cost": 0, "score": 1, "lead_time_days": 4, "is_chosen": True},
            {"supplier_id": "still to come", "unit_cost": 0, "score": 1, "lead_time_days": 7, "is_chosen": True},
        ],
    )
    assert_rows(
        found,
        [
            # half a unit a day for 28 days, in packs of 6; 28 a day for 7 + 28 days with nobody to ask
            {"product_id": "one sale", "supplier_id": "at once", "reorder_point_units": 0, "quantity": 18,
             "cost_amount": 0},
            {"product_id": "sold unseen", "supplier_id": None, "reorder_point_units": 196, "quantity": 1008,
             "cost_amount": None},
        ],
    )  # fmt: skip


def test_a_shop_without_anything(rows):
    for frame in supplied(rows, [], [], []):
        assert frame.collect() == []
