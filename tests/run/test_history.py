"""Judging all of history again gives what the deliveries gave one by one."""

from __future__ import annotations

from run.tills import DESK, DESK_HEAD, OFFICE, OFFICE_HEAD, SALES, TILL_HEAD, TILLS, csv

SILVER = ("layer:bronze", "silver.sales")

DELIVERIES = (
    {
        "tills/monday.csv": csv(
            TILL_HEAD,
            "1,tea,2,3.50,2024-03-04 09:00:00",
            "1,tea,2,3.50,2024-03-04 09:00:00",
            "2,cake,1,4.00,2024-03-04 10:00:00",
            "3,cake,1,4.00,long ago",
        ),
        "desk/1.csv": csv(
            DESK_HEAD,
            "1,1,1,10.00,2024-03-04 09:00:00,2024-03-04 12:00:00",
            "1,2,1,20.00,2024-03-04 09:00:00,2024-03-04 12:00:00",
        ),
    },
    {
        "tills/monday.csv": csv(
            TILL_HEAD,
            "1,tea,2,3.50,2024-03-04 09:00:00",
            "2,cake,3,4.00,2024-03-04 10:00:00",
            "3,cake,1,4.00,2024-03-04 11:00:00",
        ),
        "tills/tuesday.csv": csv(TILL_HEAD, "4,tea,1,3.50,2024-03-05 09:00:00"),
        "office/week.csv": csv(OFFICE_HEAD, "05.03.2024 09:00:00;4;tea;3,50;1", "05.03.2024 20:00:00;5;tea;3,50;1"),
        "desk/2.csv": csv(
            DESK_HEAD,
            "1,1,7,10.00,2024-03-04 09:00:00,2024-03-04 11:00:00",
            "1,2,5,20.00,2024-03-06 09:00:00,2024-03-06 12:00:00",
            "2,1,1,1.00,2024-03-05 09:00:00,2024-03-05 09:00:00",
        ),
    },
)


def rows(engine):
    """Everything that readers of `silver.sales` see."""
    columns = (
        "system, source, order_id, line_id, sold_at, sold_on, product_id, quantity, unit_price, gross_amount, "
        "discount_amount, net_amount, updated_at"
    )
    return engine.query(f"SELECT {columns} FROM s ORDER BY system, order_id, line_id", **SALES)


def footprint(engine):
    """Every file that was produced, with its size and time."""
    files = [file for file in (engine.home / "var").rglob("*") if file.is_file()]
    return {str(file): (file.stat().st_size, file.stat().st_mtime_ns) for file in files}


def test_a_full_refresh_gives_what_deliveries_one_by_one_gave(engine, capsys):
    for name, text in (("tills", TILLS), ("office", OFFICE), ("desk", DESK)):
        engine.add_source(name, text)
    for delivery in DELIVERIES:
        for path, content in delivery.items():
            engine.deliver(path, content)
        assert engine.run(*SILVER) == 0
    one_by_one = rows(engine)
    assert [(row["order_id"], str(row["net_amount"])) for row in one_by_one] == [
        ("1", "7.0000"),
        ("2", "12.0000"),
        ("3", "4.0000"),
        ("4", "3.5000"),
        ("5", "3.5000"),
        ("1", "10.0000"),
        ("1", "100.0000"),
        ("2", "1.0000"),
    ]
    before = footprint(engine)
    capsys.readouterr()
    assert engine.run(*SILVER, full_refresh=("silver.sales",), dry_run=True) == 0
    assert "full refresh asked for" in capsys.readouterr().out
    assert footprint(engine) == before
    assert engine.run(*SILVER, full_refresh=("silver.sales",)) == 0
    assert rows(engine) == one_by_one
    refreshed = engine.last("silver.sales")
    assert refreshed.books.read == 15
    assert refreshed.books.balanced
    assert refreshed.version_after == refreshed.version_before + 1
