"""What a text means in the type of its column, whether it could be read, and whether it was corrected."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, StringType

from lakehouse.conform.flags import flag, is_kept
from lakehouse.conform.instants import moment
from lakehouse.conform.numbers import cleaned_number, plain_number
from lakehouse.conform.text import cased

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import Column

    from lakehouse.conform.targets import Target
    from lakehouse.settings.values import Source


def value(target: Target) -> Column:
    """Value of a target, from its cased text and, for numbers, the plain reading of it."""
    return read(target, F.col(target.cased), F.col(target.plain))


def value_before_spelling(target: Target) -> Column:
    """Value that the delivered text has without `spellings` and `near`, which may change any day."""
    if not target.is_respelled:
        return F.col(target.name)
    text = cased(F.col(target.text), target.mapped.case)
    return read(target, text, plain_number(text, target.type, target.mapped.decimal) if target.is_number else text)


def read(target: Target, text: Column, plain: Column) -> Column:
    """`text` in the type of the target; NULL where it cannot be."""
    mapped = target.mapped
    if target.is_number:
        clean = cleaned_number(text, target.type, decimal=mapped.decimal, thousands=mapped.thousands)
        return F.coalesce(plain, F.when(text.isNotNull(), clean))
    if target.is_time:
        return moment(text, target.type, formats=mapped.formats, zone=target.zone)
    if isinstance(target.type, BooleanType):
        return flag(text, mapped)
    if isinstance(target.type, StringType):
        return text
    raise TypeError(f"{target.name}: no delivered text becomes {target.type.simpleString()}")


def is_broken(target: Target) -> Column:
    """Whether something was delivered that has no value. Text is never broken."""
    return F.col(target.text).isNotNull() & F.col(target.name).isNull()


def corrections(target: Target) -> dict[str, Column]:
    """For each correction of a target, whether it changed the value."""
    happened = {}
    if target.mapped.spellings:
        happened[f"{target.name}.spellings"] = F.col(target.spelled) != F.col(target.text)
    if target.mapped.near:
        happened[f"{target.name}.near"] = F.lower(target.near) != F.lower(target.spelled)
    if target.is_number:
        happened[f"{target.name}.number"] = F.col(target.plain).isNull() & F.col(target.name).isNotNull()
    return happened


def ids_where(happened: Mapping[str, Column]) -> Column:
    """Array of the ids whose condition holds. Rows where none does, nearly all of them, take a short way."""
    none = F.array().cast("array<string>")
    if not happened:
        return none
    found = F.array(*[F.when(holds, F.lit(name)) for name, holds in happened.items()])
    return F.when(reduce(or_, happened.values()), F.array_compact(found)).otherwise(none)


def flags_unmapped(source: Source) -> dict[str, Column]:
    """What flags say that a source does not map: not returned, not deleted, and a product unless named."""
    kept = [is_kept(F.col(column), patterns) for column, patterns in source.not_products.items()]
    return {
        "is_return": F.lit(col=False),
        "is_deleted": F.lit(col=False),
        "is_product": reduce(lambda one, other: one & other, kept, F.lit(col=True)),
    }
