"""What truly moved in the two hubs since the stock system was introduced, and what was counted there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from ..world import MOVEMENTS, World
from .demand import HUBS
from .rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..lines import Numbers
    from .purchases import Purchases
    from .sold import Sold

WINDOW = 120
"""Days before the end of the first delivery on which the stock system was introduced."""
RECEIPT, SALE, RETURN, WRITE_OFF, COUNT = range(5)
KINDS = ("receipt", "sale", "return", "write_off", "count")
CLOCK = (28_800, 77_400, 78_000, 72_000, 82_800)
"""Second of the day of each kind; sales and returns are booked at closing time."""
OPENING = 21_600
WRITTEN_OFF, LOST = 0.0025, 0.03
"""Share of days and series with a write-off, and of counts that find one unit less than the books."""
BELOW_ZERO, EMPTY, CRITICAL, LOW = 10, 8, 40, 60
"""Series that fall below zero, and that end with nothing, with a day's demand at most, and with some days' demand."""
NOT_COUNTED = -1


@dataclass(frozen=True)
class Movements(Rows):
    """Movements column by column; days and seconds as everywhere in the shop."""

    kind: Numbers
    """Index into KINDS."""
    number: Numbers
    """Unique among the movements of one kind."""
    day: Numbers
    second: Numbers
    product: Numbers
    hub: Numbers
    quantity: Numbers
    order: Numbers
    """Purchase order of a receipt; -1: none."""
    updated: Numbers


def start_of(world: World) -> int:
    """First day of the stock system."""
    return max(world.days - WINDOW, 0)


def receipts(lines: Purchases, *, first_day: int, end: int) -> Movements:
    """Return what of these purchase orders went into stock in the days before `end`."""
    came = lines.take(np.flatnonzero((lines.received >= first_day) & (lines.received < end) & (lines.accepted > 0)))
    number = came.order * 1_000 + came.line
    second = CLOCK[RECEIPT] + number % 10_000
    return Movements(
        kind=np.full(len(came), RECEIPT), number=number, day=came.received, second=second, product=came.product,
        hub=came.hub, quantity=came.accepted, order=came.order, updated=came.received * 86_400 + second + 900,
    )  # fmt: skip


def of_shelves(world: World, sold: Sold, came: Movements, *, rate: Numbers) -> Movements:
    """Return all other movements of the first delivery; `rate`: demand of each series at the end, in thousandths."""
    rng, first_day = world.chance(MOVEMENTS), sold.first_day
    off = np.where(rng.random(sold.out.shape) < WRITTEN_OFF, rng.integers(1, 3, size=sold.out.shape), 0)
    days = _counted(world, first_day)
    lost = np.zeros_like(sold.out)
    lost[days] = rng.random((len(days), sold.out.shape[1])) < LOST
    change = sold.back - sold.out - off - lost
    np.add.at(change, (came.day - first_day, came.hub * len(world.catalogue) + came.product), came.quantity)
    path = np.cumsum(change, axis=0)
    level = path + _opening(rng, path, rate)
    found = np.full_like(level, NOT_COUNTED)
    found[days] = np.where(level[days] >= 0, level[days], NOT_COUNTED)
    opening = _at_opening(world, first_day, level[0] - change[0])
    return opening.followed_by(
        _booked(world, SALE, -sold.out, where=sold.out > 0, first_day=first_day),
        _booked(world, RETURN, sold.back, where=sold.back > 0, first_day=first_day),
        _booked(world, WRITE_OFF, -off, where=off > 0, first_day=first_day),
        _booked(world, COUNT, found, where=found >= 0, first_day=first_day),
    )


def of_day(world: World, sold: Sold, increment: int) -> Movements:
    """Return what a further delivery tells of shelves: sales and returns, some of them late, and a few write-offs."""
    rng = world.chance(MOVEMENTS, increment)
    off = np.zeros_like(sold.out)
    off[-1, rng.choice(sold.out.shape[1], size=3, replace=False)] = 1
    told = [
        _booked(world, kind, sign * moved, where=moved > 0, first_day=sold.first_day, increment=increment)
        for kind, moved, sign in ((SALE, sold.out, -1), (RETURN, sold.back, 1), (WRITE_OFF, off, -1))
    ]
    return told[0].followed_by(*told[1:])


def _counted(world: World, first_day: int) -> NDArray[np.intp]:
    """Last days of months, when everything is counted, by place in the window; not the day of the opening count."""
    days = range(first_day + 1, world.days)
    ends = [day for day in days if (world.day(day) + timedelta(days=1)).day == 1]
    return np.array(ends, dtype=np.intp) - first_day


def _opening(rng: np.random.Generator, path: Numbers, rate: Numbers) -> Numbers:
    """Choose the opening level of each series: most stay above zero, some fall below it, some end empty or low."""
    lowest, end = path.min(axis=0), path[-1]
    spare = 1 + rate * rng.integers(3, 26, size=len(rate)) // 1_000
    opening: Numbers = np.maximum(spare - lowest, 0)
    falling = rng.permutation(np.flatnonzero((end <= lowest + rate * 2 // 1_000) & (end < -1)))
    days_left = np.repeat([0, 1, 5], [EMPTY, CRITICAL, LOW])[: len(falling)]
    chosen = falling[: len(days_left)]
    opening[chosen] = np.maximum(rate[chosen] * days_left // 1_000 - end[chosen], 0)
    others = np.setdiff1d(np.flatnonzero(lowest <= -4), chosen)
    below = rng.permutation(others)[:BELOW_ZERO]
    opening[below] = -lowest[below] - rng.integers(2, 4, size=len(below))
    return opening


def _at_opening(world: World, first_day: int, level: Numbers) -> Movements:
    """Count everything in the morning of the first day."""
    whole = np.zeros((1, len(level)), dtype=np.int64)
    counted = _booked(world, COUNT, whole + level, where=whole == 0, first_day=first_day)
    second = np.full(len(level), OPENING)
    return counted.changed(second=second, updated=counted.day * 86_400 + second + 900)


def _booked(
    world: World, kind: int, quantity: Numbers, *, where: NDArray[np.bool_], first_day: int, increment: int = 0
) -> Movements:
    """One movement for each day and series that `where` marks."""
    row, series = np.nonzero(where)
    hub, product = np.divmod(series, len(world.catalogue))
    day = first_day + row
    told = np.maximum(day, world.days + increment - 1) if increment else day
    second = np.full(len(row), CLOCK[kind])
    return Movements(
        kind=np.full(len(row), kind), number=((increment * 10_000 + day) * len(HUBS) + hub) * 1_000 + product, day=day,
        second=second, product=product, hub=hub, quantity=quantity[row, series], order=np.full(len(row), -1),
        updated=told * 86_400 + second + 900,
    )  # fmt: skip
