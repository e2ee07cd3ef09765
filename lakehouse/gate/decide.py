"""Decide about a step from what Spark and Great Expectations counted; pure, without Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.gate.values import REFAILED, Judged, RuleResult, State, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lakehouse.gate.values import Counts, RuleVerdict
    from lakehouse.quality import Fact
    from lakehouse.rules import Rule

FEW_ROWS = 20
"""Up to so many quarantined rows never block a step, whatever their share."""


def decide(
    rules: Sequence[Rule],
    judged: Mapping[str, Judged],
    counts: Counts,
    *,
    facts: Mapping[str, Fact],
    ceiling: float,
) -> Verdict:
    """Return the verdict of one step; rules named in `facts` are about the table, all others about each row."""
    results = [_result(rule, judged.get(rule.id), counts, fact=facts.get(rule.id)) for rule in rules]
    every = (*results, *corrections(counts))
    distrust = [f"{result.rule}: {result.detail}" for result in results if result.verdict == "errored"]
    if distrust:
        return Verdict(every, "broken", tuple(distrust))
    blocking = [*over_ceiling(counts, ceiling), *_reasons(results, rules, verdict="failed")]
    warnings = _reasons(results, rules, verdict="warned")
    state: State = "blocked" if blocking else "warned" if warnings else "passed"
    return Verdict(every, state, tuple(blocking) or warnings)


def _result(rule: Rule, judged: Judged | None, counts: Counts, *, fact: Fact | None) -> RuleResult:
    """Return the line of one rule; a count that cannot be trusted makes it `errored`."""
    checked, failed = (counts.rows, counts.failed.get(rule.id, 0)) if fact is None else (fact.checked, fact.failed)
    doubt = distrusted(judged, counts, rule.id) if fact is None else disowned(judged, fact)
    verdict: RuleVerdict = "errored" if doubt else row_verdict(rule, checked, failed)
    if fact is not None and not doubt:
        verdict = table_verdict(rule, fact)
    detail = doubt or ("" if fact is None else fact.detail)
    return RuleResult(rule.id, rule.columns, str(rule.severity), checked, failed, verdict, detail=detail)


def distrusted(judged: Judged | None, counts: Counts, rule_id: str) -> str:
    """Say why the count of a row rule cannot be trusted; empty when Spark and Great Expectations agree."""
    if judged is None:
        return "Great Expectations gave no result"
    if judged.raised:
        return f"the expectation raised: {judged.raised}"
    if judged.elements != counts.rows:
        return f"Spark staged {counts.rows:,} rows, Great Expectations read {judged.elements:,}"
    if judged.unexpected != counts.failed.get(rule_id, -1):
        spark = f"{counts.failed[rule_id]:,}" if rule_id in counts.failed else "no"
        return f"Spark counts {spark} bad rows, Great Expectations {judged.unexpected:,}"
    return ""


def disowned(judged: Judged | None, fact: Fact) -> str:
    """Say why the reading of a table rule cannot be trusted; empty when it can."""
    if judged is None:
        return "Great Expectations gave no result"
    if judged.raised:
        return f"the expectation raised: {judged.raised}"
    if bool(judged.unexpected) != (fact.good is False):
        return f"the fact is {fact.good}, Great Expectations counts {judged.unexpected} bad"
    return ""


def row_verdict(rule: Rule, checked: int, failed: int) -> RuleVerdict:
    """Judge a row rule: a quarantine rule with bad rows is `failed` although its rows are only routed."""
    if not checked:
        return "vacuous"
    if not failed or (rule.severity != "quarantine" and failed <= rule.tolerate * checked):
        return "passed"
    return "warned" if rule.severity == "warn" else "failed"


def table_verdict(rule: Rule, fact: Fact) -> RuleVerdict:
    """Judge a rule about the table as a whole."""
    if fact.good is None:
        return "vacuous"
    if fact.good:
        return "passed"
    return "warned" if rule.severity == "warn" else "failed"


def over_ceiling(counts: Counts, ceiling: float) -> list[str]:
    """Say so when more rows are quarantined than the table allows (`ceiling`: a share between 0 and 1).

    Rows that come from the quarantine and go back there say nothing about what was delivered.
    """
    quarantined = counts.quarantined - counts.seen.get(REFAILED, 0)
    rows = counts.incoming - counts.seen.get("quarantine", 0)
    if quarantined <= FEW_ROWS or quarantined <= ceiling * rows:
        return []
    share = percent(quarantined, rows)
    return [f"{share} of {rows:,} rows are quarantined (ceiling {ceiling * 100:g} %)"]


def corrections(counts: Counts) -> tuple[RuleResult, ...]:
    """Return one passed line for each kind of correction that was counted, zeros included."""
    return tuple(
        RuleResult(name, (name.partition(".")[0],), "", counts.rows, 0, "passed", corrected=corrected)
        for name, corrected in counts.corrected.items()
    )


def _reasons(results: Iterable[RuleResult], rules: Sequence[Rule], *, verdict: RuleVerdict) -> tuple[str, ...]:
    """Return a line for each rule of this verdict; rows of a failed quarantine rule are routed and no reason."""
    tolerated = {rule.id: rule.tolerate for rule in rules}
    chosen = [result for result in results if result.verdict == verdict and result.severity != "quarantine"]
    return tuple(_reason(result, tolerated[result.rule]) for result in chosen)


def _reason(result: RuleResult, tolerated: float) -> str:
    """Return `line_id.not_null (block): 3 of 120 rows, 2.5 %`, with what is tolerated where something is."""
    if not result.checked:
        return f"{result.rule} ({result.severity}): {result.detail or 'does not hold'}"
    limit = f", tolerated {tolerated * 100:g} %" if tolerated else ""
    share = percent(result.failed, result.checked)
    detail = f": {result.detail}" if result.detail else ""
    return f"{result.rule} ({result.severity}): {result.failed:,} of {result.checked:,}, {share}{limit}{detail}"


def percent(part: int, whole: int) -> str:
    """Return `14.2 %`; a share that would round to nothing is `< 0.1 %`."""
    share = 100 * part / whole if whole else 0.0
    return "< 0.1 %" if part and share < 0.05 else f"{share:.1f} %"
