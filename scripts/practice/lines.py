"""Order lines as they truly were: drawn in parts of bounded size, each part from its own stream of chance."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .kinds import CODE, KINDS, planted
from .season import CHANNEL, HOURS, REGIONS, STORE, cumulative
from .unusual import UNUSUAL
from .world import AWAY, LINES, World

if TYPE_CHECKING:
    from collections.abc import Sequence

Numbers = NDArray[np.int64]

AMBIGUOUS = ("Eest", "Wast")
"""As near to East as to West, so they stay as delivered."""
SETTLED_REGIONS = (*REGIONS, *AMBIGUOUS)

STORES_PER_REGION = 4
PAYMENTS = ("card", "cash", "wallet", "transfer", "gift card")
LINES_PER_ORDER = cumulative(np.array([0.42, 0.25, 0.15, 0.10, 0.05, 0.03]))
UNITS = cumulative(np.array([0.62, 0.20, 0.09, 0.05, 0.02, 0.02]))
PAYMENT_BY_CHANNEL = cumulative(
    np.array([
        (0.62, 0.26, 0.09, 0.00, 0.03),
        (0.66, 0.00, 0.22, 0.08, 0.04),
        (0.38, 0.00, 0.58, 0.00, 0.04),
        (0.55, 0.00, 0.00, 0.45, 0.00),
    ])
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A stretch of fresh lines of one delivery: which stream, which piece of it, where it starts, how long it is."""

    delivery: int
    number: int
    first: int
    fresh: int


@dataclass(frozen=True)
class Lines:
    """Order lines column by column, with the values that are right once every defect is repaired."""

    order: Numbers
    """Number of the order; unique over all deliveries."""
    line: Numbers
    day: Numbers
    """Counted from the start of the business."""
    second: Numbers
    """Of the day, in the shop's time zone."""
    customer: Numbers
    product: Numbers
    region: Numbers
    """Index into SETTLED_REGIONS."""
    store: Numbers
    """Number within the region from 1; 0 where no store took part."""
    channel: Numbers
    payment: Numbers
    quantity: Numbers
    """Negative for returns."""
    cents: Numbers
    percent: Numbers
    """Discount."""
    updated: Numbers
    """Seconds since the start of the business, in the shop's time zone."""
    kind: Numbers
    """Index into KINDS."""

    def __len__(self) -> int:
        return len(self.order)

    def take(self, rows: NDArray[np.intp]) -> Lines:
        """Return these rows, in this order."""
        return Lines(*(getattr(self, field.name)[rows] for field in fields(self)))

    def changed(self, **columns: Numbers) -> Lines:
        """Return the same lines with other values in the named columns."""
        return replace(self, **columns)

    @property
    def net(self) -> Numbers:
        """Net amount in 1/10000 of a dollar."""
        return self.quantity * self.cents * (100 - self.percent)


def joined(parts: Sequence[Lines]) -> Lines:
    """All lines of all parts, of which there is at least one."""
    return Lines(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Lines)))


def draw(world: World, part: Part, line_ends: Numbers, *, first_day: int = 0) -> Lines:
    """Draw the fresh lines of a part. `line_ends`: lines sold up to the end of each day from `first_day` on."""
    rng = world.chance(LINES, part.delivery, part.number)
    of_order = _order_of_line(rng, part.fresh)
    order_start = np.flatnonzero(np.diff(of_order, prepend=-1))
    orders = _orders(rng, world, first_day + np.searchsorted(line_ends, part.first + order_start, side="right"))
    by_chance = world.chance(UNUSUAL, part.delivery, part.number)
    orders["region"] = world.unusual.relocated(by_chance, orders["day"], orders["region"])
    column = {name: values[of_order] for name, values in orders.items()}
    column["order"] = part.delivery * 100_000_000 + part.first + order_start[of_order]
    column["line"] = np.arange(part.fresh) - order_start[of_order] + 1
    return _with_kinds(rng, Lines(**column, **_goods(rng, world, column), kind=np.zeros(part.fresh, dtype=np.int64)))


