"""Instants and days from text: declared patterns in their order, else ISO 8601; local times read in a zone."""

from __future__ import annotations

from functools import reduce
from itertools import groupby
from operator import and_
from typing import TYPE_CHECKING

from pyspark.sql import functions as F
from pyspark.sql.types import DateType, DecimalType

from lakehouse.conform.formats import EPOCHS, Layout, Shape, shape_of, variants
from lakehouse.table import INSTANT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column
    from pyspark.sql.types import DataType

ISO = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?))?)?$"
)
ISO_OFFSET = r":[0-9.]+ ?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)$"
NO_SECONDS = r"^(.{10}[T ][0-9]{2}:[0-9]{2})( ?(?:Z|[+-].*))$"
MONTHS = " jan feb mar apr may jun jul aug sep oct nov dec"
MICROS = DecimalType(20, 6)


def moment(text: Column, target: DataType, *, formats: tuple[str, ...], zone: str) -> Column:
    """`text` as INSTANT or DATE; NULL where no pattern gives a real moment.

    The first pattern that parses wins. Without an offset a time is read in `zone`; with one, or counted since 1970,
    it is an instant, and its DATE is the business day in `zone`. Needs a session in UTC.
    """
    if not formats:
        return iso_moment(text, target, zone)
    patterns = [variant for pattern in formats for variant in variants(pattern)]
    return F.coalesce(*[formatted(text, target, pattern=pattern, zone=zone) for pattern in patterns])


def formatted(text: Column, target: DataType, *, pattern: str, zone: str) -> Column:
    """`text` read by one pattern; NULL where it has another shape."""
    if pattern in EPOCHS:
        return placed(since_1970(text, pattern), target, zone=zone, is_instant=True)
    shape = shape_of(pattern)
    if shape.layout is not None:
        iso = F.when(stands_as(text, shape.layout), text if shape.layout.is_iso else cut_out(text, shape.layout))
    else:
        iso = F.when(F.rlike(text, F.lit(shape.guard)), iso_text(text, shape))
    return placed(iso.try_cast(INSTANT), target, zone=zone, is_instant=shape.has_offset)


def iso_moment(text: Column, target: DataType, zone: str) -> Column:
    """`text` in ISO 8601: a day, or a time with or without seconds, fraction and offset."""
    iso = F.when(F.rlike(text, F.lit(ISO)), text)
    exact = F.regexp_replace(iso, NO_SECONDS, "$1:00$2").try_cast(INSTANT)
    return F.when(F.rlike(text, F.lit(ISO_OFFSET)), placed(exact, target, zone=zone, is_instant=True)).otherwise(
        placed(iso.try_cast(INSTANT), target, zone=zone, is_instant=False)
    )


def placed(stamp: Column, target: DataType, *, zone: str, is_instant: bool) -> Column:
    """A time stamp as an instant in UTC, or as the day that a calendar in `zone` shows."""
    if isinstance(target, DateType):
        return F.to_date(F.from_utc_timestamp(stamp, zone) if is_instant else stamp)
    return stamp if is_instant or zone == "UTC" else F.to_utc_timestamp(stamp, zone)


def since_1970(text: Column, unit: str) -> Column:
    """Instant that lies `text` seconds or milliseconds after 1970-01-01 UTC."""
    number = F.when(F.rlike(text, F.lit(EPOCHS[unit])), text).try_cast(MICROS)
    return F.timestamp_micros((number * (1_000_000 if unit == "epoch_seconds" else 1_000)).try_cast("bigint"))


def stands_as(text: Column, layout: Layout) -> Column:
    """Whether `text` has the length and the signs of a layout; far cheaper than a regular expression.

    The two last characters are looked at too, because the cast would take `0Z` or `+5` there for an offset.
    """
    signs = [F.substring(text, place, len(sign)) == sign for place, sign in layout.signs]
    last_two = F.substring(text, layout.length - 1, 2).between("00", "99")
    last = F.substring(text, layout.length, 1).between("0", "9")
    return reduce(and_, [*signs, last_two, last], F.octet_length(text) == layout.length)


def cut_out(text: Column, layout: Layout) -> Column:
    """ISO text from the places of a layout; digits are left to the cast to judge."""
    cut = {part: F.substring(text, *places) for part, places in layout.parts.items()}
    first, midnight = F.lit("1"), F.lit("0")
    day = [cut["year"], F.lit("-"), cut.get("month", first), F.lit("-"), cut.get("day", first)]
    if "hour" not in cut:
        return F.concat(*day)
    colon = F.lit(":")
    clock = [cut["hour"], colon, cut.get("minute", midnight), colon, cut.get("second", midnight)]
    return F.concat(*day, F.lit(" "), *clock)


def iso_text(text: Column, shape: Shape) -> Column:
    """The parts of `text` in ISO order; what the pattern lacks is the first month, the first day or midnight."""
    pieces: list[str | Column] = [f"{shape.year}-", month(text, shape), f"-{shape.slot('day', '1')}"]
    if shape.has_time:
        fraction = f".{shape.slot('fraction', '')}" if "fraction" in shape.groups else ""
        clock = f":{shape.slot('minute', '0')}:{shape.slot('second', '0')}{fraction}"
        pieces += [" ", hour(text, shape), clock, shape.slot("offset", "")]
    return joined(text, shape, pieces)


def month(text: Column, shape: Shape) -> str | Column:
    """The month, as a slot or counted from its English name."""
    if not shape.named_month:
        return shape.slot("month", "1")
    name = F.lower(group(text, shape, "month"))
    return ((F.instr(F.lit(MONTHS), F.concat(F.lit(" "), name)) + 3) / 4).cast("int").cast("string")


def hour(text: Column, shape: Shape) -> str | Column:
    """The hour of 24, as a slot or from the hour of 12 and the half of the day."""
    if "hour_of_12" not in shape.groups:
        return shape.slot("hour", "0")
    early = group(text, shape, "hour_of_12").try_cast("int") % 12
    if "half" not in shape.groups:
        return early.cast("string")
    return F.when(F.lower(group(text, shape, "half")) == "p", early + 12).otherwise(early).cast("string")


def group(text: Column, shape: Shape, part: str) -> Column:
    """What `text` has for one part."""
    return F.regexp_extract(text, shape.guard, shape.groups[part])


def joined(text: Column, shape: Shape, pieces: Sequence[str | Column]) -> Column:
    """`pieces` one after the other; runs of replacement texts are filled in one go."""
    filled: list[Column] = []
    for is_slot, run in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        if is_slot:
            filled.append(F.regexp_replace(text, shape.guard, "".join(map(str, run))))
        else:
            filled += [piece for piece in run if not isinstance(piece, str)]
    return filled[0] if len(filled) == 1 else F.concat(*filled)
