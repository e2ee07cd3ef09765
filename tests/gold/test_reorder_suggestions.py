"""What to order now, how much of it, from whom, and why."""

from __future__ import annotations

from datetime import date

from lakehouse.business import AsOf, Business, Supply
from lakehouse.gold.purchase_cube import purchase_cube
from lakehouse.gold.reorder_suggestions import reorder_suggestions

DAY = AsOf({}, date(2024, 4, 11))
LEVEL = {"product_id": "P1", "location_id": "East", "as_of_on": "2024-04-11", "stock_units": 12, "urgency": "high",
         "days_of_cover": 6, "daily_demand_units": 2, "demand_spread_units": 1}  # fmt: skip
CHOSEN = {"product_id": "P1", "supplier_id": "S1", "is_chosen": True, "currency": "USD", "unit_cost": "2.50",
          "lead_time_days": 4, "lead_time_spread_days": 1}  # fmt: skip
TERMS = {"supplier_id": "S1", "minimum_order_quantity": 10, "pack_size": 12}
DECISION = {"event_id": "d1", "product_id": "P1", "location_id": "East", "suggested_on": "2024-04-10",
            "action": "approved", "quantity": 1, "supplier_id": "S1", "urgency": "high",
            "decided_at": "2024-04-10 09:00:00", "decided_by": "ann"}  # fmt: skip
SUPPLY = Supply(service_level=Supply().service_level, cover_days=28, approved_days=5, rejected_days=3)


def ordered(on: str, quantity: int, **other: object) -> dict[str, object]:
    return {"purchase_order_id": f"o{on}", "line_id": "1", "supplier_id": "S1", "product_id": "P1", "ordered_on": on,
            "location_id": "East", "quantity_ordered": quantity, "unit_cost": 1} | other  # fmt: skip


CAME = ordered("2024-04-10", 1, received_on="2024-04-10")


def suggested(rows, *, levels=(LEVEL,), choice=(CHOSEN,), lines=(), decisions=(), forecast=(), suppliers=(TERMS,)):
    return reorder_suggestions(
        levels=rows("gold.stock_levels", levels),
        forecast=rows("gold.demand_forecast", forecast),
        choice=rows("gold.supplier_choice", choice),
        purchases=purchase_cube(lines=rows("silver.purchase_orders", lines)),
        suppliers=rows("silver.suppliers", suppliers),
        decisions=rows("app.reorder_decisions", decisions),
        params=Business(supply=SUPPLY),
        as_of=DAY,
    )


def products(frame) -> list[str]:
    return sorted(row["product_id"] for row in frame.collect())


def test_what_is_short_is_filled_up_in_whole_packs_of_the_chosen_supplier(rows, assert_rows):
    found = suggested(
        rows,
        levels=[
            LEVEL,
            LEVEL | {"product_id": "P2", "stock_units": 13},
            LEVEL | {"product_id": "P3", "daily_demand_units": 0, "stock_units": -4, "days_of_cover": None},
            LEVEL | {"product_id": "P4", "stock_units": -4, "urgency": "critical"},
        ],
        choice=[CHOSEN, CHOSEN | {"product_id": "P2"}, CHOSEN | {"supplier_id": "S2", "is_chosen": False}],
    )
    # z(0.95) = 1.644854; P1: √(4 * 1² + 2² * 1²) = 2.828427; P4 has no supplier: 7 days, √(7 * 1²) = 2.645751
    assert_rows(
        found,
        [
            {"product_id": "P1", "stock_units": 12, "lead_demand_units": 8, "safety_units": "4.652",
             "reorder_point_units": "12.652", "target_units": "68.652", "quantity": 60, "minimum_order_quantity": 10,
             "pack_size": 12, "supplier_id": "S1", "currency": "USD", "unit_cost": "2.5", "cost_amount": 150,
             "urgency": "high", "as_of_on": "2024-04-11",
             "reason": "12 in stock and 0 on order are not above the reorder point of 12.7 (2 a day for 4 days, and "
                       "4.7 for safety), so that 60 are to come from S1."},
            {"product_id": "P4", "stock_units": -4, "lead_demand_units": 14, "safety_units": "4.352",
             "reorder_point_units": "18.352", "target_units": "74.352", "quantity": 79, "minimum_order_quantity": 1,
             "pack_size": 1, "supplier_id": None, "currency": None, "unit_cost": None, "cost_amount": None,
             "urgency": "critical", "as_of_on": "2024-04-11",
             "reason": "-4 in stock and 0 on order are not above the reorder point of 18.4 (2 a day for 7 days, and "
                       "4.4 for safety), so that 79 are to come, and no supplier is known."},
        ],
    )  # fmt: skip


