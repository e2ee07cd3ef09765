"""Reference rates of the euro: a slow random walk on working days, some of them missing, as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from ..kinds import PLAIN, Kind
from ..landing_files import arriving
from ..manifest import FileRows
from ..world import AFTERWARDS, RATES
from .rows import dealt, without_overlap
from .tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from ..lines import Numbers
    from ..manifest import Expected
    from ..world import World

SOURCE, TABLE = "exchange_rates", "silver.exchange_rates"
HEADER = "base,currency,day,rate,published_at\n"
BASE = "EUR"
MIDDLE = {"USD": 10_800, "GBP": 8_600}
"""About what a euro costs, in ten-thousandths."""
BEFORE = 10
"""Days before the start of the shop that rates are told for, so that its first day has one."""
STEP, PULL = 300, 60
"""A day's step, at most about a three-hundredth of the middle; a sixtieth of the way back to it every day."""
MISSING, REPEATED, CORRECTED = 0.02, 0.010, 0.008

KINDS = (
    PLAIN,
    Kind("currency_case", 0.0100),
    Kind("rate_zero", 0.0020, breaks=("rate_positive",)),
    Kind("rate_negative", 0.0020, breaks=("rate_positive",)),
    Kind("rate_text", 0.0020, breaks=("rate.parses", "rate.not_null")),
    Kind("rate_comma", 0.0020, breaks=("rate.parses", "rate.not_null")),
    Kind("rate_missing", 0.0020, breaks=("rate.not_null",)),
    Kind("currency_name", 0.0020, breaks=("currency.matches",)),
    Kind("base_missing", 0.0020, breaks=("base_currency.not_null",)),
    Kind("day_junk", 0.0020, breaks=("rated_on.parses", "rated_on.not_null")),
)


@dataclass(frozen=True)
class Rate:
    """Units of a currency for one euro, in ten-thousandths, on a day."""

    currency: str
    day: date
    value: int
    days_later: int = 0
    """Days after its own that it was told."""

    def text(self, kind: str = "plain") -> str:
        """Return the line of the file, with what its kind has wrong."""
        cells = {
            "base": BASE,
            "currency": self.currency,
            "day": f"{self.day:%Y-%m-%d}",
            "rate": f"{self.value // 10_000}.{self.value % 10_000:04}",
        }
        if kind in SLIPS:
            column, written = SLIPS[kind]
            cells[column] = written.format(**cells)
        if kind == "currency_case":
            cells["currency"] = self.currency.lower()
        if kind == "rate_comma":
            cells["rate"] = '"' + cells["rate"].replace(".", ",") + '"'
        return ",".join(cells.values()) + f",{self.day + timedelta(days=self.days_later):%Y-%m-%d}T15:00:00Z\n"


SLIPS = {
    "rate_zero": ("rate", "0"),
    "rate_negative": ("rate", "-{rate}"),
    "rate_text": ("rate", "n/a"),
    "rate_missing": ("rate", ""),
    "currency_name": ("currency", "{currency} Dollar"),
    "base_missing": ("base", ""),
    "day_junk": ("day", "31/02/2024"),
}
"""The cell that a kind changes, and what it reads."""


def write_rates(world: World, to: Path) -> Expected:
    """Write the rates of all working days from BEFORE days before the start to the end, and some of them again."""
    rates = [rate for rate in _every(world) if rate.day < world.day(world.days)]
    kept = _kept(world, rates)
    kind = dealt(world.chance(RATES, 2), KINDS, {}, rows=len(kept))
    counts = int(len(kept) * REPEATED), int(len(kept) * CORRECTED)
    repeats, corrected = without_overlap(world.chance(RATES, 3), kind == 0, *counts)
    lines = [rate.text(KINDS[code].name) for rate, code in zip(kept, kind.tolist(), strict=True)]
    lines += [kept[number].text() for number in repeats.tolist()]
    lines += [Rate(r.currency, r.day, r.value + 5, 1).text() for r in (kept[number] for number in corrected.tolist())]
    return _told(to, "exchange_rates_full.csv", lines, kind=kind, repeats=len(repeats), corrected=len(corrected))


def write_rates_of_day(world: World, number: int, to: Path) -> Expected | None:
    """Write the rates of the `number`-th day after the first delivery; None where it is no working day."""
    today = world.day(world.days + number - 1)
    rates = [rate for rate in _every(world) if rate.day == today]
    lines, kind = [rate.text() for rate in rates], np.zeros(len(rates), dtype=np.int64)
    return _told(to, f"exchange_rates_increment-{number:04}.csv", lines, kind=kind) if lines else None


def _every(world: World) -> list[Rate]:
    """Return the rates of all working days, the time after the first delivery included, in order of the days."""
    days = [world.day(number) for number in range(-BEFORE, world.days + AFTERWARDS)]
    found = []
    for order, (currency, middle) in enumerate(MIDDLE.items()):
        steps = world.chance(RATES, 0, order).integers(-middle // STEP, middle // STEP + 1, size=len(days))
        value = middle
        for day, step in zip(days, steps.tolist(), strict=True):
            value += step + (middle - value) // PULL
            found.append(Rate(currency, day, value))
    return sorted((rate for rate in found if rate.day.weekday() < 5), key=lambda rate: (rate.day, rate.currency))


def _kept(world: World, rates: list[Rate]) -> list[Rate]:
    """Leave out a few, as on days without trade; never one of before the start."""
    count = int(len(rates) * MISSING)
    since = np.array([rate.day >= world.start for rate in rates])
    missing = set(world.chance(RATES, 1).permutation(np.flatnonzero(since))[:count].tolist())
    return [rate for number, rate in enumerate(rates) if number not in missing]


def _told(
    to: Path, name: str, lines: Iterable[str], *, kind: Numbers, repeats: int = 0, corrected: int = 0
) -> Expected:
    """Write the lines and close the books."""
    tally, rows = Tally(KINDS), list(lines)
    with arriving(to / SOURCE / name) as file:
        file.write((HEADER + "".join(rows)).encode())
    tally.fresh(kind)
    tally.again("repeat", repeats)
    tally.again("correction", corrected)
    return tally.expected(SOURCE, TABLE, (FileRows(f"{SOURCE}/{name}", len(rows)),))
