"""What cannot be meant, said as pairs of key and sentence; a section yields them from `mistakes`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal


def shares(**values: Decimal) -> Iterator[tuple[str, str]]:
    """Yield each value that does not lie between 0 and 1."""
    for key, value in values.items():
        if not 0 <= value <= 1:
            yield key, f"{value} is no share; it lies between 0 and 1"


def not_negative(**values: Decimal) -> Iterator[tuple[str, str]]:
    """Yield each amount below 0."""
    for key, value in values.items():
        if value < 0:
            yield key, f"{value} is less than nothing"


def at_least(least: int, **values: int) -> Iterator[tuple[str, str]]:
    """Yield each number that is smaller."""
    for key, value in values.items():
        if value < least:
            yield key, f"{value} is too few; at least {least}"


def prefixed(key: str, values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return `by_region.North` for `North`."""
    return {f"{key}.{name}": value for name, value in values.items()}


def is_day(word: str) -> bool:
    """Whether a word is a day like 2024-12-25."""
    try:
        return date.fromisoformat(word).isoformat() == word
    except ValueError:
        return False
