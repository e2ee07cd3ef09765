"""How the stock of each product stood at the end of each month."""

from __future__ import annotations

from lakehouse.gold.monthly_stock import monthly_stock


def month(number: int, units: int, counted: int | None = None, since: int | None = None) -> dict[str, object]:
    first, day = f"2024-{number:02d}-01", f"2024-{number:02d}-09"
    flows = dict.fromkeys(("received_units", "sold_units", "returned_units", "written_off_units"), 0)
    return flows | {"moved_month": first, "product_id": "P1", "location_id": "East", "movements": 1, "units": units,
            "counted_units": counted, "units_since_count": units if since is None else since, "first_moved_on": day,
            "last_moved_on": day, "last_counted_on": None if counted is None else day}  # fmt: skip


def test_a_level_goes_on_from_month_to_month_and_a_count_sets_it_anew(rows, assert_rows):
    cube = rows("gold.stock_month_cube", [month(1, 30), month(2, -5, counted=20, since=-2), month(4, -19)])
    assert_rows(
        monthly_stock(cube=cube),
        [
            {"moved_month": "2024-01-01", "opening_units": 0, "units": 30, "adjusted_units": 0, "closing_units": 30,
             "is_negative": False, "first_moved_on": "2024-01-09", "last_counted_on": None},
            {"moved_month": "2024-02-01", "opening_units": 30, "units": -5, "adjusted_units": -7, "closing_units": 18,
             "is_negative": False, "first_moved_on": "2024-01-09", "last_counted_on": "2024-02-09"},
            {"moved_month": "2024-04-01", "opening_units": 18, "units": -19, "adjusted_units": 0, "closing_units": -1,
             "is_negative": True, "first_moved_on": "2024-01-09", "last_counted_on": "2024-02-09"},
        ],
    )  # fmt: skip


def test_what_moved_before_a_count_changes_nothing_after_it(rows, assert_rows):
    with_late_sale = rows("gold.stock_month_cube", [month(1, 24), month(2, -5, counted=20, since=-2), month(4, -19)])
    assert_rows(
        monthly_stock(cube=with_late_sale),
        [
            {"moved_month": "2024-01-01", "adjusted_units": 0, "closing_units": 24},
            {"moved_month": "2024-02-01", "adjusted_units": -1, "closing_units": 18},
            {"moved_month": "2024-04-01", "adjusted_units": 0, "closing_units": -1},
        ],
    )
