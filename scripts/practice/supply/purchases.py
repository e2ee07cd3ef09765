"""What the shop ordered from its suppliers and what truly came, for the first delivery and the time after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..world import PURCHASES, World
from .demand import HUBS, demand
from .rows import Rows

if TYPE_CHECKING:
    from ..lines import Numbers
    from .vendors import Vendors

COVER = 28
"""Days that an order is meant to last."""
REVIEW = 7
"""Days between two looks at the stock of what a supplier brings."""
USUAL = 0.72
"""Share of lines ordered from the supplier that the ERP names."""
LOST = 0.004
"""Share of lines that never come."""
CHEAPEST, DEAREST = 450, 750
"""Cost of a product, in thousandths of its list price."""
DAY = 86_400


@dataclass(frozen=True)
class Purchases(Rows):
    """Lines of purchase orders, in order of their numbers."""

    order: Numbers
    line: Numbers
    supplier: Numbers
    product: Numbers
    hub: Numbers
    ordered: Numbers
    """Day since the start of the business, as all days here."""
    promised: Numbers
    received: Numbers
    """-1: still open."""
    quantity: Numbers
    arrived: Numbers
    """Units that came, rejected ones among them; 0 while open."""
    rejected: Numbers
    cents: Numbers
    """Cost of one unit."""
    updated: Numbers
    """Seconds since the start of the business, in the shop's time zone."""

    def known(self, until: int | Numbers) -> Purchases:
        """Return the lines as they were at the start of day `until` (of each its own): what came later is open."""
        came = (self.received >= 0) & (self.received < until)
        evening = self.ordered * DAY + 61_200 + self.order % 3_000
        noon = self.received * DAY + 43_200 + (self.order + self.line) % 3_000
        return self.changed(
            received=np.where(came, self.received, -1),
            arrived=np.where(came, self.arrived, 0),
            rejected=np.where(came, self.rejected, 0),
            updated=np.where(came, noon, evening),
        )

    @property
    def accepted(self) -> Numbers:
        """Units that went into stock."""
        return self.arrived - self.rejected


def purchases(world: World, asked: Vendors, lines: int) -> Purchases:
    """Order for the whole history and the time after it, as if all of it were over; `lines`: of the first delivery."""
    day, series, supplier, quantity = _ordered(world, asked, lines)
    hub, product = np.divmod(series, len(world.catalogue))
    place = np.lexsort((product, hub, supplier, day))
    day, hub, product, supplier, quantity = (each[place] for each in (day, hub, product, supplier, quantity))
    starts = np.flatnonzero(np.diff((day * len(asked) + supplier) * len(HUBS) + hub, prepend=-1))
    number = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(day)))
    rng = world.chance(PURCHASES, 1)
    lead = asked.lead_days[supplier]
    received, arrived, rejected = _delivered(rng, asked, supplier, lead=lead, ordered=day, quantity=quantity)
    return Purchases(
        order=number, line=np.arange(len(day)) - starts[number] + 1, supplier=supplier, product=product, hub=hub,
        ordered=day, promised=day + lead, received=received, quantity=quantity, arrived=arrived, rejected=rejected,
        cents=_cost(world, asked, supplier, product=product, day=day), updated=day * DAY,
    )  # fmt: skip


def _ordered(world: World, asked: Vendors, lines: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Day, series, supplier and quantity of every line: what falls below its reorder point is ordered once a week."""
    rng, wanted = world.chance(PURCHASES), demand(world, lines)
    product = np.tile(np.arange(len(world.catalogue)), len(HUBS))
    usual = asked.of_product[product, 0]
    horizon = asked.lead_days[usual] + REVIEW + REVIEW
    stock = wanted[0] * horizon + rng.integers(0, COVER * 1_000, size=len(product)) * wanted[0] // 1_000
    found: list[tuple[Numbers, Numbers, Numbers, Numbers]] = []
    for day, rate in enumerate(wanted):
        stock = stock - rate
        low = (stock < rate * horizon) & (world.day(day).weekday() == usual % 5)
        series = np.flatnonzero(low)
        supplier = _chosen(rng, asked, product[series])
        quantity = _rounded(asked, supplier, rate[series] * COVER)
        stock[series] += quantity * 1_000
        found.append((np.full(len(series), day), series, supplier, quantity))
    days, rows, suppliers, units = (np.concatenate(part) for part in zip(*found, strict=True))
    return days, rows, suppliers, units


def _chosen(rng: np.random.Generator, asked: Vendors, product: Numbers) -> Numbers:
    """Return the usual supplier most of the time, else one of the others."""
    drawn = rng.random(len(product))
    others = asked.of_product[product]
    third = np.where((others[:, 2] >= 0) & (drawn > (1 + USUAL) / 2), others[:, 2], others[:, 1])
    return np.where(drawn < USUAL, others[:, 0], third)


def _rounded(asked: Vendors, supplier: Numbers, thousandths: Numbers) -> Numbers:
    """Return whole packs for so many thousandths of a unit, not below the supplier's minimum."""
    pack = asked.pack[supplier]
    packs: Numbers = -(-np.maximum(thousandths // 1_000, asked.minimum[supplier]) // pack)
    return packs * pack


def _delivered(
    rng: np.random.Generator, asked: Vendors, supplier: Numbers, *, lead: Numbers, ordered: Numbers, quantity: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Day of receipt (-1: never), units that came and units turned down."""
    count = len(supplier)
    early, late = rng.integers(0, 2, size=count), 1 + rng.integers(0, np.maximum(lead // 2, 2))
    delay = np.where(rng.integers(1_000, size=count) < asked.on_time[supplier], -early, late)
    received = np.where(rng.random(count) < LOST, -1, ordered + np.maximum(lead + delay, 0))
    part = np.where(rng.integers(1_000, size=count) < asked.short[supplier], rng.integers(55, 96, size=count), 100)
    arrived = np.maximum(quantity * part // 100, 1)
    bad = np.maximum(arrived * rng.integers(2, 21, size=count) // 100, 1)
    rejected = np.where(rng.integers(1_000, size=count) < asked.reject[supplier], bad, 0)
    return received, arrived, rejected


def _cost(world: World, asked: Vendors, supplier: Numbers, *, product: Numbers, day: Numbers) -> Numbers:
    """Cost of one unit in cents: a share of the list price that drifts slowly."""
    rng, products = world.chance(PURCHASES, 2), len(world.catalogue)
    base, drift = rng.integers(520, 641, size=products), rng.integers(-25, 56, size=products)
    own = rng.integers(-12, 13, size=(products, len(asked)))
    share = base[product] + asked.level[supplier] + own[product, supplier] + drift[product] * day // 365
    cents: Numbers = world.catalogue.cents[product] * np.clip(share, CHEAPEST, DEAREST) // 1_000
    return np.maximum(cents, 1)
