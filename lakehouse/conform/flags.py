"""Flags: yes or no from a word, the beginning of a text, a list of values or a negative number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.conform.numbers import cleaned_number, plain_number
from lakehouse.table import UNITS

if TYPE_CHECKING:
    from pyspark.sql import Column

    from lakehouse.settings.values import Mapped

YES = ("true", "yes", "y", "t", "1")
NO = ("false", "no", "n", "f", "0")


def flag(text: Column, mapped: Mapped) -> Column:
    """Truth of `text`: by the map words of the source, else by YES and NO; NULL where it is neither.

    With map words the answer is always given: what does not begin so, equal any or lie below zero is false.
    Texts are compared ignoring case.
    """
    told = by_words(text, mapped)
    if told is not None:
        return F.coalesce(told, F.lit(col=False))
    word = F.lower(text)
    return F.when(word.isin(*YES), F.lit(col=True)).when(word.isin(*NO), F.lit(col=False))


def by_words(text: Column, mapped: Mapped) -> Column | None:
    """What `starts_with`, `equals` and `negative` say (any of them), or None when the source uses none."""
    said = []
    if mapped.starts_with is not None:
        said.append(F.startswith(F.lower(text), F.lit(mapped.starts_with.lower())))
    if mapped.equals:
        said.append(F.lower(text).isin(*sorted({value.lower() for value in mapped.equals})))
    if mapped.negative:
        said.append(below_zero(text, mapped))
    return any_of(said)


def below_zero(text: Column, mapped: Mapped) -> Column:
    """Whether `text` is a number less than 0."""
    cleaned = cleaned_number(text, UNITS, decimal=mapped.decimal, thousands=mapped.thousands)
    return F.coalesce(plain_number(text, UNITS, mapped.decimal), cleaned) < 0


def any_of(said: list[Column]) -> Column | None:
    """Whether any of `said` holds, NULL counting as no; None for an empty list."""
    answer = None
    for one in said:
        known = F.coalesce(one, F.lit(col=False))
        answer = known if answer is None else answer | known
    return answer


def is_kept(text: Column, patterns: tuple[str, ...]) -> Column:
    """False where the value is one of `patterns` (ignoring case, `*` at either end stands for anything)."""
    value = F.lower(text)
    exact = sorted({pattern.lower() for pattern in patterns if "*" not in pattern})
    said = [value.isin(*exact)] if exact else []
    said += [wildcard(value, pattern.lower()) for pattern in patterns if "*" in pattern]
    found = any_of(said)
    return F.lit(col=True) if found is None else ~found


def wildcard(value: Column, pattern: str) -> Column:
    """Whether `value` has the text of `pattern` at the end, at the beginning or anywhere."""
    core = F.lit(pattern.strip("*"))
    if pattern.startswith("*") and pattern.endswith("*"):
        return F.contains(value, core)
    return F.endswith(value, core) if pattern.startswith("*") else F.startswith(value, core)
