"""Judging all of history again gives what the deliveries gave one by one."""

from __future__ import annotations

from dataclasses import dataclass

import engine as engines
import pytest
from run.tills import DESK, DESK_HEAD, OFFICE, OFFICE_HEAD, SALES, TILL_HEAD, TILLS, csv

pytestmark = pytest.mark.full

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


@dataclass(frozen=True)
class Histories:
    """The same deliveries, as they came and judged again at once."""

    engine: engines.Engine
    one_by_one: list[dict[str, object]]
    at_once: list[dict[str, object]]
    dry_run: str
    touched: bool
    """Whether the dry run changed a file."""


@pytest.fixture(scope="module")
def histories(tmp_path_factory, spark):
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("histories"))
        for name, text in (("tills", TILLS), ("office", OFFICE), ("desk", DESK)):
            engine.add_source(name, text)
        for delivery in DELIVERIES:
            for path, content in delivery.items():
                engine.deliver(path, content)
            assert engine.run(*SILVER) == 0
        one_by_one, before = rows(engine), footprint(engine)
        _, out = engines.heard(lambda: engine.run(*SILVER, full_refresh=("silver.sales",), dry_run=True))
        touched = footprint(engine) != before
        assert engine.run(*SILVER, full_refresh=("silver.sales",)) == 0
        yield Histories(engine, one_by_one, rows(engine), out, touched)


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


def without_source(found):
    return [{name: value for name, value in row.items() if name != "source"} for row in found]


def test_deliveries_one_by_one_give_the_newest_of_each_line(histories):
    assert [(row["system"], row["order_id"], str(row["net_amount"])) for row in histories.one_by_one] == [
        ("corner", "1", "7.0000"),
        ("corner", "2", "12.0000"),
        ("corner", "3", "4.0000"),
        ("corner", "4", "3.5000"),
        ("corner", "5", "3.5000"),
        ("desk", "1", "10.0000"),
        ("desk", "1", "100.0000"),
        ("desk", "2", "1.0000"),
    ]


def test_a_full_refresh_gives_the_same_rows(histories):
    assert without_source(histories.at_once) == without_source(histories.one_by_one)


def test_a_full_refresh_keeps_where_each_line_came_from(histories):
    assert histories.at_once == histories.one_by_one


def test_a_full_refresh_accounts_for_all_of_bronze_in_one_commit(histories):
    step = histories.engine.last("silver.sales")
    assert (step.books.read, step.books.published, step.books.quarantined) == (15, 8, 0)
    assert step.books.superseded == 4 + 2, "four lines of the replaced file, two older versions"
    assert step.books.duplicate == 1
    assert step.version_after == step.version_before + 1
    assert histories.engine.query("SELECT count(*) AS n FROM q", q="quarantine.sales") == [{"n": 0}]


def test_a_dry_run_gives_reasons_and_touches_nothing(histories):
    assert "full refresh asked for" in histories.dry_run
    assert not histories.touched
