"""Formats of numbers and days, for the page and the summary alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

MISSING = "–"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def day(value: date) -> str:
    """`Sunday, 17 Mar 2024`."""
    return f"{value:%A}, {short_day(value)}"


def short_day(value: date) -> str:
    """`17 Mar 2024`."""
    return f"{value.day} {value:%b %Y}"


def money(value: Decimal | float | None, currency: str) -> str:
    """`$12,480.20`; `CHF 12.00` for a currency without a symbol."""
    if value is None:
        return MISSING
    return f"{'−' if value < 0 else ''}{SYMBOLS.get(currency, f'{currency} ')}{abs(value):,.2f}"


def whole(value: Decimal | float | None) -> str:
    """`1,204`."""
    return MISSING if value is None else f"{value:,.0f}".replace("-", "−")


def share(value: Decimal | float | None) -> str:
    """`2.9 %` of 0.029."""
    return MISSING if value is None else f"{value * 100:.1f} %"


def change(now: Decimal | float | None, before: Decimal | float | None) -> float | None:
    """Relative change; None where there is nothing to compare with."""
    return None if now is None or before is None or before <= 0 else float(now) / float(before) - 1


def difference(now: Decimal | float | None, before: Decimal | float | None) -> float | None:
    """Difference of two shares."""
    return None if now is None or before is None else float(now) - float(before)


def points(value: float | None) -> str:
    """`+2.9 pt` of 0.029: a difference of two shares."""
    return MISSING if value is None else f"{'−' if value < 0 else '+'}{abs(value) * 100:.1f} pt"


def signed(value: float | None) -> str:
    """`+3.1 %` of 0.031; from ten times as much on, `× 12`."""
    if value is None:
        return MISSING
    if value >= 9:
        return f"× {value + 1:,.0f}"
    return f"{'−' if value < 0 else '+'}{abs(value):.1%}".replace("%", " %")


def plural(number: int, one: str, many: str = "") -> str:
    """`1 rule`, `3 rules`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
