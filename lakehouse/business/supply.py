"""How demand is foretold, when stock is short, and how much is ordered from whom."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from lakehouse.business.checks import at_least, shares

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Forecast:
    """How demand is foretold."""

    horizon_days: int = 28
    band: Decimal = Decimal("0.80")
    """Share of days that should fall inside the band."""
    cuts: int = 3
    """Days in the past from which the forecast is tried against what followed."""
    history_days: int = 400
    """Days before the day of judgement that are looked at."""
    least_days: int = 10
    """Days with a sale that a product must have in them."""

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield what is no share, or too few."""
        yield from shares(band=self.band)
        yield from at_least(1, horizon_days=self.horizon_days, least_days=self.least_days)
        yield from at_least(28, history_days=self.history_days)
        if self.cuts < 3:
            yield "cuts", f"{self.cuts} are too few to judge by; at least 3"


@dataclass(frozen=True)
class Stock:
    """When stock is short: days that it lasts at the usual demand."""

    demand_days: int = 28
    """Days before the day of judgement whose sales are the usual demand."""
    critical_days: int = 3
    high_days: int = 7
    medium_days: int = 14

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield a time without a day, and limits out of order."""
        yield from at_least(1, demand_days=self.demand_days)
        if not 0 <= self.critical_days < self.high_days < self.medium_days:
            yield "critical_days", "critical_days, high_days and medium_days must grow"


@dataclass(frozen=True)
class Supply:
    """How suppliers are chosen, and how much is ordered."""

    service_level: Decimal = Decimal("0.95")
    """Share of lead times in which demand should be met from stock."""
    cover_days: int = 28
    """Days of demand that an order should last once it has come."""
    lead_time_days: int = 7
    """Where neither past orders nor the supplier tell."""
    minimum_order_quantity: int = 1
    pack_size: int = 1
    overdue_days: int = 60
    """An open order that is older does not count as on order; more than the longest time to deliver."""
    approved_days: int = 14
    """Days that an approved suggestion counts as on order while no order for it is known."""
    rejected_days: int = 7
    """Days that a rejected suggestion stays away, unless it becomes more urgent."""
    price: Decimal = Decimal("0.40")
    """Weight in the score of a supplier; the three add up to 1."""
    reliability: Decimal = Decimal("0.35")
    delivery: Decimal = Decimal("0.25")

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield what is no share or too few, and weights that do not add up."""
        if not Decimal("0.5") <= self.service_level < 1:
            yield "service_level", f"{self.service_level} does not lie between 0.5 and 1, 1 itself left out"
        yield from shares(price=self.price, reliability=self.reliability, delivery=self.delivery)
        yield from at_least(1, cover_days=self.cover_days, pack_size=self.pack_size, overdue_days=self.overdue_days)
        if (total := self.price + self.reliability + self.delivery) != 1:
            yield "price", f"price, reliability and delivery add up to {total}, not to 1"
