"""What the business decided about selling: tax, commission, points, stores, what is unusual or bought together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from lakehouse.business.checks import at_least, not_negative, prefixed, shares

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_PRODUCTS = 2000
"""Pairs grow with the square of the products: of so many there are two millions."""


@dataclass(frozen=True)
class Anomalies:
    """What counts as unusual: a line of sale, or a day of a region or category."""

    lines_per_month: int = 5
    """Largest lines kept of each system, currency and month."""
    weeks: int = 8
    """Same weekdays before a day that make its baseline."""
    least_weeks: int = 4
    """With fewer of them a day is not judged."""
    score_above: Decimal = Decimal("3.5")
    """Robust z-score from which a day is unusual, either way."""
    drop_above: Decimal = Decimal("0.5")
    """Share of the previous same weekday lost from which a day is a drop."""

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield what cannot be meant."""
        if not 2 <= self.least_weeks <= self.weeks:
            yield "least_weeks", f"{self.least_weeks} does not lie between 2 and weeks ({self.weeks})"
        yield from at_least(1, lines_per_month=self.lines_per_month)
        if self.score_above <= 0:
            yield "score_above", f"{self.score_above} would flag every day; it lies above 0"
        yield from shares(drop_above=self.drop_above)


@dataclass(frozen=True)
class Tax:
    """Tax on what is sold, as a share of the net amount, where the source delivers no tax."""

    by_region: Mapping[str, Decimal] = field(default_factory=dict)
    otherwise: Decimal = Decimal(0)

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield what is no share."""
        yield from shares(otherwise=self.otherwise, **prefixed("by_region", self.by_region))


@dataclass(frozen=True)
class Commission:
    """What a way of sale costs the business, as a share of the net amount."""

    by_channel: Mapping[str, Decimal] = field(default_factory=dict)
    otherwise: Decimal = Decimal(0)

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield what is no share."""
        yield from shares(otherwise=self.otherwise, **prefixed("by_channel", self.by_channel))


@dataclass(frozen=True)
class Loyalty:
    """Points that known customers earn, and lose by returns."""

    points_per_unit: Decimal = Decimal(1)
    """Points for one unit of currency, net; parts of a point of a line are dropped."""

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield what cannot be earned."""
        yield from not_negative(points_per_unit=self.points_per_unit)


@dataclass(frozen=True)
class Stores:
    """How stores are compared."""

    like_for_like_days: int = 365
    """A store is compared with itself when it sold so many days before the period and still sells."""
    closed_after_days: int = 28
    """A store that sold nothing for so many days sells no longer."""

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield periods that are none."""
        for key, days in (
            ("like_for_like_days", self.like_for_like_days),
            ("closed_after_days", self.closed_after_days),
        ):
            if days < 1:
                yield key, f"{days} is no number of days from 1 on"


@dataclass(frozen=True)
class Baskets:
    """Which products count as bought together."""

    least_orders: int = 20
    """Orders in which a product, and a pair of them, must occur."""
    least_share: Decimal = Decimal("0.001")
    """The same as a share of all orders; the larger of both counts."""
    most_products: int = 400
    """Of each business; the most frequent ones are looked at."""

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield what is no share, too few, or more products than pairs can be made of."""
        yield from at_least(1, least_orders=self.least_orders)
        yield from shares(least_share=self.least_share)
        if not 2 <= self.most_products <= MOST_PRODUCTS:
            yield "most_products", f"{self.most_products} does not lie between 2 and {MOST_PRODUCTS}"


@dataclass(frozen=True)
class Reporting:
    """The one currency in which businesses of several currencies can be compared."""

    currency: str = "EUR"
    """ISO 4217 code."""
    carry_days: int = 31
    """So many days after its own a rate is used for days without one; then none is known."""

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield what is no code and no number of days."""
        if not re.fullmatch(r"[A-Z]{3}", self.currency):
            yield "currency", f"{self.currency!r} is no code of three capital letters like EUR"
        if not 0 <= self.carry_days <= 366:
            yield "carry_days", f"{self.carry_days} does not lie between 0 and 366"
