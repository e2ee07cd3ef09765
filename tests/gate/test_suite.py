from __future__ import annotations

from dataclasses import replace

import pytest

from lakehouse.errors import ConfigError
from lakehouse.gate.suite import describe, expectations, judged_columns, table_rule
from lakehouse.rules import Rule, between, matches, not_null, one_of, reconciles, refers_to, satisfies


def mistakes(*rules: Rule) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        expectations(rules, where="silver.sales")
    return [str(problem) for problem in caught.value.problems]


def test_a_rule_becomes_an_expectation_that_says_its_severity():
    (built,) = expectations([between("discount_rate", 0, 1, severity="quarantine")], where="silver.sales")
    assert built.expectation_type == "expect_column_values_to_be_between"
    assert built.description == "[quarantine] discount_rate.between: discount_rate between 0 and 1"
    assert (built.severity, built.meta) == ("warning", {"rule": "discount_rate.between"})


@pytest.mark.parametrize(
    ("severity", "importance"), [("block", "critical"), ("quarantine", "warning"), ("warn", "info")]
)
def test_severities_are_mapped(severity, importance):
    (built,) = expectations([not_null("region", severity=severity)], where="t")
    assert built.severity == importance


def test_tolerate_becomes_mostly():
    (built,) = expectations([not_null("region", severity="warn", tolerate=0.25)], where="t")
    assert built.mostly == 0.75


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (not_null("a", severity="block"), "[block] a.not_null: a is present"),
        (between("a", None, 9, severity="warn"), "[warn] a.between: a at most 9"),
        (one_of("a", ["x", "y"], severity="warn"), "[warn] a.one_of: a one of x, y"),
        (matches("a", "^x$", severity="warn", tolerate=0.01), "[warn] a.matches: a matches ^x$, 1.00% tolerated"),
        (satisfies("amounts_agree", "a = b + c", severity="warn"), "[warn] amounts_agree: a = b + c"),
        (refers_to("a", "silver.products", severity="warn"), "[warn] a.refers_to: a refers to"),
    ],
)
def test_descriptions(rule, told):
    assert describe(rule).startswith(told)


def test_markup_in_a_rule_stays_text():
    (built,) = expectations([satisfies("order", "a < b & b > c", severity="warn")], where="t")
    assert built.description == "[warn] order: a &lt; b &amp; b &gt; c"


def test_every_mistake_is_told_at_once():
    unknown = replace(not_null("a", severity="warn"), expectation="expect_column_values_to_not_be_nul")
    wrong = replace(between("b", 0, 1, severity="warn"), args={"column": "b", "min_value": 0, "upper": 1})
    told = mistakes(unknown, wrong, not_null("c"), not_null("d", severity="warn", tolerate=1.5))
    assert any(
        line == "silver.sales: a.not_null: expect_column_values_to_not_be_nul is not an expectation."
        " Did you mean 'ExpectColumnValuesToNotBeNull'?"
        for line in told
    )
    assert any("b.between" in line and "upper" in line for line in told)
    assert "silver.sales: c.not_null: its severity was not resolved before the gate." in told
    assert "silver.sales: d.not_null: tolerate is a share between 0 and 1, not 1.5." in told


def test_two_rules_with_one_id_are_a_mistake():
    rule = not_null("a", severity="warn")
    assert mistakes(rule, rule) == ["silver.sales: a.not_null: two rules have this id."]


def test_a_table_rule_cannot_quarantine():
    rule = replace(reconciles("net_amount", "silver.sales"), severity="quarantine")
    assert mistakes(rule) == [
        "silver.sales: net_amount.reconciles: a rule about the whole table cannot quarantine; use warn or block."
    ]


def test_only_the_columns_of_the_rules_are_read():
    rules = [not_null("a"), between("a", 0, 1), satisfies("s", "a < b", columns=("a", "b"))]
    assert judged_columns(rules) == ("a", "_s")


def test_a_table_rule_reads_a_flag():
    assert table_rule("rows.appended").args == {"column": "_rows_appended", "value_set": [True]}
