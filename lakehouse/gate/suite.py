"""Rules as expectations: which class, which arguments, and what the data docs say about them."""

from __future__ import annotations

import difflib
from html import escape
from typing import TYPE_CHECKING, Any

from lakehouse.errors import ConfigError, Problem
from lakehouse.gate.quiet import quiet
from lakehouse.rules import IN_SET, Rule, helper_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from great_expectations.expectations.expectation import Expectation

    from lakehouse.rules import Severity

IMPORTANCE = {"block": "critical", "quarantine": "warning", "warn": "info"}
"""Our severities in the words of Great Expectations."""

COLUMN_ARGUMENTS = ("column", "column_A", "column_B")


def table_rule(rule_id: str, columns: tuple[str, ...] = (), *, severity: Severity = "block") -> Rule:
    """Return a rule about a table as a whole that is judged by a fact, such as `rows.appended` of a Bronze table."""
    flag = helper_column(rule_id)
    return Rule(rule_id, columns, flag, IN_SET, {"column": flag, "value_set": [True]}, severity=severity)


def judged_columns(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Name the columns that the expectations of `rules` read, each once."""
    named = [column for rule in rules for column in _columns_of(rule)]
    return tuple(dict.fromkeys(named))


def _columns_of(rule: Rule) -> list[str]:
    single = [rule.args[name] for name in COLUMN_ARGUMENTS if name in rule.args]
    return [*single, *rule.args.get("column_list", ())]


def describe(rule: Rule) -> str:
    """Return what the data docs print: `[quarantine] discount_rate.between: discount_rate between 0 and 1`."""
    tolerated = f", {rule.tolerate:.2%} tolerated" if rule.tolerate else ""
    return f"[{rule.severity}] {rule.id}: {_statement(rule)}{tolerated}"


def _statement(rule: Rule) -> str:
    """Say in words what is valid; the Spark reading stands in for what has no words of its own."""
    subject, word = ", ".join(rule.columns), rule.id.rpartition(".")[2]
    low, high = rule.args.get("min_value"), rule.args.get("max_value")
    if rule.expectation == "expect_column_values_to_be_between":
        if low is None or high is None:
            return f"{subject} at {'most' if low is None else 'least'} {high if low is None else low}"
        return f"{subject} between {low} and {high}"
    if rule.expectation == IN_SET and rule.args.get("value_set") == [True]:
        return getattr(rule.helper, "condition", "") or f"{subject} {word.replace('_', ' ')}".strip()
    return {
        IN_SET: f"{subject} one of {', '.join(map(str, rule.args.get('value_set', ())))}",
        "expect_column_values_to_not_be_null": f"{subject} is present",
        "expect_column_values_to_match_regex": f"{subject} matches {rule.args.get('regex')}",
    }.get(rule.expectation, rule.good)


def expectations(rules: Sequence[Rule], *, where: str) -> list[Expectation]:
    """Turn `rules` into expectations; raises one ConfigError with every mistake of `where` (a step or table)."""
    problems: list[Problem] = list(_mistakes(rules, where))
    built = []
    for rule in rules:
        try:
            built.append(_expectation(rule))
        except (ValueError, TypeError) as error:
            problems.append(Problem(where, rule.id, _brief(error)))
        except LookupError as error:
            problems.append(Problem(where, rule.id, f"{rule.expectation} is not an expectation", *error.args))
    if problems:
        raise ConfigError(problems)
    return built


def _mistakes(rules: Sequence[Rule], where: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            yield Problem(where, rule.id, "two rules have this id")
        if rule.severity is None:
            yield Problem(where, rule.id, "its severity was not resolved before the gate")
        if rule.of_table and rule.severity == "quarantine":
            yield Problem(where, rule.id, "a rule about the whole table cannot quarantine; use warn or block")
        if not 0 <= rule.tolerate < 1:
            yield Problem(where, rule.id, f"tolerate is a share between 0 and 1, not {rule.tolerate}")
        seen.add(rule.id)


def _expectation(rule: Rule) -> Expectation:
    """Build the expectation named by `rule`."""
    found = _class_of(rule.expectation)
    return found(**_arguments(rule, found.__fields__))


def _arguments(rule: Rule, fields: Mapping[str, Any]) -> dict[str, Any]:
    mostly = {"mostly": 1 - rule.tolerate} if rule.tolerate and "mostly" in fields else {}
    told = {
        "severity": IMPORTANCE.get(rule.severity or "block"),
        "description": escape(describe(rule), quote=False),
        "meta": {"rule": rule.id},
    }
    return {**rule.args, **mostly, **told}


def _class_of(name: str) -> type[Expectation]:
    """Return the class of a snake_case expectation; raises LookupError with the nearest name."""
    with quiet():
        from great_expectations import expectations as known

    class_name = "".join(word.capitalize() for word in name.split("_"))
    found = getattr(known, class_name, None)
    if found is None:
        raise LookupError(*difflib.get_close_matches(class_name, dir(known), n=1))
    return found  # type: ignore[no-any-return]


def _brief(error: Exception) -> str:
    """Return the first lines of a validation error on one line."""
    return " ".join(str(error).split())[:300]
