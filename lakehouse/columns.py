"""Pure Column helpers that builds share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.table import LONG, MONEY, RATE, UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from pyspark.sql import Column


def business_day(instant: str, zone: str) -> Column:
    """Date of a UTC instant in the time zone that another column names."""
    return F.to_date(F.from_utc_timestamp(F.col(instant), F.col(zone)))


def beginning() -> Column:
    """Instant from which the first version of anything is valid."""
    return F.expr("TIMESTAMP'1900-01-01 00:00:00Z'")


def initials(name: str) -> Column:
    """First letter of each word with a full stop: `A.B.` of `Ann Bell`."""
    return F.upper(F.regexp_replace(F.trim(name), r"(\S)\S*\s*", "$1."))


def total_money(column: str) -> Column:
    """Exact sum of an amount, under its own name."""
    return F.sum(column).cast(MONEY).alias(column)


def total_units(column: str) -> Column:
    """Exact sum of quantities, as `units`."""
    return F.sum(column).cast(UNITS).alias("units")


def total_lines(column: str = "lines") -> Column:
    """Sum of line counts, under its own name."""
    return F.sum(column).cast(LONG).alias(column)


def share(part: str | Column, whole: str | Column) -> Column:
    """Part ÷ whole as a rate; NULL where the whole is 0 or next to nothing."""
    return F.try_divide(part, whole).try_cast(RATE)


def rate_of(column: str, rates: Mapping[str, Decimal], *, otherwise: Decimal) -> Column:
    """Rate that belongs to the value of a column."""
    found = F.lit(otherwise)
    for value, rate in rates.items():
        found = F.when(F.col(column) == value, F.lit(rate)).otherwise(found)
    return found


def title_case(text: str | Column) -> Column:
    """First letter of each word large, all others small."""
    return F.initcap(text)


def sentence_case(text: str | Column) -> Column:
    """First letter large, all others small."""
    return F.concat(F.upper(F.left(text, F.lit(1))), F.lower(F.substring(text, 2, 2**31 - 1)))
