"""What becomes of order lines, worked out row by row from the files alone: plain Python, nothing of the generator."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FORMATS = ("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%b %d, %Y %I:%M %p", "%Y%m%d %H%M%S")
REGIONS = frozenset({"North", "South", "East", "West", "Central"})
SPELLINGS = {"N": "North", "S": "South", "E": "East", "W": "West", "Midlands": "Central"}

Version = tuple[str, tuple[str, ...], "Sums"]
Lake = dict[tuple[str, ...], Version]


@dataclass(frozen=True)
class Sums:
    """What one published line adds to its month and region."""

    month: str
    region: str
    units: int
    net: Decimal


@dataclass
class Verdict:
    """Counts of one delivery, in the words of the manifest."""

    read: int = 0
    published: int = 0
    quarantined: int = 0
    duplicate: int = 0
    superseded: int = 0
    replaced: int = 0
    quarantined_by: Counter[str] = field(default_factory=Counter)
    corrected: Counter[str] = field(default_factory=Counter)
    warned: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Known:
    """What the reference tables hold."""

    customers: frozenset[str]
    products: frozenset[str]
    names: frozenset[str]


def judge(paths: Iterable[Path], lake: Lake, known: Known) -> Verdict:
    """Judge the rows of one delivery and bring `lake` up to date."""
    verdict = Verdict()
    batch: dict[tuple[str, ...], list[Version]] = defaultdict(list)
    for path in paths:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                verdict.read += 1
                _judge_row(row, known, verdict, batch)
    for key, versions in batch.items():
        settle(key, versions, lake, verdict)
    return verdict


def control(lake: Lake) -> dict[tuple[str, str], tuple[int, int, Decimal]]:
    """Lines, units and net amount by month and region."""
    sums: dict[tuple[str, str], tuple[int, int, Decimal]] = {}
    for _, _, line in lake.values():
        lines, units, net = sums.get((line.month, line.region), (0, 0, Decimal(0)))
        sums[line.month, line.region] = (lines + 1, units + line.units, net + line.net)
    return sums


def edits(one: str, other: str) -> int:
    """Levenshtein distance."""
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, against in enumerate(other, 1):
            here.append(min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != against)))
        above = here
    return above[-1]


@cache
def nearest(text: str, spellings: frozenset[str]) -> str:
    """The one spelling nearest to `text` within two edits and less than half of its letters, else `text`."""
    near = [(edits(text.lower(), right.lower()), right) for right in spellings if abs(len(right) - len(text)) <= 2]
    best = sorted((distance, right) for distance, right in near if distance <= 2 and distance * 2 < len(text))
    clear = best and (len(best) == 1 or best[0][0] < best[1][0])
    return best[0][1] if clear else text


def settle(key: tuple[str, ...], versions: list[Version], lake: Lake, verdict: Verdict) -> None:
    """Newest version wins; the same once more is a duplicate."""
    incoming = sorted(set(versions), key=lambda version: version[0])
    verdict.duplicate += len(versions) - len(incoming)
    verdict.superseded += len(incoming) - 1
    newest, there = incoming[-1], lake.get(key)
    if there is not None and newest[1] == there[1]:
        verdict.duplicate += 1
    elif there is not None and newest[0] < there[0]:
        verdict.superseded += 1
    else:
        verdict.published += 1
        verdict.replaced += there is not None
        lake[key] = newest


def _judge_row(
    row: dict[str, str], known: Known, verdict: Verdict, batch: dict[tuple[str, ...], list[Version]]
) -> None:
    broken: set[str] = set()
    sold_at, quantity = moment(row["ordered_at"]), number(row["qty"])
    price, rate = number(row["unit_price"].strip("$").replace(",", "")), _rate(row["discount"])
    if quantity is not None and row["type"] == "return":
        verdict.corrected["quantity.derived"] += quantity > 0
        quantity = -abs(quantity)
    no_amount = quantity is None or price is None
    checks = {
        "order_id.not_null": row["order_no"],
        "line_id.not_null": row["line_no"],
        "sold_at.parses": sold_at or not row["ordered_at"],
        "sold_at.not_null": sold_at,
        "sold_on.not_null": sold_at,
        "sold_at_plausible": not sold_at or 1990 <= sold_at.year < 2100,
        "quantity.parses": quantity is not None or not row["qty"],
        "quantity.not_null": quantity is not None,
        "returns_are_marked": quantity is None or quantity >= 0 or row["type"] == "return",
        "unit_price.parses": price is not None or not row["unit_price"],
        "price_not_negative": price is None or price >= 0,
        "discount_rate.parses": rate is not None,
        "discount_rate.between": rate is None or 0 <= rate <= 1,
        "gross_amount.not_null": not no_amount,
        "net_amount.not_null": not no_amount,
    }
    broken = {rule for rule, good in checks.items() if not good}
    if broken:
        verdict.quarantined += 1
        verdict.quarantined_by.update(broken)
        return
    assert sold_at is not None and quantity is not None and price is not None and rate is not None  # noqa: PT018
    region = _corrections(row, known, verdict)
    _warnings(row, known, verdict, quantity=quantity, net=quantity * price * (1 - rate))
    sums = Sums(f"{sold_at:%Y-%m}", region, int(quantity), quantity * price * (1 - rate))
    batch[row["order_no"], row["line_no"]].append((row["updated_at"], tuple(row.values()), sums))


def _corrections(row: dict[str, str], known: Known, verdict: Verdict) -> str:
    spelled = SPELLINGS.get(row["region"], row["region"])
    region = spelled if spelled in REGIONS else nearest(spelled, REGIONS)
    verdict.corrected["region.spellings"] += spelled != row["region"]
    verdict.corrected["region.near"] += region != spelled
    verdict.corrected["product_name.near"] += (
        row["product"] not in known.names and nearest(row["product"], known.names) != row["product"]
    )
    verdict.corrected["unit_price.number"] += row["unit_price"].startswith("$")
    verdict.corrected["discount_rate.number"] += row["discount"].endswith("%")
    return region


def _warnings(row: dict[str, str], known: Known, verdict: Verdict, *, quantity: Decimal, net: Decimal) -> None:
    local, _, host = row["email"].partition("@")
    whole = local and "." in host and "@" not in host and " " not in row["email"]
    verdict.warned.update(
        {
            "customer_email.cleared": bool(row["email"]) and not whole,
            "customer_id.not_null": not row["customer_no"],
            "customer_id.refers_to": bool(row["customer_no"]) and row["customer_no"] not in known.customers,
            "product_id.refers_to": row["sku"] not in known.products,
            "quantity_not_zero": quantity == 0,
            "net_amount_not_zero": net == 0,
        }
    )


def moment(text: str) -> datetime | None:
    """A time stamp in any of FORMATS."""
    for form in FORMATS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  only the day in the shop's own zone matters here
        except ValueError:
            continue
    return None


def number(text: str) -> Decimal | None:
    """A plain number."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _rate(text: str) -> Decimal | None:
    share = number(text.removesuffix("%"))
    return share / 100 if share is not None and text.endswith("%") else share
