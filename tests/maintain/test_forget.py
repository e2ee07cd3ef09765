"""A person leaves every layer: no file holds them once old versions are gone, and no money is lost with them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import engine as engines
import pyarrow.parquet as pq
import pytest
from maintain.corner import ADA, open_shop

from lakehouse import ledger
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.catalog import load_conf
from lakehouse.errors import ConfigError, LakehouseError, LeaseHeld
from lakehouse.lake import vacuum
from lakehouse.ledger import StepRecord
from lakehouse.maintain.forgetting import forget
from lakehouse.quarantine import Decision, discard
from lakehouse.run import Request
from lakehouse.run.forgetting import forget_and_build

pytestmark = pytest.mark.full

HERS = "SELECT count(*) AS n FROM s WHERE system = 'corner' AND customer_id = 'C7'"
MONEY = "SELECT system, sum(net_amount) AS net, count(*) AS lines FROM s GROUP BY system ORDER BY system"
UNWANTED = """number,name,mail,changed
c7,Ada Lovelace,ada@example.org,2024-01-05 09:00:00
c9,Cid Hill,cid@example.org,2024-01-05 09:00:00
"""
NAMELESS = """number,name,mail,changed
,Ada Byron,ada.byron@example.org,2024-01-20 09:00:00
"""
SOLD = [
    {"system": "corner", "net": Decimal("3529.0000"), "lines": 6},
    {"system": "harbour", "net": Decimal("9.0000"), "lines": 1},
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory, spark):
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("forget"))
        open_shop(engine)
        engine.deliver("people/unwanted.csv", UNWANTED)
        engine.deliver("people/nameless.csv", NAMELESS)
        assert engine.run("layer:bronze") == 0
        discard(engine.lake, "unwanted.csv", note="made up")
        say_whose(engine)
        assert engine.run() == 0
        Path(engine.lake.staging("20240101T000000-held-001")).mkdir(parents=True)
        yield engine


def say_whose(engine):
    """A person gives the row without a number to her."""
    [row] = engine.query("SELECT _batch_id AS b, _row_id AS r FROM p WHERE name = 'Ada Byron'", p="bronze.people")
    fix = Decision("fix", "she called", ledger.now(), values='{"customer_id": "c7.0"}')
    place = {"batch_id": row["b"], "row_id": row["r"], "file": "nameless.csv"}
    engine.lake.append(quarantine_actions, [fix.event("people", table="silver.customers", **place)])


def request(engine, **asked):
    return Request(engine.conf, overrides={"roots.lake": str(engine.lake_folder)}, **asked)


def conf(engine):
    return load_conf(engine.conf, overrides={"roots.lake": str(engine.lake_folder)})


def texts(engine):
    """Every text that any file of data holds, by file; the other business left out."""
    found = {}
    for file in engine.lake_folder.rglob("*.parquet"):
        rows = pq.read_table(file).to_pylist() if "_delta_log" not in file.parts else []
        found[file] = "\n".join(str(row) for row in rows if "harbour" not in str(row) and "others" not in str(row))
    return {file: text.lower() for file, text in found.items()}


def named(engine):
    """Tables, or folders of the lake, in whose files she is named."""
    return sorted(
        {
            "/".join(file.relative_to(engine.lake_folder).parts[:2])
            for file, text in texts(engine).items()
            if ADA.search(text)
        }
    )


def logs_that_name(engine):
    """Logs of tables that keep what was asked about her: a commit tells its condition."""
    logs = engine.lake_folder.rglob("_delta_log/*.json")
    commits = [(log, line) for log in logs for line in log.read_text().splitlines() if "commitInfo" in line]
    return [str(log) for log, line in commits if ADA.search(line.lower())]


def age_all(engine):
    """Let every table forget at once, as if all it keeps were long over."""
    for layer in ("bronze", "silver", "gold", "quarantine", "app"):
        for name in engine.tables_of(layer):
            log = engine.lake.open(name)
            log.alter.set_table_properties({"delta.deletedFileRetentionDuration": "interval 0 seconds"})
            vacuum(engine.lake, name)


def test_a_dry_run_counts_and_touches_nothing(shop):
    settings, catalog = conf(shop)
    before = {name: shop.lake.version(name) for layer in ("bronze", "silver") for name in shop.tables_of(layer)}
    told = forget(settings, catalog, system="corner", customer="C7", dry_run=True)
    assert told.text.splitlines()[:8] == [
        "quarantine.sales: 1 rows would be erased",
        "quarantine.customers: 1 rows would be erased",
        "staging: 1 folders would be erased",
        "silver.customers: 3 rows would be erased",
        "silver.sales: 3 names in rows would be erased",
        "bronze.orders: 4 names in rows would be erased",
        "bronze.people: 4 rows would be erased",
        "app.quarantine_actions: 1 fixes would be erased",
    ]
    assert before == {name: shop.lake.version(name) for name in before}


def test_a_person_is_gone_from_every_file_and_stays_away(shop):
    here = shop.with_lake("forgotten")
    assert {"bronze/orders", "bronze/people", "gold/fct_sales", "quarantine/sales", "silver/sales"} <= set(named(here))
    code, said = engines.heard(lambda: forget_and_build(request(here), system="corner", customer="C7"))
    assert code == 0
    last = ledger.now() + timedelta(days=38)
    assert f"deletes the last file from {last:%Y-%m-%d}" in said
    assert said.count("/var/landing/") == 6
    assert here.query(HERS, s="silver.sales") == [{"n": 0}]
    assert here.query(MONEY, s="silver.sales") == SOLD
    assert here.query(MONEY, s="gold.fct_sales") == SOLD
    assert named(here) != []
    age_all(here)
    assert named(here) == []
    assert logs_that_name(here) == []
    assert here.query("SELECT count(*) AS n FROM c WHERE customer_id = 'C8'", c="silver.customers") == [{"n": 1}]
    assert here.query(HERS.replace("corner", "harbour"), s="silver.sales") == [{"n": 1}]

    [act] = here.query("SELECT * FROM m WHERE action = 'forget'", m="ops.maintenance")
    assert act["note"].startswith("person ")
    assert not ADA.search(str(act).lower())
    commands = here.query("SELECT command FROM r", r="ops.runs")
    assert not any("C7" in row["command"] for row in commands)

    assert here.run("silver.customers", "silver.sales", full_refresh=("layer:silver",)) == 0
    assert here.query(MONEY, s="silver.sales") == SOLD
    assert named(here) == []
    given_up = here.query(
        "SELECT source, status, count(*) AS n FROM q GROUP BY source, status", q="quarantine.customers"
    )
    assert given_up == [{"source": "people", "status": "waived", "n": 1}]


def test_who_is_not_there_is_not_forgotten_and_nothing_runs(shop):
    code, said = engines.heard(lambda: forget_and_build(request(shop), system="corner", customer="C99"))
    assert (code, said) == (0, "nothing of this customer was found\n")
    with pytest.raises(ConfigError, match="Did you mean 'corner'"):
        forget_and_build(request(shop), system="corne", customer="C7")


def test_nobody_may_write_meanwhile(shop):
    here = shop.with_lake("busy")
    with ledger.held(here.lake, "stream.events"):
        pass
    settings, catalog = conf(here)
    with ledger.held(here.lake, "stream.events"), pytest.raises(LeaseHeld):
        forget(settings, catalog, system="corner", customer="C7")
    ledger.claim(here.lake, StepRecord("r", "s", "silver.sales", "orders", "claimed"))
    with pytest.raises(LakehouseError, match=r"not finished: silver\.sales@orders"):
        forget(settings, catalog, system="corner", customer="C7")
    assert here.query(HERS, s="silver.sales") == [{"n": 3}]