def _order_of_line(rng: np.random.Generator, fresh: int) -> Numbers:
    """Index of the order of each line; orders have one to six lines, the last one may be cut short."""
    sizes = 1 + np.searchsorted(LINES_PER_ORDER, rng.random(fresh), side="right")
    return np.repeat(np.arange(fresh), sizes)[:fresh]


def _orders(rng: np.random.Generator, world: World, day: Numbers) -> dict[str, Numbers]:
    """Draw what all lines of an order share, in order of time."""
    count = len(day)
    channel = _pick(rng, cumulative(np.array(CHANNEL)), count)
    second = _second(rng, world, channel)
    in_time = np.lexsort((second, day))
    channel, second = channel[in_time], second[in_time]
    customer = np.searchsorted(world.people.orders_up_to, rng.random(count), side="right")
    away = rng.random(count) < AWAY
    region = np.where(away, rng.integers(len(REGIONS), size=count), world.people.home[customer])
    store = np.where(channel == STORE, rng.integers(1, STORES_PER_REGION + 1, size=count), 0)
    updated = day * 86_400 + second + rng.integers(60, 5_400, size=count)
    payment = _pick_by(rng, PAYMENT_BY_CHANNEL[channel])
    return {
        "day": day, "second": second, "customer": customer, "region": region.astype(np.int64), "store": store,
        "channel": channel, "payment": payment, "updated": updated,
    }  # fmt: skip


def _second(rng: np.random.Generator, world: World, channel: Numbers) -> Numbers:
    hour = np.array(HOURS)[_pick_by(rng, world.hours_up_to[(channel != STORE).astype(np.int64)])]
    seconds: Numbers = hour * 3_600 + rng.integers(3_600, size=len(channel))
    return seconds


def _goods(rng: np.random.Generator, world: World, order: dict[str, Numbers]) -> dict[str, Numbers]:
    """Draw product, units, price and discount of each line."""
    count = len(order["day"])
    usual = world.categories_up_to[world.month[order["day"]], order["region"]]
    category = _pick_by(rng, world.unusual.tilted(usual, order["day"]))
    rank = _pick(rng, world.products_up_to, count)
    product = category * world.catalogue.per_category + rank
    everyday = np.where(rng.random(count) < 0.12, rng.choice([5, 10], size=count), 0)
    of_campaign = np.where(rng.random(count) < 0.6, world.campaign[order["day"]], 0)
    return {
        "product": product,
        "quantity": 1 + _pick(rng, UNITS, count),
        "cents": world.catalogue.cents[product],
        "percent": np.maximum(everyday, of_campaign),
    }


def _pick(rng: np.random.Generator, shares: NDArray[np.float64], count: int) -> Numbers:
    """Draw indices by one row of cumulative shares."""
    return np.searchsorted(shares, rng.random(count), side="right").astype(np.int64)


def _pick_by(rng: np.random.Generator, shares: NDArray[np.float64]) -> Numbers:
    """Draw one index per row of cumulative shares."""
    drawn: Numbers = (rng.random(len(shares))[:, None] >= shares).sum(axis=1)
    return drawn


def _with_kinds(rng: np.random.Generator, lines: Lines) -> Lines:
    """Give lines their kinds, no line two, and the values that go with them."""
    counts = [planted(kind, len(lines)) for kind in KINDS]
    kind = np.zeros(len(lines), dtype=np.int64)
    kind[rng.permutation(len(lines))[: sum(counts)]] = np.repeat(np.arange(len(KINDS)), counts)
    returned = (kind == CODE["return_marked"]) | (kind == CODE["return_positive"])
    quantity = np.where(returned, -lines.quantity, lines.quantity)
    unclear = rng.integers(len(REGIONS), len(SETTLED_REGIONS), size=len(lines))
    return lines.changed(
        kind=kind,
        quantity=np.where(kind == CODE["quantity_zero"], 0, quantity),
        cents=np.where(kind == CODE["price_zero"], 0, lines.cents),
        percent=np.where(kind == CODE["discount_percent"], np.maximum(lines.percent, 5), lines.percent),
        region=np.where(kind == CODE["region_ambiguous"], unclear, lines.region),
    )
