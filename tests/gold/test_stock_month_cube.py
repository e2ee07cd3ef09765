"""What went into and out of stock each month."""

from __future__ import annotations

from lakehouse.gold.stock_month_cube import stock_month_cube


def day(on: str, units: int, counted: int | None = None, since: int | None = None) -> dict[str, object]:
    return {"moved_on": on, "moved_month": f"{on[:7]}-01", "product_id": "P1", "location_id": "East", "movements": 1,
            "received_units": max(units, 0), "sold_units": max(-units, 0), "returned_units": 0, "written_off_units": 0,
            "units": units, "counted_units": counted,
            "units_since_count": units if since is None else since}  # fmt: skip


def test_days_join_to_months_around_the_last_count(rows, assert_rows):
    cube = rows(
        "gold.stock_cube",
        [
            day("2024-03-01", 50),
            day("2024-03-05", -4, counted=40, since=-1),
            day("2024-03-06", -2),
            day("2024-04-02", -3),
            day("2024-03-03", 0, counted=99, since=0),
        ],
    )
    assert_rows(
        stock_month_cube(cube=cube),
        [
            {"moved_month": "2024-03-01", "movements": 4, "received_units": 50, "sold_units": 6, "units": 44,
             "counted_units": 40, "units_since_count": -3, "first_moved_on": "2024-03-01",
             "last_moved_on": "2024-03-06", "last_counted_on": "2024-03-05"},
            {"moved_month": "2024-04-01", "movements": 1, "received_units": 0, "sold_units": 3, "units": -3,
             "counted_units": None, "units_since_count": -3, "first_moved_on": "2024-04-02",
             "last_moved_on": "2024-04-02", "last_counted_on": None},
        ],
    )  # fmt: skip
