"""From a Gold row back to its file, on tables written by hand; no Spark."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from lakehouse import ledger
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.catalog import load_conf
from lakehouse.errors import ConfigError, LakehouseError
from lakehouse.export import Command, act
from lakehouse.lake import Lake
from lakehouse.ledger import StepRecord
from lakehouse.quarantine import Decision, quarantine_of
from lakehouse.settings.values import Mapped, Read, Source
from lakehouse.table import LONG, STRING, Column, Table

CONF = Path(__file__).parents[2] / "conf"
TILLS = Source(
    "tills", "Lines.", "me", Read("csv", "/in/*.csv"), feeds="silver.sales", system="corner",
    map=(Mapped("order_id", "Order No"), Mapped("customer_email", "mail"), Mapped("quantity", "qty")),
)  # fmt: skip
BRONZE = Table(
    "bronze.tills",
    grain=("_batch_id", "_row_id"),
    columns=(
        *(Column(name, LONG, name) for name in ("_batch_id", "_row_id")),
        *(Column(name, STRING, name) for name in ("_file", "_rescued", "mail", "qty", "remark")),
        Column("Order_No", STRING, "Order No"),
    ),
)
NOW = datetime(2024, 3, 5, tzinfo=UTC)
DAY, NEXT = date(2024, 3, 1), date(2024, 4, 2)


@pytest.fixture(scope="module")
def catalog():
    known = load_conf(CONF)[1]
    return replace(known, sources={**known.sources, "tills": TILLS})


@pytest.fixture
def lake(tmp_path, catalog):
    """Three lines of two months, as delivered, published and added up; then a correction that nobody released."""
    made = Lake(str(tmp_path / "lake"))
    keys = {"system": "corner", "currency": "EUR", "region": "North", "channel": "store", "category": "Food"}
    lines = [("1", DAY, "2.00", ["quantity.number"]), ("2", DAY, "3.00", []), ("3", NEXT, "4.00", None)]
    made.append(
        BRONZE,
        [
            {"_batch_id": 1, "_row_id": int(n), "_file": "/in/a.csv", "Order_No": n, "mail": "ada@x.org", "qty": "1,0"}
            | {"remark": "ring Ada"}
            for n in ("1", "2")
        ],
    )
    places = [{"_batch_id": 1, "_row_id": int(n), "_file": "/in/a.csv"} for n, *_ in lines]
    sold = [
        keys | {"source": "tills", "order_id": n, "line_id": "1", "sold_on": day, "net_amount": Decimal(net)}
        for n, day, net, _ in lines
    ]
    noted = [{"_corrected": corrected, "customer_email": "ada@x.org"} for *_, corrected in lines]
    write(made, catalog, "silver.sales", [a | b | c for a, b, c in zip(sold, places, noted, strict=True)])
    write(made, catalog, "gold.fct_sales", sold, reads="silver.sales")
    days = [(DAY, "5.00"), (NEXT, "4.00")]
    cube = [keys | {"sold_on": d, "sold_month": d.replace(day=1), "net_amount": Decimal(net)} for d, net in days]
    write(made, catalog, "gold.sales_cube", cube, reads="gold.fct_sales")
    months = [{"sold_month": date(2024, 3, 1), "net_amount": Decimal("5.00")}]
    write(made, catalog, "gold.month_cube", [keys | month for month in months], reads="gold.sales_cube")
    write(made, catalog, "gold.monthly_sales", [keys | month for month in months], reads="gold.month_cube")
    gold = ("gold.fct_sales", "gold.sales_cube", "gold.month_cube", "gold.monthly_sales")
    ledger.release(made, run_id="r", tables={name: made.version(name) or 0 for name in gold}, held=(), last=None)
    write(made, catalog, "silver.sales", [keys | {"source": "tills", "order_id": "4", "sold_on": DAY}])
    return made


def write(lake, catalog, name, rows, *, reads=""):
    table = catalog.table(name)
    known = {*table.column_names, "_batch_id", "_file", "_row_id", "_corrected"}
    lake.append(table, [{key: value for key, value in row.items() if key in known} for row in rows])
    inputs = {"versions": {reads: lake.version(reads)}} if reads else {}
    record = StepRecord("r", f"r-{name}", name, "", "done", inputs=inputs, version_after=lake.version(name))
    ledger.note(lake, record, "done")


def traced(lake, catalog, to, *words, **asked):
    file, *said = act(lake, catalog, Command(("trace", *words), to, **asked)).splitlines()
    return list(csv.DictReader(Path(file).read_text().splitlines())), said


def test_a_month_leads_through_cubes_and_fact_to_its_lines_as_they_were_read(lake, catalog, tmp_path):
    lines, said = traced(lake, catalog, tmp_path, "gold.monthly_sales where sold_month = '2024-03-01'")
    assert [(line["order_id"], line["row"], line["corrected"]) for line in lines] == [
        ("1", "1", "quantity.number"),
        ("2", "2", ""),
    ]
    assert said == [
        "gold.monthly_sales version 1: 1 rows, net_amount 5.00",
        "from gold.month_cube version 1, gold.sales_cube version 1, gold.fct_sales version 1, silver.sales version 1:"
        " 2 lines, net_amount 5.00",
        "  tills: /in/a.csv, 2 lines",
    ]


def test_what_people_put_right_is_told_once_a_run_took_it_up(lake, catalog, tmp_path):
    row = {"source": "tills", "_file": "/in/a.csv", "broken": "b", "raw": "{}", "attempts": 2, "step_id": "s"}
    row |= {"status": "fixed", "first_seen_at": NOW, "last_seen_at": NOW, "_batch_id": 1}
    fixes = [
        Decision("fix", "", NOW + timedelta(hours=hour), values=json.dumps(dict.fromkeys(columns, "x"))).event(
            "tills", table="silver.sales", batch_id=1, row_id=place
        )
        for hour, place, *columns in [
            (1, 1, "region"),
            (1, 2, "quantity"),
            (2, 2, "sold_at", "quantity"),
            (3, 2, "zone"),
        ]
    ]
    lake.append(quarantine_actions, fixes)
    decided = {1: None, 2: fixes[2]["event_id"]}
    held = [row | {"_row_id": place, "decision": decision} for place, decision in decided.items()]
    lake.append(quarantine_of("silver.sales"), held)
    lines, _ = traced(lake, catalog, tmp_path, "gold.monthly_sales")
    assert [line["corrected"] for line in lines] == ["quantity.number", "quantity.fix, sold_at.fix"]


def test_only_mapped_text_that_names_nobody_is_shown_unasked(lake, catalog, tmp_path):
    [line], _ = traced(lake, catalog, tmp_path, "gold.fct_sales", where="order_id = '1'")
    assert json.loads(line["delivered"]) == {"Order No": "1", "qty": "1,0"}
    assert "customer_email" not in line
    [line], _ = traced(lake, catalog, tmp_path, "gold.fct_sales", where="order_id = '1'", values=True)
    assert json.loads(line["delivered"]) == {
        "Order No": "1", "qty": "1,0", "mail": "ada@x.org", "remark": "ring Ada"
    }  # fmt: skip
    assert line["customer_email"] == "ada@x.org"


def test_a_line_that_bronze_no_longer_has_is_listed_without_text(lake, catalog, tmp_path):
    [line], _ = traced(lake, catalog, tmp_path, "gold.sales_cube", where="sold_on = '2024-04-02'")
    assert (line["order_id"], line["delivered"]) == ("3", "")


def test_what_cannot_be_traced_is_refused(lake, catalog, tmp_path):
    with pytest.raises(ConfigError, match="takes one released mart"):
        traced(lake, catalog, tmp_path)
    with pytest.raises(ConfigError, match="is not in the release"):
        traced(lake, catalog, tmp_path, "gold.daily_sales")
    with pytest.raises(LakehouseError, match="Its columns: system"):
        traced(lake, catalog, tmp_path, "gold.sales_cube", where="place = 'North'")
    ledger.note(lake, StepRecord("r", "r-gold.sales_cube", "gold.sales_cube", "", "done", version_after=1), "done")
    with pytest.raises(LakehouseError, match=r"gold\.sales_cube does not say which rows it comes from"):
        traced(lake, catalog, tmp_path, "gold.sales_cube")
