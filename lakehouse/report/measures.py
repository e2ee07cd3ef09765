"""The measures of a day beside those of the compared days: what the cards and the summary show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.report.formats import change, money, share, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from lakehouse.report.values import Business, Takings


@dataclass(frozen=True)
class Measure:
    """One number of the day as text, with its change against the week and the year before."""

    name: str
    text: str
    week: float | None
    year: float | None
    more_is: str = "good"
    """good, bad, or neither: how a rise is coloured."""


def measures(business: Business) -> Sequence[Measure]:
    """Return the measures of a business on its day."""
    currency = business.currency
    return [
        measure(business, "Net revenue", lambda t: t.net, written=lambda v: money(v, currency)),
        measure(business, "Orders", lambda t: t.orders, written=whole),
        measure(business, "Average order", lambda t: t.average_order, written=lambda v: money(v, currency)),
        measure(business, "Units", lambda t: t.units, written=whole),
        measure(business, "Discount share", lambda t: t.discount_share, written=share, more_is="neither"),
        measure(business, "Taken back", lambda t: t.returned, written=lambda v: money(v, currency), more_is="bad"),
    ]


def measure(
    business: Business,
    name: str,
    read: Callable[[Takings], Decimal | int | None],
    *,
    written: Callable[[Decimal | int | None], str],
    more_is: str = "good",
) -> Measure:
    """Return one measure, read from the takings of each day and written as text."""
    days = (business.takings, business.week_before, business.year_before)
    now, week, year = (None if takings is None else read(takings) for takings in days)
    return Measure(name, written(now), change(now, week), change(now, year), more_is)
