"""The quarantine is a loop: planted defects, half of them fixed, some waived, the rest judged again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import engine as engines
import pytest
from run.tills import DESK, DESK_HEAD, SALES, TILL_HEAD, TILLS, Sold, books, csv, sold

from lakehouse import ledger
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.catalog import load_conf
from lakehouse.quarantine import Command, Decision, act
from lakehouse.steps.silver import publishing

pytestmark = pytest.mark.full

SILVER = ("layer:bronze", "silver.sales")
HELD = {"q": "quarantine.sales"}

TILL_DAY = csv(
    TILL_HEAD,
    "1,tea,two,3.50,2024-03-04 09:00:00",  # row 0: fixed, and then the first of two equal lines
    "1,tea,2,3.50,2024-03-04 09:00:00",
    "2,tea,2,3.50,long ago",  # row 2: fixed
    "3,tea,2,3.50,long ago",  # row 3: waived
    "4,tea,2,-3.50,2024-03-04 12:00:00",  # row 4: judged again, still broken
    "5,tea,2,3.50,2024-03-05 09:00:00",
    "6,tea,2,3.50,nobody knows",  # row 6: left alone
)
DESK_DAY = csv(
    DESK_HEAD,
    "1,1,1,10.00,2024-03-04 09:00:00,2024-03-04 12:00:00",
    "1,2,one,20.00,2024-03-04 09:00:00,2024-03-04 12:00:00",  # row 1: fixed by a wrong text, still broken
    "2,1,x,5.00,2024-03-04 09:00:00,2024-03-04 12:00:00",  # row 2: fixed, but older than what came since
)
DESK_LATER = csv(DESK_HEAD, "2,1,7,5.00,2024-03-04 09:00:00,2024-03-06 12:00:00")


@dataclass(frozen=True)
class Loop:
    """A lake after decisions were taken up, what it said, and what it held before."""

    engine: engines.Engine
    said: list[str]
    dry: str
    plan: str
    before: list[dict[str, object]]


def decide(engine, action, **asked):
    """`jobs/quarantine.py <action> …` in this process."""
    settings, catalog = load_conf(engine.conf, "dev", {"roots.lake": str(engine.lake_folder)})
    return act(engine.lake, catalog, Command(action, **asked), keep_days=settings.retention.quarantine)


def waive_too_late(engine):
    """Give up a row that a run has let through since a person looked at it."""
    decision = Decision("waive", "seen as open", ledger.now())
    engine.lake.append(
        quarantine_actions, [decision.event("tills", table="silver.sales", batch_id=1, row_id=2, file="monday.csv")]
    )


def held(engine):
    sql = "SELECT source, _batch_id AS b, _row_id AS r, status, attempts FROM q ORDER BY source, b, r"
    return [(x["source"], x["b"], x["r"], x["status"], x["attempts"]) for x in engine.query(sql, **HELD)]


def published(engine):
    sql = "SELECT * FROM s ORDER BY system, order_id, line_id"
    return engine.query(sql, **SALES)


@pytest.fixture(scope="module")
def loop(tmp_path_factory, spark):
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("loop"))
        engine.add_source("tills", TILLS)
        engine.add_source("desk", DESK)
        engine.deliver("tills/monday.csv", TILL_DAY)
        engine.deliver("desk/1.csv", DESK_DAY)
        assert engine.run(*SILVER) == 0
        before = held(engine)
        dry = decide(engine, "waive", source="tills", rule="sold_at.parses", note="lost", dry_run=True)
        one = {"source": "tills", "batch": 1, "note": "the paper roll says so"}
        said = [
            decide(engine, "fix", **one, row=0, fixes=("quantity=9",)),
            decide(engine, "fix", **one, row=0, fixes=("quantity=2",)),
            decide(engine, "fix", **one, row=2, fixes=("sold_at=2024-03-04 10:00:00", "quantity=4")),
            decide(engine, "waive", **one, row=3),
            decide(engine, "replay", source="tills", rule="price_not_negative"),
            decide(engine, "fix", source="desk", batch=1, row=1, fixes=("quantity=uno",), note="typed wrong"),
            decide(engine, "fix", source="desk", batch=1, row=2, fixes=("quantity=3",), note="as ordered"),
        ]
        engine.deliver("desk/2.csv", DESK_LATER)
        _, plan = engines.heard(lambda: engine.run(*SILVER, dry_run=True))
        assert engine.run(*SILVER) == 0
        yield Loop(engine, said, dry, plan, before)


def test_every_row_has_the_state_that_was_decided_on(loop):
    assert loop.before == [
        ("desk", 1, 1, "open", 1), ("desk", 1, 2, "open", 1),
        ("tills", 1, 0, "open", 1), ("tills", 1, 2, "open", 1), ("tills", 1, 3, "open", 1), ("tills", 1, 4, "open", 1),
        ("tills", 1, 6, "open", 1),
    ]  # fmt: skip
    assert held(loop.engine) == [
        ("desk", 1, 1, "open", 2), ("desk", 1, 2, "fixed", 2),
        ("tills", 1, 0, "fixed", 2), ("tills", 1, 2, "fixed", 2), ("tills", 1, 3, "waived", 1),
        ("tills", 1, 4, "open", 2), ("tills", 1, 6, "open", 1),
    ]  # fmt: skip


def test_the_plan_says_what_is_judged_again(loop):
    reasons = {line.split()[0]: " ".join(line.split()[1:]) for line in loop.plan.splitlines()}
    assert reasons["silver.sales@tills"] == "3 quarantined rows to judge again, 1 waived"
    assert reasons["silver.sales@desk"].endswith("new rows, 2 quarantined rows to judge again")


def test_what_is_meant_is_said_without_what_the_rows_say(loop):
    assert "silver.sales  tills   sold_at.parses    3" in loop.dry
    assert "3 rows: would be noted: waive" in loop.dry
    assert loop.said[2].endswith("1 rows: fix (sold_at, quantity) noted; the next run takes it up")
    assert "2024-03-04 10:00" not in "".join(loop.said)


def test_fixed_rows_are_published_as_if_delivered_so(loop):
    assert sold(loop.engine, "source = 'tills'") == [
        Sold("1", "2", "7.00"), Sold("1", "2", "7.00"), Sold("2", "4", "14.00"), Sold("5", "2", "7.00"),
    ]  # fmt: skip
    assert sold(loop.engine, "source = 'desk'") == [Sold("1", "1", "10.00"), Sold("2", "7", "35.00")]


def test_the_books_of_all_runs_add_up(loop):
    steps = [step for step in loop.engine.steps("silver.sales") if step.state == "done"]
    assert all(step.books.balanced for step in steps)
    assert books(loop.engine, "tills") == {"read": 3, "published": 2, "quarantined": 1, "replaced": 1}
    assert books(loop.engine, "desk") == {"read": 3, "published": 1, "quarantined": 1, "superseded": 1}
    states = Counter(state for _, _, _, state, _ in held(loop.engine))
    not_published = states["open"] + states["waived"] + states["expired"]
    assert not_published == sum(s.books.quarantined - s.books.replayed for s in steps)
    published_rows = sum(s.books.published - s.books.replaced for s in steps)
    restored = 1  # the second of the two equal lines has another number now
    assert len(published(loop.engine)) == published_rows + restored


def test_giving_up_judges_nothing_and_is_taken_up_once(loop, monkeypatch, spark):
    engines.share_session(monkeypatch, spark)
    engine = loop.engine.with_lake("once")
    before = published(engine)
    decide(engine, "expire", source="tills", rule="sold_at.parses", days=0)
    waive_too_late(engine)
    assert engine.run(*SILVER) == 0
    assert engine.last("silver.sales", "tills").reason == "1 waived, 1 expired"
    assert ("tills", 1, 2, "fixed", 2) in held(engine)
    assert books(engine, "tills") == {}
    assert [row for row in held(engine) if row[3] in {"waived", "expired"}] == [
        ("tills", 1, 3, "waived", 1), ("tills", 1, 6, "expired", 1),
    ]  # fmt: skip
    assert published(engine) == before
    steps = len(ledger.steps(engine.lake))
    assert engine.run(*SILVER) == 0
    assert len(ledger.steps(engine.lake)) == steps


def test_a_run_that_ended_between_its_two_commits_is_finished_by_the_next(loop, monkeypatch, spark):
    engines.share_session(monkeypatch, spark)
    engine, undisturbed = loop.engine.with_lake("ended"), loop.engine.with_lake("undisturbed")
    for one in (engine, undisturbed):
        decide(one, "fix", source="tills", batch=1, row=4, fixes=("unit_price=3.50",), note="no discount")
        decide(one, "fix", source="tills", batch=1, row=0, fixes=("quantity=one",), note="cannot be read after all")
    assert undisturbed.run(*SILVER) == 0
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish_good", lambda *_: 1 / 0)
        assert engine.run(*SILVER) == 1
    assert engine.last("silver.sales", "tills").state == "audited"
    assert engine.run(*SILVER) == 0
    assert engine.last("silver.sales", "tills").state == "done"
    assert (published(engine), held(engine)) == (published(undisturbed), held(undisturbed))
    assert books(engine, "tills") == {"read": 2, "published": 1, "quarantined": 1, "replaced": 2}
    assert list((engine.lake_folder / "staging").iterdir()) == []


def test_a_full_refresh_keeps_what_was_decided_and_gives_the_same_rows(loop, monkeypatch, spark):
    engines.share_session(monkeypatch, spark)
    engine = loop.engine.with_lake("full")
    before = published(engine)
    waive_too_late(engine)
    assert engine.run(*SILVER, full_refresh=("silver.sales",)) == 0
    assert published(engine) == before
    assert held(engine) == [
        ("desk", 1, 1, "open", 3), ("desk", 1, 2, "fixed", 3),
        ("tills", 1, 0, "fixed", 3), ("tills", 1, 2, "fixed", 3), ("tills", 1, 3, "waived", 1),
        ("tills", 1, 4, "open", 3), ("tills", 1, 6, "open", 2),
    ]  # fmt: skip
    step = engine.last("silver.sales")
    assert (step.books.read, step.books.published, step.books.quarantined, step.books.superseded) == (11, 6, 4, 1)


def test_a_published_row_that_is_fixed_wrongly_leaves_the_table_and_can_come_back(loop, monkeypatch, spark):
    engines.share_session(monkeypatch, spark)
    engine = loop.engine.with_lake("wrong")
    one = {"source": "tills", "batch": 1, "row": 2, "note": "try"}
    decide(engine, "fix", **one, fixes=("quantity=many",))
    assert engine.run(*SILVER) == 0
    assert books(engine, "tills") == {"read": 1, "quarantined": 1, "replaced": 1}
    assert ("tills", 1, 2, "open", 3) in held(engine)
    assert sold(engine, "order_id = '2' AND source = 'tills'") == []
    decide(engine, "fix", **one, fixes=("quantity=6",))
    decide(engine, "waive", source="tills", rule="sold_at.parses", note="lost")
    assert engine.run(*SILVER) == 0
    assert sold(engine, "order_id = '2' AND source = 'tills'") == [Sold("2", "6", "21.00")]
    assert [state for *_, row, state, _ in held(engine) if row in {2, 6}] == ["fixed", "fixed", "waived"]


def test_a_file_delivered_again_takes_its_quarantined_rows_with_it(loop, monkeypatch, spark):
    engines.share_session(monkeypatch, spark)
    engine = loop.engine.with_lake("again")
    old = (engine.landing / "tills/monday.csv").read_text()
    engine.deliver(
        "tills/monday.csv", csv(TILL_HEAD, "1,tea,2,3.50,2024-03-04 09:00:00", "9,tea,?,1,2024-03-04 09:00:00")
    )
    try:
        decide(engine, "replay", source="tills", file="monday.csv")
        assert engine.run(*SILVER) == 0
    finally:
        engine.deliver("tills/monday.csv", old)
    assert [row for row in held(engine) if row[0] == "tills"] == [("tills", 2, 1, "open", 1)]
    assert books(engine, "tills") == {"read": 2, "duplicate": 1, "quarantined": 1, "replaced": 3}
    assert sold(engine, "source = 'tills'") == [Sold("1", "2", "7.00")]