def foretold(on: str, units: int, **other: object) -> dict[str, object]:
    return {"product_key": "P1", "granularity": "day", "forecast_on": on, "units": units} | other


def test_the_forecast_of_a_product_is_shared_among_its_places(rows, assert_rows):
    days = [foretold(f"2024-04-{11 + n}", 9 if n < 4 else 3) for n in range(8)]
    found = suggested(
        rows,
        levels=[LEVEL, LEVEL | {"location_id": "West", "daily_demand_units": 1, "stock_units": 3}],
        forecast=[
            *days,
            foretold("2024-04-10", 99),
            foretold("2024-04-11", 99, is_history=True),
            foretold("2024-04-11", 99, granularity="week"),
        ],
        lines=[ordered("2024-04-01", 9, location_id=None)],
    )
    # 9 a day in the lead time and 6 over all that is foretold; two thirds of both, and of what is on order, are East's
    assert_rows(
        found,
        [
            {"location_id": "East", "daily_demand_units": 6, "lead_demand_units": 24, "on_order_units": 6,
             "safety_units": "10.403", "target_units": "138.403", "quantity": 132},
            {"location_id": "West", "daily_demand_units": 3, "lead_demand_units": 12, "on_order_units": 3,
             "safety_units": "5.931", "target_units": "69.931", "quantity": 72},
        ],
    )  # fmt: skip


def test_open_orders_count_and_received_ones_do_not(rows, assert_rows):
    lines = [
        ordered("2024-03-01", 50, received_on="2024-03-04", quantity_received=40),
        ordered("2024-03-02", 5, quantity_received=4),
        ordered("2024-03-03", 9, location_id="West"),
        ordered("2024-03-04", 0),
        ordered("2024-02-10", 50),
        ordered("2024-04-11", 50),
    ]
    assert_rows(
        suggested(rows, levels=[LEVEL | {"stock_units": 11}], lines=lines),
        [{"on_order_units": 1, "approved_units": 0, "quantity": 60}],
    )
    assert products(suggested(rows, lines=lines)) == []


CASES = (
    ("approved", [{}], (), False),
    ("edited", [{"action": "edited", "supplier_id": "S2"}], (), False),
    ("its order was placed and has come", [{}], [CAME], True),
    ("an order from before", [{}], [CAME | {"ordered_on": "2024-04-09"}], False),
    ("an order of another supplier", [{}], [CAME | {"supplier_id": "S2"}], False),
    ("an order of nobody that is told", [{}], [CAME | {"supplier_id": None}], True),
    ("agreed with nobody", [{"supplier_id": None}], [CAME | {"supplier_id": "S2"}], True),
    ("a cancelled order", [{}], [CAME | {"quantity_ordered": 0, "received_on": None}], False),
    ("an order for another place", [{}], [CAME | {"location_id": "West"}], False),
    ("an order for no place that is told", [{}], [CAME | {"location_id": None}], True),
    ("nothing came of it for four days", [{"suggested_on": "2024-04-07"}], (), False),
    ("nothing came of it for five days", [{"suggested_on": "2024-04-06"}], (), True),
    ("decided anew", [{}, {"event_id": "d2", "decided_at": "2024-04-10 09:00:01", "quantity": 0}], (), True),
    ("decided anew at the same moment", [{}, {"event_id": "d2", "quantity": 0}], (), True),
    ("not suggested yet", [{"suggested_on": "2024-04-12"}], (), True),
    ("of another place", [{"location_id": "West"}], (), True),
    ("of another business", [{"system": "market"}], (), True),
    ("rejected", [{"action": "rejected", "quantity": None}], (), False),
    ("rejected two days ago", [{"action": "rejected", "suggested_on": "2024-04-09"}], (), False),
    ("rejected three days ago", [{"action": "rejected", "suggested_on": "2024-04-08"}], (), True),
    ("rejected, more urgent now", [{"action": "rejected", "urgency": "medium"}], (), True),
    ("rejected, less urgent now", [{"action": "rejected", "urgency": "critical"}], (), False),
    ("rejected, nobody knows how urgent", [{"action": "rejected", "urgency": None}], (), False),
    ("rejected, then too little approved",
     [{"action": "rejected"}, {"event_id": "d2", "suggested_on": "2024-04-11", "quantity": 0}], (), True),
)  # fmt: skip


