"""`jobs/run.py` as a person starts it: exit codes and messages. None of these needs Java."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import engine as engines
import pytest
from run.tills import KIOSK, TILLS, till_lines

from lakehouse import ledger
from lakehouse.ops.files import files as files_table

COMMAND = (sys.executable, str(engines.ROOT / "jobs" / "run.py"))


@pytest.fixture
def home(tmp_path):
    """A lakehouse of its own; nothing in it is run in this process."""
    engine = engines.make(tmp_path)
    engine.add_source("tills", TILLS)
    return engine


def start(engine, *words):
    """Start the command as a process of its own."""
    return subprocess.run(
        [*COMMAND, "--conf", str(engine.conf), *words], capture_output=True, text=True, timeout=120, check=False
    )


def test_a_second_run_is_refused_and_told_who_holds_the_lease(home):
    with ledger.held(home.lake, "batch") as lease:
        refused = start(home)
    assert refused.returncode == 4
    assert f"lease 'batch' is held by {lease.holder}" in refused.stderr
    assert not home.lake.exists("ops.runs")


def test_the_lease_of_a_run_that_died_is_taken_over(home):
    hold = "import sys, os, signal; from lakehouse import ledger; from lakehouse.lake import Lake\n"
    hold += "with ledger.held(Lake(sys.argv[1]), 'batch'): os.kill(os.getpid(), signal.SIGKILL)"
    died = subprocess.run([sys.executable, "-c", hold, str(home.lake_folder)], cwd=engines.ROOT, check=False)
    assert died.returncode == -9
    assert start(home).returncode == 0


def test_every_mistake_of_conf_comes_in_one_message(home):
    home.add_source("tills", TILLS.replace("quantity:", "quantty:"))
    home.add_source("other", TILLS.replace("name: tills", "name: other").replace("silver.sales", "silver.sale"))
    base = home.conf / "base.yaml"
    base.write_text(base.read_text().replace("retention:", "retenton:"))
    refused = start(home)
    assert refused.returncode == 2
    for mistake in (
        "conf/sources/tills.yaml: map.quantty: ",
        "Did you mean 'quantity'?",
        "conf/sources/other.yaml: feeds: ",
        "Did you mean 'silver.sales'?",
        "conf/base.yaml: retenton: ",
        "Did you mean 'retention'?",
    ):
        assert mistake in refused.stderr
    assert not home.lake_folder.exists()


def test_unknown_words_of_the_command_line_are_named_with_the_nearest(home):
    refused = start(home, "--select", "gold.daily_sale", "--exclude", "source:till")
    assert refused.returncode == 2
    assert "--select: gold.daily_sale: names no table, layer or source. Did you mean 'gold.daily_sales'?" in (
        refused.stderr
    )
    assert "--exclude: source:till: names no table, layer or source. Did you mean 'source:tills'?" in refused.stderr


def test_json_logs_are_one_object_per_line(home):
    run = start(home, "--json-logs")
    assert run.returncode == 0
    said = [json.loads(line) for line in run.stdout.splitlines()]
    assert [line["message"] for line in said] == [
        "nothing new: no file, table, rule or build changed; no Java process was started"
    ]
    assert all(line["at"] for line in said)


def test_dry_run_prints_reasons_and_touches_nothing(home):
    home.deliver("tills/1.csv", till_lines(1, range(3)))
    before = sorted(home.home.rglob("*"))
    shown = start(home, "--dry-run", "--select", "+gold.daily_sales")
    assert shown.returncode == 0
    words = [line.split("  ") for line in shown.stdout.splitlines()]
    assert [(line[0].strip(), line[-1].strip()) for line in words] == [
        ("step", "because"),
        ("bronze.tills", "1 new files"),
        ("silver.sales@tills", "new rows"),
        ("gold.fct_sales", "never built"),
        ("gold.daily_sales", "never built"),
    ]
    assert sorted(home.home.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ({"select": ("source:tills",)}, ["bronze.tills", "silver.sales@tills"]),
        ({"select": ("layer:bronze",)}, ["bronze.kiosk", "bronze.tills"]),
        ({"select": ("+silver.sales",), "exclude": ("source:kiosk",)}, ["bronze.tills", "silver.sales@tills"]),
        (
            {"select": ("+gold.region_sales",), "exclude": ("source:kiosk", "gold.sales_cube+")},
            ["bronze.tills", "gold.fct_sales", "silver.sales@tills"],
        ),
        (
            {"select": ("source:tills", "silver.sales"), "full_refresh": ("silver.sales",)},
            ["bronze.tills", "silver.sales"],
        ),
    ],
    ids=["source", "layer", "needs", "dependants", "full refresh"],
)
def test_selection_words_choose_steps(home, capsys, words, steps):
    home.add_source("kiosk", KIOSK)
    for till in ("tills", "kiosk"):
        home.deliver(f"{till}/1.csv", till_lines(1, range(3)))
    assert home.run(*words.pop("select"), dry_run=True, **words) == 0
    _, *shown = capsys.readouterr().out.splitlines()
    assert sorted(line.split()[0] for line in shown) == steps


def test_a_source_that_is_late_is_a_warning(home):
    told = home.home / "told.json"
    hook = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"
    dev = home.conf / "dev.yaml"
    dev.write_text(f"{dev.read_text()}\non_result:\n  command: {json.dumps([sys.executable, '-c', hook, str(told)])}\n")
    home.add_source("tills", TILLS.replace("system: corner", "system: corner\narrives_within: 2 days"))
    arrived = ledger.now() - timedelta(days=3)
    seen = {
        "source": "tills",
        "path": "gone.csv",
        "size": 1,
        "modified_at": arrived,
        "sha256": "0",
        "batch_id": 1,
        "rows": 1,
        "state": "landed",
        "reason": "",
        "at": arrived,
    }
    home.lake.append(files_table, [seen])
    run = start(home)
    assert run.returncode == 0
    assert "late: tills: newest file" in run.stdout
    assert "promised every 48 hours" in run.stdout
    assert [message[:5] for message in json.loads(told.read_text())["late"]] == ["tills"]
