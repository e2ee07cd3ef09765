from __future__ import annotations

from dataclasses import replace

import pytest

from lakehouse.gate.decide import decide, over_ceiling, percent
from lakehouse.gate.suite import table_rule
from lakehouse.gate.values import Counts, Judged
from lakehouse.quality import Fact
from lakehouse.rules import Rule, between, not_null

QUARANTINE = between("discount_rate", 0, 1, severity="quarantine")
BLOCK = not_null("line_id", severity="block")
WARN = not_null("region", severity="warn")
APPENDED = table_rule("rows.appended")


def verdict(rule: Rule, failed: int, *, rows: int = 100, ceiling: float = 0.1, **outcomes: int):
    counts = Counts(rows, {rule.id: failed}, outcomes)
    return decide([rule], {rule.id: Judged(failed, rows)}, counts, facts={}, ceiling=ceiling)


def test_no_bad_row_passes():
    decided = verdict(QUARANTINE, 0)
    assert (decided.state, decided.results[0].verdict, decided.results[0].share) == ("passed", "passed", 0.0)


def test_quarantine_routes_and_does_not_block():
    decided = verdict(QUARANTINE, 3, quarantined=3)
    assert (decided.state, decided.results[0].verdict, decided.results[0].share) == ("passed", "failed", 0.03)
    assert decided.reasons == ()


def test_block_rule_blocks_and_says_how_much():
    decided = verdict(BLOCK, 3)
    assert decided.blocks
    assert decided.reasons == ("line_id.not_null (block): 3 of 100, 3.0 %",)


@pytest.mark.parametrize(("failed", "state"), [(2, "passed"), (3, "blocked")])
def test_block_rule_tolerates_its_share(failed, state):
    assert verdict(replace(BLOCK, tolerate=0.02), failed).state == state


@pytest.mark.parametrize(("failed", "state"), [(5, "passed"), (6, "warned")])
def test_warn_rule_tolerates_its_share(failed, state):
    assert verdict(replace(WARN, tolerate=0.05), failed).state == state


def test_warning_publishes():
    decided = verdict(WARN, 7)
    assert (decided.state, decided.blocks, decided.results[0].verdict) == ("warned", False, "warned")
    assert decided.reasons == ("region.not_null (warn): 7 of 100, 7.0 %",)


@pytest.mark.parametrize(
    ("quarantined", "rows", "state"),
    [(20, 20, "passed"), (21, 210, "passed"), (21, 209, "blocked"), (100, 1000, "passed"), (101, 1000, "blocked")],
)
def test_ceiling_blocks_with_more_than_twenty_rows(quarantined, rows, state):
    assert verdict(QUARANTINE, quarantined, rows=rows, quarantined=quarantined).state == state


def test_ceiling_says_the_share():
    decided = verdict(QUARANTINE, 7100, rows=50_000, quarantined=7100)
    assert decided.reasons == ("14.2 % of 50,000 rows are quarantined (ceiling 10 %)",)


def test_no_rows_is_vacuous():
    decided = verdict(BLOCK, 0, rows=0)
    assert (decided.state, decided.results[0].verdict, decided.results[0].share) == ("passed", "vacuous", None)


@pytest.mark.parametrize(
    ("judged", "told"),
    [
        (Judged(4, 100), "Spark counts 3 bad rows, Great Expectations 4"),
        (Judged(3, 99), "Spark staged 100 rows, Great Expectations read 99"),
        (Judged(0, 0, "no such column"), "the expectation raised: no such column"),
        (None, "Great Expectations gave no result"),
    ],
)
def test_a_count_that_cannot_be_trusted_breaks_the_gate(judged, told):
    found = {} if judged is None else {WARN.id: judged}
    decided = decide([WARN], found, Counts(100, {WARN.id: 3}), facts={}, ceiling=1.0)
    assert (decided.state, decided.results[0].verdict) == ("broken", "errored")
    assert decided.reasons == (f"region.not_null: {told}",)


def test_a_rule_that_spark_did_not_count_breaks_the_gate():
    decided = decide([WARN], {WARN.id: Judged(0, 10)}, Counts(10), facts={}, ceiling=1.0)
    assert decided.reasons == ("region.not_null: Spark counts no bad rows, Great Expectations 0",)


@pytest.mark.parametrize(
    ("fact", "unexpected", "line", "state"),
    [
        (Fact(good=True, checked=5), 0, "passed", "passed"),
        (Fact(good=False, checked=5, failed=2, detail="North: 3.10 here, 3.00 there"), 1, "failed", "blocked"),
        (Fact(good=None), 0, "vacuous", "passed"),
        (Fact(good=True), 1, "errored", "broken"),
        (Fact(good=False), 0, "errored", "broken"),
    ],
)
def test_table_rules_follow_their_fact(fact, unexpected, line, state):
    judged = {APPENDED.id: Judged(unexpected, 1)}
    decided = decide([APPENDED], judged, Counts(5), facts={APPENDED.id: fact}, ceiling=1.0)
    assert (decided.results[0].verdict, decided.state) == (line, state)


def test_a_table_rule_says_why():
    fact = Fact(good=False, checked=5, failed=2, detail="North: 3.10 here, 3.00 there")
    decided = decide([APPENDED], {APPENDED.id: Judged(1, 1)}, Counts(5), facts={APPENDED.id: fact}, ceiling=1.0)
    assert decided.reasons == ("rows.appended (block): 2 of 5, 40.0 %: North: 3.10 here, 3.00 there",)


def test_corrections_are_passed_lines():
    counts = Counts(10, corrected={"region.spellings": 4})
    (line,) = decide([], {}, counts, facts={}, ceiling=1.0).results
    assert (line.rule, line.columns, line.severity) == ("region.spellings", ("region",), "")
    assert (line.corrected, line.verdict) == (4, "passed")


@pytest.mark.parametrize(("part", "whole", "told"), [(1, 3, "33.3 %"), (1, 100_000, "< 0.1 %"), (0, 5, "0.0 %")])
def test_percent(part, whole, told):
    assert percent(part, whole) == told


def test_counts_survive_the_ledger():
    counts = Counts(3, {"a.not_null": 1}, {"published": 2, "quarantined": 1}, {"a.near": 1})
    assert Counts.from_json(counts.to_json()) == counts
    assert counts.books == {"read": 3, "published": 2, "quarantined": 1, "duplicate": 0, "superseded": 0}


def test_rows_that_go_back_to_the_quarantine_do_not_block():
    outcomes = {"published": 10, "quarantined": 40}
    back = Counts(50, outcomes=outcomes, seen={"quarantine": 45, "table": 0, "refailed": 40})
    assert over_ceiling(back, 0.1) == []
    of_the_table = Counts(50, outcomes=outcomes, seen={"quarantine": 0, "table": 50, "refailed": 0})
    assert over_ceiling(of_the_table, 0.1) == ["80.0 % of 50 rows are quarantined (ceiling 10 %)"]
    both = Counts(90, outcomes={"quarantined": 80}, seen={"quarantine": 40, "table": 0, "refailed": 40})
    assert over_ceiling(both, 0.1) == ["80.0 % of 50 rows are quarantined (ceiling 10 %)"]
