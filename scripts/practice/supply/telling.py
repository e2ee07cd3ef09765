"""What the supply side and the currency market tell in one delivery of the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .demand import demand
from .movement_file import write_movements, write_movements_of_day
from .movements import start_of
from .purchase_file import placed, write_purchases, write_purchases_of_day
from .purchases import purchases
from .rates import write_rates, write_rates_of_day
from .sold import Sold
from .vendor_file import write_suppliers
from .vendors import vendors

if TYPE_CHECKING:
    from pathlib import Path

    from ..manifest import Expected
    from ..wording import Wording
    from ..world import World

LATEST = 30
"""Days that late order lines of a further delivery lie back at most."""


def sold_at_first(world: World) -> Sold:
    """Return empty sums for the days that the first delivery keeps stock of."""
    first_day = start_of(world)
    return Sold(world, first_day=first_day, days=world.days - first_day)


def sold_on_day(world: World, number: int) -> Sold:
    """Return empty sums for the `number`-th day after the first delivery and the days that late lines may be of."""
    today = world.days + number - 1
    first_day = max(today - LATEST, 0)
    return Sold(world, first_day=first_day, days=today - first_day + 1)


def write_first(world: World, words: Wording, sold: Sold, *, lines: int, to: Path) -> tuple[Expected, ...]:
    """Write the four sources of the first delivery; `lines`: its order lines, which `sold` has summed up."""
    asked = vendors(world)
    first = placed(world, purchases(world, asked, lines))
    rate = demand(world, lines)[world.days - 1]
    found = (
        write_suppliers(world, asked, to),
        write_purchases(world, words, asked, first=first, to=to),
        write_movements(world, words, sold, first=first, rate=rate, to=to),
        write_rates(world, to),
    )
    return tuple(found)


def write_day(world: World, words: Wording, sold: Sold, *, lines: int, number: int, to: Path) -> tuple[Expected, ...]:
    """Write what the `number`-th day after it adds; suppliers stay as they are, rates come on working days."""
    asked = vendors(world)
    every = purchases(world, asked, lines)
    first = placed(world, every)
    found = (
        write_purchases_of_day(world, words, asked, every=every, first=first, number=number, to=to),
        write_movements_of_day(world, words, sold, first=first, number=number, to=to),
        write_rates_of_day(world, number, to),
    )
    return tuple(each for each in found if each is not None and each.read)
