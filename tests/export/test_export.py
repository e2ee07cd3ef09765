"""What leaves the lakehouse as files: forms that fit, and lineage from the ledger alone."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from lakehouse import ledger
from lakehouse.catalog import load_conf
from lakehouse.errors import ConfigError, LakehouseError
from lakehouse.export import Command, act, export
from lakehouse.lake import Lake
from lakehouse.ledger import StepRecord

CONF = Path(__file__).parents[2] / "conf"


@pytest.fixture(scope="module")
def catalog():
    return load_conf(CONF, "dev", {})[1]


@pytest.fixture
def lake(tmp_path):
    """Three finished steps, one that failed, one that published nothing."""
    made = Lake(str(tmp_path / "lake"))
    sales = {"batches": {"shop": [1]}, "versions": {"bronze.shop": 1, "silver.products": None}}
    marts = {"versions": {"silver.sales": 4, "silver.products": 2}, "others": {"silver.sales": 4}}
    for place, (table, source, inputs, after) in enumerate(
        [
            ("bronze.shop", "shop", {"batch": 1, "files": {"/in/day.csv": "h1"}}, 1),
            ("silver.sales", "shop", sales, 4),
            ("gold.daily_sales", "", marts, 7),
            ("gold.dim_date", "", {"versions": {"silver.sales": 4}}, None),
        ]
    ):
        step = ledger.claim(made, StepRecord("r1", f"r1-{place:03}", table, source, "claimed", "new", inputs))
        ledger.note(made, step, "done", version_after=after)
    failed = ledger.claim(made, replace(step, step_id="r1-009", state="claimed"))
    ledger.note(made, failed, "failed", version_after=8)
    return made


def test_lineage_names_every_input_of_every_step_that_published(lake, catalog, tmp_path):
    [file] = export(lake, catalog, ["lineage"], to=tmp_path / "out")
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert [(row["input"], row["input_version"], row["output"], row["output_version"]) for row in rows] == [
        ("/in/day.csv", "h1", "bronze.shop", "1"),
        ("bronze.shop", "1", "silver.sales", "4"),
        ("silver.products", "2", "gold.daily_sales", "7"),
        ("silver.sales", "4", "gold.daily_sales", "7"),
    ]
    assert rows[1]["source"] == "shop"


def test_lineage_as_events_has_one_for_each_step_and_says_the_same_twice(lake, catalog, tmp_path):
    [file] = export(lake, catalog, ["lineage"], to=tmp_path / "out", kind="openlineage")
    first = file.read_text()
    events = [json.loads(line) for line in first.splitlines()]
    assert [event["job"]["name"] for event in events] == ["bronze.shop@shop", "silver.sales@shop", "gold.daily_sales"]
    assert {event["eventType"] for event in events} == {"COMPLETE"}
    mart = events[2]
    assert [(d["name"], d["facets"]["version"]["datasetVersion"]) for d in mart["inputs"]] == [
        ("silver.products", "2"),
        ("silver.sales", "4"),
    ]
    assert mart["outputs"][0]["facets"]["version"]["datasetVersion"] == "7"
    assert len({event["run"]["runId"] for event in events}) == 3
    assert export(lake, catalog, ["lineage"], to=tmp_path / "out", kind="openlineage") == [file]
    assert file.read_text() == first


@pytest.mark.parametrize(
    ("wanted", "kind", "allowed"),
    [
        (["lineage"], "parquet", "csv or openlineage"),
        (["gold.daily_sales"], "openlineage", "csv or parquet"),
        (["gold.daily_sales", "lineage"], "csv", "csv or parquet"),
    ],
)
def test_what_cannot_become_a_form_is_refused_with_those_that_it_can(lake, catalog, tmp_path, wanted, kind, allowed):
    with pytest.raises(ConfigError, match=f"can become {allowed} alone"):
        export(lake, catalog, wanted, to=tmp_path / "out", kind=kind)


def test_nothing_is_written_before_anything_is_released(lake, catalog, tmp_path):
    with pytest.raises(LakehouseError, match="nothing has been released"):
        export(lake, catalog, ["gold.daily_sales"], to=tmp_path / "out")


def test_names_of_people_leave_the_lake_only_when_asked_for(lake, catalog, tmp_path):
    contacts = catalog.table("gold.customer_contacts")
    ann = {"system": "shop", "customer_key": "C1", "full_name": "Ann Bell", "email": "ann@shop.example", "phone": None}
    lake.append(contacts, [ann])
    ledger.release(lake, run_id="r", tables={contacts.name: lake.version(contacts.name) or 0}, held=(), last=None)
    file = tmp_path / "out" / "customer_contacts.csv"
    left_out = f"{contacts.name}: without full_name, email, phone, which name people; --values writes them"
    assert act(lake, catalog, Command((contacts.name,), file.parent)) == f"{file}\n{left_out}"
    assert list(csv.DictReader(file.read_text().splitlines())) == [{"system": "shop", "customer_key": "C1"}]
    assert act(lake, catalog, Command((contacts.name,), file.parent, values=True)) == str(file)
    assert list(csv.DictReader(file.read_text().splitlines())) == [ann | {"phone": ""}]
