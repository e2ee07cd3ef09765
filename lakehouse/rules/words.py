"""Rule words: each says what is valid twice, once for Spark and once for Great Expectations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.rules.values import (
    Cleared,
    Contiguous,
    Covers,
    Helper,
    NoOverlap,
    OneCurrent,
    Parses,
    Reconciles,
    RefersTo,
    Rule,
    Satisfies,
    Severity,
    Unique,
    helper_column,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Scalar = int | float | str

IN_SET = "expect_column_values_to_be_in_set"


def sql_text(value: str) -> str:
    """`value` as a Spark SQL string literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def sql_scalar(value: Scalar) -> str:
    """`value` as a Spark SQL literal."""
    return sql_text(value) if isinstance(value, str) else repr(value)


def not_null(column: str, *, severity: Severity | None = None, tolerate: float = 0.0) -> Rule:
    """The value is present."""
    return Rule(
        id=f"{column}.not_null",
        columns=(column,),
        good=f"{column} IS NOT NULL",
        expectation="expect_column_values_to_not_be_null",
        args={"column": column},
        severity=severity,
        tolerate=tolerate,
    )


def one_of(column: str, values: Sequence[str], *, severity: Severity | None = None, tolerate: float = 0.0) -> Rule:
    """The value is one of `values`; NULL passes."""
    listed = ", ".join(sql_text(value) for value in values)
    return Rule(
        id=f"{column}.one_of",
        columns=(column,),
        good=f"{column} IN ({listed})",
        expectation=IN_SET,
        args={"column": column, "value_set": list(values)},
        severity=severity,
        tolerate=tolerate,
    )


def between(
    column: str,
    low: int | None,
    high: int | None,
    *,
    name: str = "",
    severity: Severity | None = None,
    tolerate: float = 0.0,
) -> Rule:
    """The value lies within whole-number bounds, both included, None for an open end; NULL passes."""
    bounds = [f"{column} >= {low}"] * (low is not None) + [f"{column} <= {high}"] * (high is not None)
    return Rule(
        id=name or f"{column}.between",
        columns=(column,),
        good=" AND ".join(bounds),
        expectation="expect_column_values_to_be_between",
        args={"column": column, "min_value": low, "max_value": high},
        severity=severity,
        tolerate=tolerate,
    )


def matches(
    column: str, pattern: str, *, name: str = "", severity: Severity | None = None, tolerate: float = 0.0
) -> Rule:
    """The value matches the regular expression somewhere; NULL passes."""
    return Rule(
        id=name or f"{column}.matches",
        columns=(column,),
        good=f"{column} RLIKE {sql_text(pattern)}",
        expectation="expect_column_values_to_match_regex",
        args={"column": column, "regex": pattern},
        severity=severity,
        tolerate=tolerate,
    )


def _flagged(
    rule_id: str, columns: tuple[str, ...], helper: Helper, *, severity: Severity | None, tolerate: float = 0.0
) -> Rule:
    """Return a rule judged through a boolean column, so that it joins the one bundle of Great Expectations."""
    flag = helper_column(rule_id)
    args = {"column": flag, "value_set": [True]}
    return Rule(rule_id, columns, flag, IN_SET, args, severity=severity, tolerate=tolerate, helper=helper)


def satisfies(
    name: str,
    condition: str,
    *,
    columns: tuple[str, ...] = (),
    severity: Severity | None = None,
    tolerate: float = 0.0,
) -> Rule:
    """A Spark SQL condition over several columns holds; NULL passes."""
    return _flagged(name, columns, Satisfies(condition), severity=severity, tolerate=tolerate)


def parses(column: str) -> Rule:
    """What was delivered could become the column's type. Declared by the column itself; nobody writes it."""
    return _flagged(f"{column}.parses", (column,), Parses(column), severity=None)


def cleared(column: str, pattern: str, *, tolerate: float = 0.0) -> Rule:
    """A value that does not match `pattern` is set to NULL and counted as a warning."""
    return _flagged(f"{column}.cleared", (column,), Cleared(column, pattern), severity="warn", tolerate=tolerate)


def unique(*columns: str, name: str = "", severity: Severity | None = None) -> Rule:
    """No two rows that would be published share these columns."""
    return _flagged(name or f"{'_'.join(columns)}.unique", columns, Unique(columns), severity=severity)


def refers_to(
    column: str,
    table: str,
    *,
    theirs: str = "",
    with_columns: Sequence[str] | Mapping[str, str] = (),
    severity: Severity | None = None,
    tolerate: float = 0.0,
) -> Rule:
    """The value (with `system` and `with_columns`) exists in another table; NULL passes.

    `with_columns` may map names to those of the other table. Judged only for systems that have rows there.
    """
    others = dict(with_columns) if isinstance(with_columns, dict) else {name: name for name in with_columns}
    mine = (*others, column)
    helper = RefersTo(mine, table, (*others.values(), theirs or column))
    return _flagged(f"{column}.refers_to", mine, helper, severity=severity, tolerate=tolerate)


def reconciles(
    column: str,
    table: str,
    *,
    their: str | None = None,
    where: str = "",
    keys: tuple[str, ...] = (),
    before: tuple[str, str] | None = None,
) -> Rule:
    """Sums of `column` equal those of `their` in `table`, compared as decimals per key.

    `keys` are needed where a column of one name means something else in the other table. A mart that is judged on a day
    compares with the rows before it: `before=("sold_on", "judged_on")`, their column and the one that tells the day.
    """
    helper = Reconciles(column, table, their or column, where, keys, before)
    return _flagged(f"{column}.reconciles", (column,), helper, severity="block")


def covers(column: str, table: str, *, their: str | None = None, where: str = "") -> Rule:
    """Every value of `their` in `table` (rows that meet `where`) is found in `column`."""
    return _flagged(f"{column}.covers", (column,), Covers(column, table, their or column, where), severity="block")


def contiguous(*key: str) -> Rule:
    """Versions of a key follow each other without overlap or gap. Declared by the write mode; nobody writes it."""
    columns = (*key, "valid_from_at", "valid_to_at")
    return _flagged("history.contiguous", columns, Contiguous(key), severity="block")


def one_current(*key: str) -> Rule:
    """The last version of a key, and no other, is current. Declared by the write mode; nobody writes it."""
    return _flagged("history.one_current", (*key, "is_current"), OneCurrent(key), severity="block")


def no_overlap(*key: str) -> Rule:
    """At any moment one version of a key is valid at most, and the current one is valid still."""
    columns = (*key, "valid_from_at", "valid_to_at", "is_current")
    return _flagged("history.no_overlap", columns, NoOverlap(key), severity="block")
