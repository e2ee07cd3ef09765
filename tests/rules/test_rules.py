"""Rule words: what each says, twice."""

from __future__ import annotations

import pytest

from lakehouse import rules
from lakehouse.rules import (
    between,
    cleared,
    contiguous,
    covers,
    matches,
    no_overlap,
    not_null,
    one_current,
    one_of,
    parses,
    reconciles,
    refers_to,
    satisfies,
    sql_text,
    unique,
)

VALUES = {
    "a.not_null": (not_null("a"), "a IS NOT NULL", "expect_column_values_to_not_be_null", {"column": "a"}),
    "a.one_of": (
        one_of("a", ["x", "it's"]), r"a IN ('x', 'it\'s')", "expect_column_values_to_be_in_set",
        {"column": "a", "value_set": ["x", "it's"]},
    ),
    "a.between": (
        between("a", 0, 1), "a >= 0 AND a <= 1", "expect_column_values_to_be_between",
        {"column": "a", "min_value": 0, "max_value": 1},
    ),
    "from_1": (
        between("a", 1, None, name="from_1"), "a >= 1", "expect_column_values_to_be_between",
        {"column": "a", "min_value": 1, "max_value": None},
    ),
    "up_to_9": (
        between("a", None, 9, name="up_to_9"), "a <= 9", "expect_column_values_to_be_between",
        {"column": "a", "min_value": None, "max_value": 9},
    ),
    "a.matches": (
        matches("a", r"^\d+'$"), r"a RLIKE '^\\d+\'$'", "expect_column_values_to_match_regex",
        {"column": "a", "regex": r"^\d+'$"},
    ),
}  # fmt: skip
FLAGGED = {
    "total": satisfies("total", "a + b = c", columns=("a", "b", "c")),
    "a.parses": parses("a"),
    "a.cleared": cleared("a", "^x"),
    "grain.unique": unique("a", "b", name="grain.unique"),
    "a_b.unique": unique("a", "b"),
    "a.refers_to": refers_to("a", "silver.t"),
    "a.reconciles": reconciles("a", "silver.t"),
    "a.covers": covers("a", "silver.t"),
    "history.contiguous": contiguous("a"),
    "history.one_current": one_current("a"),
    "history.no_overlap": no_overlap("a"),
}


@pytest.mark.parametrize("rule_id", VALUES)
def test_a_value_rule_reads_the_same_for_both(rule_id):
    rule, good, expectation, args = VALUES[rule_id]
    assert (rule.id, rule.good, rule.expectation, rule.args) == (rule_id, good, expectation, args)
    assert (rule.helper, rule.helper_column, rule.of_table, rule.severity) == (None, "", False, None)


@pytest.mark.parametrize("rule_id", FLAGGED)
def test_a_rule_over_more_than_a_value_is_read_from_one_flag(rule_id):
    rule = FLAGGED[rule_id]
    flag = "_" + rule_id.replace(".", "_")
    assert (rule.id, rule.good, rule.helper_column) == (rule_id, flag, flag)
    assert (rule.expectation, rule.args) == (
        "expect_column_values_to_be_in_set", {"column": flag, "value_set": [True]},
    )  # fmt: skip
    assert rule.of_table == (rule_id in {"a.reconciles", "a.covers"})


def test_words_that_are_about_another_table_say_which_columns_meet():
    assert refers_to("line", "silver.t", with_columns=("order",), theirs="line_id").helper == rules.RefersTo(
        ("order", "line"), "silver.t", ("order", "line_id")
    )
    dated = refers_to("key", "gold.d", with_columns={"sold_from_at": "valid_from_at"})
    assert dated.helper == rules.RefersTo(("sold_from_at", "key"), "gold.d", ("valid_from_at", "key"))
    assert reconciles("units", "silver.t", their="quantity", where="x > 0", keys=("k",)).helper == rules.Reconciles(
        "units", "silver.t", "quantity", "x > 0", ("k",)
    )
    assert reconciles("units", "silver.t", before=("sold_on", "judged_on")).helper.before == ("sold_on", "judged_on")
    assert covers("date_on", "silver.t", their="sold_on").helper == rules.Covers("date_on", "silver.t", "sold_on")


def test_table_rules_block_a_cleared_value_warns_and_all_else_is_left_to_the_layer():
    severities = {rule_id: rule.severity for rule_id, rule in FLAGGED.items() if rule.severity}
    assert severities == {
        "a.cleared": "warn", "a.reconciles": "block", "a.covers": "block", "history.contiguous": "block",
        "history.one_current": "block", "history.no_overlap": "block",
    }  # fmt: skip
    assert not_null("a", severity="warn", tolerate=0.1).tolerate == 0.1


def test_text_is_one_literal_whatever_it_holds():
    assert sql_text("it's") == r"'it\'s'"
    assert sql_text("a\\") == "'a\\\\'"
    assert sql_text(r"\' OR 1=1 --") == r"'\\\' OR 1=1 --'"
