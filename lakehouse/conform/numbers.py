"""Numbers as people write them: plain ones as they are, others cleaned of signs, codes, blanks and separators."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType, IntegralType

from lakehouse.table import MONEY, RATE

if TYPE_CHECKING:
    from pyspark.sql import Column
    from pyspark.sql.types import DataType

WHOLE = DecimalType(20, 1)
"""Wide enough to tell whether a delivered integer such as `12.0` is whole."""

PERCENT = DecimalType(14, 8)

CODES = (
    "AED|ARS|AUD|BDT|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|HKD|HUF|IDR|ILS|INR|ISK|JPY|KES|KRW|KWD|LKR|MAD"
    "|MXN|MYR|NGN|NOK|NZD|PEN|PHP|PKR|PLN|QAR|RON|RSD|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR"
)
CURRENCY = rf"(?:(?:US|CA|AU|NZ|HK|S|R|C|A)?\$|\p{{Sc}}|Rs\.?|Fr\.?|kr\.?|zł|Kč|(?:{CODES})\b|\b(?:{CODES})(?=\d))"


def signs(decimal: str, thousands: str) -> tuple[str, str]:
    """Decimal sign and thousands sign; where a source declares both alike, the other of point and comma groups."""
    if decimal == thousands:
        return decimal, "." if decimal == "," else ","
    return decimal, thousands


def plain_number(text: Column, target: DataType, decimal: str) -> Column:
    """The number where `text` is digits, a leading sign, the decimal sign and perhaps a short exponent, else NULL.

    The cast alone fails on exponents of many digits instead of giving NULL, so it never sees them; and a look at a
    few characters spares it most texts that it would refuse, which it does slowly.
    """
    other = "," if decimal == "." else "."
    foreign = [F.contains(text, F.lit(character)) for character in ("e", "E", other)] + [F.endswith(text, F.lit("%"))]
    is_plain = (text >= "+") & (text < ":") & ~reduce(or_, foreign)
    sign = re.escape(decimal)
    short_exponent = rf"^[-+]?(?:[0-9]+{sign}?[0-9]*|{sign}[0-9]+)[eE][-+]?[0-9]{{1,2}}$"
    pointed = text if decimal == "." else F.replace(text, F.lit(decimal), F.lit("."))
    return as_number(F.when(is_plain | F.rlike(text, F.lit(short_exponent)), pointed), target)


def cleaned_number(text: Column, target: DataType, *, decimal: str, thousands: str) -> Column:
    """The number in `text` once it is cleaned; NULL where it still is none.

    Removed or read: separators between groups of digits (never a lone `1,5` as 15), blanks, apostrophes, a sign at
    the end, brackets for negatives; for money also a currency sign or code, for rates `%` (15 % is 0.15).
    """
    decimal, thousands = signs(decimal, thousands)
    written = F.translate(text, "\u00a0\u2007\u202f’−–", "   '--")
    inner = F.regexp_replace(written, r"^\((.*)\)$", "-$1")
    if target == MONEY:
        inner = F.regexp_replace(inner, rf"^([-+]?) *{CURRENCY} *|(?<=[0-9.]) *{CURRENCY} *([-+]?)$", "$1$2")
    if target != RATE:
        return as_number(bare_number(inner, decimal, thousands), target)
    share = as_number(bare_number(F.regexp_replace(inner, " *%$", ""), decimal, thousands), PERCENT)
    hundredth = (share * F.lit(Decimal("0.01"))).try_cast(target)
    whole = as_number(bare_number(inner, decimal, thousands), target)
    return F.when(F.endswith(inner, F.lit("%")), hundredth).otherwise(whole)


def bare_number(text: Column, decimal: str, thousands: str) -> Column:
    """Sign, digits and point of `text` where it has the shape of a written number, else NULL."""
    shape = f"^([-+]?) *({body_shape(decimal, thousands)}) *(-?)$"
    digits = F.translate(F.regexp_replace(text, shape, "$1$4$2"), f" '{thousands}", "")
    return F.when(F.rlike(text, F.lit(shape)), F.replace(digits, F.lit(decimal), F.lit(".")))


def body_shape(decimal: str, thousands: str) -> str:
    """Digits in one run or in groups with one separator throughout, then decimals and a short exponent."""
    point, group = re.escape(decimal), f"[ '{re.escape(thousands)}]" if thousands else "[ ']"
    grouped = rf"[0-9]{{1,3}}({group})(?:[0-9]{{2,3}}\3)*[0-9]{{3}}"
    return rf"(?:{grouped}|[0-9]+)(?:{point}[0-9]*)?(?:[eE][-+]?[0-9]{{1,2}})?|{point}[0-9]+"


def as_number(digits: Column, target: DataType) -> Column:
    """`digits` as `target`; NULL where they do not fit or, for whole numbers, where they are not whole."""
    if not isinstance(target, IntegralType):
        return digits.try_cast(target)
    exact = digits.try_cast(DecimalType(38, 9))
    return F.when(exact == F.floor(exact), exact.try_cast(target))
