"""The measures of a day beside those of the compared days: what the cards and the summary show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.report.formats import change, difference, money, points, share, signed, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from lakehouse.report.values import Business, Takings

    Number = Decimal | int | None


@dataclass(frozen=True)
class Measure:
    """One number of the day as text, with its change against the week and the year before."""

    name: str
    text: str
    week: float | None
    year: float | None
    more_is: str = "good"
    """good, bad, or neither: how a rise is coloured."""
    is_share: bool = False
    """Changes of a share are told in points."""

    def told(self, moved: float | None) -> str:
        """Return a change as text."""
        return points(moved) if self.is_share else signed(moved)


def measures(business: Business) -> Sequence[Measure]:
    """Return the measures of a business on its day."""

    def amount(value: Number) -> str:
        return money(value, business.currency)

    return [
        measure(business, "Net revenue", lambda t: t.net, written=amount),
        measure(business, "Orders", lambda t: t.orders, written=whole),
        measure(business, "Average order", lambda t: t.average_order, written=amount),
        measure(business, "Units", lambda t: t.units, written=whole),
        share_of(business, "Discount share", lambda t: t.discount_share),
        measure(business, "Taken back", lambda t: t.returned, written=amount, more_is="bad"),
    ]


def measure(
    business: Business,
    name: str,
    read: Callable[[Takings], Number],
    *,
    written: Callable[[Number], str],
    more_is: str = "good",
) -> Measure:
    """Return one measure, read from the takings of each day and written as text."""
    now, week, year = read_days(business, read)
    return Measure(name, written(now), change(now, week), change(now, year), more_is)


def share_of(business: Business, name: str, read: Callable[[Takings], Number]) -> Measure:
    """Return a share, of which a rise is neither good nor bad by itself."""
    now, week, year = read_days(business, read)
    return Measure(name, share(now), difference(now, week), difference(now, year), "neither", is_share=True)


def read_days(business: Business, read: Callable[[Takings], Number]) -> list[Number]:
    """Return a number of the day, the week and the year before."""
    days = (business.takings, business.week_before, business.year_before)
    return [None if takings is None else read(takings) for takings in days]
