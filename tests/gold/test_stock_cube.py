"""What went into and out of stock each day."""

from __future__ import annotations

from lakehouse.gold.stock_cube import stock_cube


def moved(kind: str, quantity: int, at: str, number: str, **other: str) -> dict[str, object]:
    return {"movement_id": number, "moved_at": f"2024-03-{at}", "moved_on": f"2024-03-{at[:2]}", "kind": kind,
            "quantity": quantity, "product_id": "P1", "location_id": "East"} | other  # fmt: skip


def test_a_count_sets_the_level_from_its_moment_on(rows, assert_rows):
    movements = rows(
        "silver.stock_movements",
        [
            moved("receipt", 50, "01 09:00:00", "m1"),
            moved("count", 40, "01 12:00:00", "m2"),
            moved("sale", -3, "01 12:00:00", "m3"),
            moved("sale", -1, "01 12:00:00", "m1b"),
            moved("return", 1, "01 18:00:00", "m4"),
            moved("write_off", -2, "02 08:00:00", "m5"),
            moved("receipt", 9, "02 08:00:00", "m6", location_id="West"),
        ],
    )
    assert_rows(
        stock_cube(movements=movements),
        [
            {"moved_on": "2024-03-01", "location_id": "East", "moved_month": "2024-03-01", "movements": 5,
             "received_units": 50, "sold_units": 4, "returned_units": 1, "written_off_units": 0, "units": 47,
             "counted_units": 40, "units_since_count": -2},
            {"moved_on": "2024-03-02", "location_id": "East", "moved_month": "2024-03-01", "movements": 1,
             "received_units": 0, "sold_units": 0, "returned_units": 0, "written_off_units": 2, "units": -2,
             "counted_units": None, "units_since_count": -2},
            {"moved_on": "2024-03-02", "location_id": "West", "moved_month": "2024-03-01", "movements": 1,
             "received_units": 9, "sold_units": 0, "returned_units": 0, "written_off_units": 0, "units": 9,
             "counted_units": None, "units_since_count": 9},
        ],
    )  # fmt: skip


def test_the_last_of_several_counts_of_a_day_holds_and_zero_is_a_level(rows, assert_rows):
    movements = rows(
        "silver.stock_movements",
        [
            moved("count", 7, "01 09:00:00", "m1"),
            moved("sale", -2, "01 10:00:00", "m2"),
            moved("count", 0, "01 11:00:00", "m3"),
        ],
    )
    assert_rows(stock_cube(movements=movements), [{"units": -2, "counted_units": 0, "units_since_count": 0}])
