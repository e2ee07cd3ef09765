"""A batch of 30 files, one bad enough to block it: nobody reads it, nothing is lost, and two ways out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

import engine as engines
import pytest
from run.tills import KIOSK, SALES, TILLS, books, till_lines

from lakehouse import ledger

SILVER = ("layer:bronze", "silver.sales")
BAD_DAY = "tills/day-17.csv"
ROWS_PER_FILE = 4
GOOD_FIRST = 3
HELD = 29 * ROWS_PER_FILE + 40
HOOK = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"


@dataclass(frozen=True)
class Blocked:
    """A lakehouse whose newest run was blocked."""

    engine: engines.Engine
    code: int
    out: str
    told: dict[str, object]


@pytest.fixture(scope="module")
def blocked(tmp_path_factory, spark):
    """A good file, then 30: 29 with 4 good lines each and one with 40 lines of which 30 have no date."""
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("blocked"))
        engine.add_source("tills", TILLS)
        engine.add_source("kiosk", KIOSK)
        told = engine.home / "told.json"
        hook = json.dumps([sys.executable, "-c", HOOK, str(told)])
        dev = engine.conf / "dev.yaml"
        dev.write_text(f"{dev.read_text()}\non_result:\n  command: {hook}\n")
        engine.deliver("tills/day-00.csv", till_lines(1, range(GOOD_FIRST)))
        assert engine.run(*SILVER) == 0
        assert not told.exists()
        for day in range(1, 31):
            engine.deliver(f"tills/day-{day:02d}.csv", till_lines(day, range(100, 100 + ROWS_PER_FILE)))
        engine.deliver(BAD_DAY, till_lines(17, range(40), junk=30))
        engine.deliver("kiosk/1.csv", till_lines(2, range(5)))
        code, out = engines.heard(lambda: engine.run(*SILVER))
        yield Blocked(engine, code, out, json.loads(told.read_text()))


def discard(engine, what):
    """Start `jobs/quarantine.py discard` as a person does; return what it says."""
    job = [sys.executable, str(engines.ROOT / "jobs" / "quarantine.py"), "discard", what, "--note", "a test file"]
    where = ["--conf", str(engine.conf), "--set", f"roots.lake={engine.lake_folder}"]
    return subprocess.run([*job, *where], capture_output=True, text=True, check=True, timeout=120).stdout


def test_nothing_of_it_is_published_and_everything_is_kept_for_inspection(blocked):
    step = blocked.engine.last("silver.sales", "tills")
    assert blocked.code == 1
    assert step.state == "blocked"
    assert books(blocked.engine, "tills") == {"read": HELD, "held": HELD}
    seen = blocked.engine.query("SELECT source, count(*) AS n FROM s GROUP BY source ORDER BY source", **SALES)
    assert seen == [{"source": "kiosk", "n": 5}, {"source": "tills", "n": GOOD_FIRST}]
    assert not blocked.engine.lake.exists("quarantine.sales")
    staged = blocked.engine.home / "var" / "lake" / "staging" / step.step_id
    assert list(staged.rglob("*.parquet"))
    assert (blocked.engine.home / "var" / "docs" / step.docs).is_file()


def test_the_version_stays_until_another_source_publishes(blocked):
    tills, kiosk = (blocked.engine.last("silver.sales", name) for name in ("tills", "kiosk"))
    first = blocked.engine.steps("silver.sales", "tills")[0]
    assert tills.version_after is None
    assert tills.version_before in {first.version_after, kiosk.version_after}
    assert kiosk.state == "done"
    assert kiosk.version_after == first.version_after + 1 == blocked.engine.lake.version("silver.sales")


def test_the_message_names_the_worst_file_and_the_ways_out(blocked):
    [message] = [line for line in blocked.out.splitlines() if line.startswith("silver.sales@tills: blocked")]
    assert "nothing published: 19.2 % of 156 rows are quarantined (ceiling 10 %). Worst file: " in message
    assert f"{BAD_DAY}, 75.0 % (sold_at.parses)" in message
    assert "Readers still see version" in message
    assert "deliver it again under the same name, or: jobs/quarantine.py discard" in message


def test_whom_conf_names_is_told_what_is_wrong(blocked):
    assert (blocked.told["state"], blocked.told["exit_code"]) == ("blocked", 1)
    assert list(blocked.told["errors"]) == ["silver.sales@tills"]
    assert blocked.told["errors"]["silver.sales@tills"] == "19.2 % of 156 rows are quarantined (ceiling 10 %)"
    assert blocked.told["run_id"] == blocked.engine.last("silver.sales", "tills").run_id


def test_discarding_the_bad_file_lets_the_others_go_on(blocked, monkeypatch, spark):
    engines.share_session(monkeypatch, spark)
    engine = blocked.engine.with_lake("discarded")
    assert engine.run(*SILVER) == 0, "a blocked batch waits by itself"
    assert engine.last("silver.sales", "tills").state == "blocked"
    assert f"{BAD_DAY} (tills:2, 40 rows)\n" in discard(engine, "day-17.csv")
    assert engine.run(*SILVER) == 0
    assert books(engine, "tills") == {"read": HELD, "published": 29 * ROWS_PER_FILE, "quarantined": 40}
    kept = engine.query("SELECT status, broken, count(*) AS n FROM q GROUP BY status, broken", q="quarantine.sales")
    assert kept == [{"status": "waived", "broken": "discarded", "n": 40}]
    [seen] = engine.query("SELECT count(*) AS n FROM s WHERE source = 'tills'", **SALES)
    assert seen["n"] == GOOD_FIRST + 29 * ROWS_PER_FILE


def test_the_repaired_file_is_published_with_the_29_that_waited(blocked, monkeypatch, spark):
    engines.share_session(monkeypatch, spark)
    engine = blocked.engine.with_lake("repaired")
    bad = (engine.landing / BAD_DAY).read_text()
    engine.deliver(BAD_DAY, till_lines(17, range(40)))
    try:
        assert engine.run(*SILVER) == 0
    finally:
        engine.deliver(BAD_DAY, bad)
    assert books(engine, "tills") == {"read": HELD + 40, "published": HELD, "superseded": 40}
    [seen] = engine.query("SELECT count(*) AS n, sum(net_amount) AS net FROM s WHERE source = 'tills'", **SALES)
    assert (seen["n"], seen["net"]) == (GOOD_FIRST + HELD, 7 * (GOOD_FIRST + HELD))
    states = [file.state for file in ledger.files(engine.lake) if file.path.endswith(BAD_DAY)]
    assert sorted(states) == ["landed", "withdrawn"]
    assert engine.last("silver.sales", "tills").state == "done"