def test_what_was_decided_does_not_come_back_before_something_has_changed(rows):
    levels = [LEVEL | {"product_id": case} for case, *_ in CASES]
    choice = [CHOSEN | {"product_id": case} for case, *_ in CASES]
    decisions = [DECISION | {"product_id": case} | each for case, said, *_ in CASES for each in said]
    lines = [
        CAME | line | {"product_id": case, "purchase_order_id": case} for case, _, given, _ in CASES for line in given
    ]
    found = suggested(rows, levels=levels, choice=choice, decisions=decisions, lines=lines)
    assert set(products(found)) == {case for case, *_, is_back in CASES if is_back}


def test_what_was_approved_counts_as_on_order(rows, assert_rows):
    decisions = [
        DECISION | {"quantity": "0.5"},
        DECISION | {"event_id": "d2", "suggested_on": "2024-04-11", "quantity": "0.1"},
    ]
    assert_rows(
        suggested(rows, decisions=decisions),
        [{"stock_units": 12, "on_order_units": 0, "approved_units": "0.6", "quantity": 60}],
    )
    some = ordered("2024-04-10", 1, quantity_ordered="0.2", received_on="2024-04-10")
    more = ordered("2024-04-09", 9, received_on="2024-04-10")
    assert_rows(
        suggested(rows, decisions=decisions, lines=[some, more]),
        [{"stock_units": 12, "on_order_units": 0, "approved_units": "0.4", "quantity": 60}],
    )


def test_an_order_for_no_place_that_is_told_meets_a_share_of_what_was_approved(rows, assert_rows):
    levels = [LEVEL | {"stock_units": 0}, LEVEL | {"location_id": "West", "stock_units": 0}]
    agreed = [DECISION | {"quantity": 4}, DECISION | {"event_id": "d2", "location_id": "West", "quantity": 5}]
    found = suggested(rows, levels=levels, decisions=agreed, lines=[ordered("2024-04-10", 6, location_id=None)])
    assert_rows(
        found,
        [
            {"location_id": "East", "on_order_units": 3, "approved_units": 1},
            {"location_id": "West", "on_order_units": 3, "approved_units": 2},
        ],
    )


def test_no_time_to_deliver_leaves_nothing_to_wait_for(rows, assert_rows):
    at_once = CHOSEN | {"lead_time_days": 0, "lead_time_spread_days": None}
    assert products(suggested(rows, choice=[at_once])) == []
    assert_rows(
        suggested(rows, choice=[at_once], levels=[LEVEL | {"stock_units": 0}]),
        [{"reorder_point_units": 0, "safety_units": 0, "target_units": 56, "quantity": 60}],
    )


def test_nothing_is_ordered_of_what_lasts_as_long_as_it_is_asked_for(rows):
    days = [foretold(f"2024-04-{11 + n}" if n < 20 else f"2024-05-{n - 19:02d}", 9 if n < 4 else 0) for n in range(32)]
    sure = CHOSEN | {"lead_time_spread_days": 0}
    enough = LEVEL | {"stock_units": 36, "demand_spread_units": 0}
    assert products(suggested(rows, levels=[enough], choice=[sure], forecast=days)) == []
    assert products(suggested(rows, levels=[enough | {"stock_units": 35}], choice=[sure], forecast=days)) == ["P1"]


def test_a_week_that_runs_already_counts(rows, assert_rows):
    weeks = [foretold(on, units, granularity="week") for on, units in (("2024-04-05", 21), ("2024-04-12", 7))]
    past = foretold("2024-04-04", 700, granularity="week")
    found = suggested(rows, levels=[LEVEL | {"stock_units": 0}], forecast=[*weeks, past])
    assert_rows(found, [{"daily_demand_units": 2, "lead_demand_units": 8}])
