"""What a report tells, as frozen values; amounts in the currency of their business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from lakehouse.ledger import Release

WEEK, YEAR = timedelta(days=7), timedelta(days=364)
"""How far back the compared days lie: a year is 52 weeks, so that weekday meets weekday."""


@dataclass(frozen=True)
class Takings:
    """What one day sold."""

    net: Decimal
    gross: Decimal
    discount: Decimal
    returned: Decimal
    """Net amount of what was taken back; 0 or more."""
    units: Decimal
    orders: int | None
    """Orders with a line sold; None where no released table counts them."""

    @property
    def average_order(self) -> Decimal | None:
        """Net amount per order; None without an order."""
        return self.net / self.orders if self.orders else None

    @property
    def discount_share(self) -> Decimal | None:
        """Discount ÷ gross amount; None where nothing was sold."""
        return self.discount / self.gross if self.gross else None


@dataclass(frozen=True)
class Product:
    """What one product sold on the day; `before` is its net amount a week earlier, None when it sold nothing then."""

    name: str
    category: str
    units: Decimal
    net: Decimal
    before: Decimal | None


@dataclass(frozen=True)
class Point:
    """One day of the course: net amount, and that of 364 days before."""

    day: date
    net: float | None
    year_before: float | None


@dataclass(frozen=True)
class Business:
    """One business in one currency, on its day."""

    system: str
    currency: str
    day: date
    takings: Takings | None
    """None: nothing was sold or returned on the day."""
    week_before: Takings | None
    year_before: Takings | None
    course: Sequence[Point]
    categories: Sequence[tuple[str, float, float]]
    """Name, net amount of the day, net amount a week before; largest first."""
    top: Sequence[Product] = ()
    bottom: Sequence[Product] = ()
    no_products: str = ""
    """Why no product is listed."""

    @property
    def name(self) -> str:
        """`shop, USD`."""
        return f"{self.system}, {self.currency}"


@dataclass(frozen=True)
class Listing:
    """Rows of a table as text; `missing` says why there are none, `more` how many are left out, `note` what to know."""

    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    missing: str = ""
    more: int = 0
    note: str = ""
    products: int = 0
    """Different products that all rows are about."""

    @property
    def size(self) -> int:
        """How many rows there are, left out ones too."""
        return len(self.rows) + self.more


@dataclass(frozen=True)
class Books:
    """What became of the rows that the newest step of a source into a table read."""

    step: str
    state: str
    read: int
    published: int
    quarantined: int
    duplicate: int
    held: int


@dataclass(frozen=True)
class Broken:
    """A rule that the newest audit of a table found broken."""

    step: str
    rule: str
    severity: str
    failed: int
    checked: int


@dataclass(frozen=True)
class Feed:
    """When a source delivered last; `is_late`: longer ago than it promised."""

    source: str
    newest_at: datetime | None
    promised_hours: float | None
    is_late: bool


@dataclass(frozen=True)
class Quality:
    """How far the numbers can be trusted, now."""

    books: Sequence[Books] = ()
    broken: Sequence[Broken] = ()
    feeds: Sequence[Feed] = ()
    held: Sequence[str] = ()
    """Sources with a batch that a gate holds back."""
    open_rows: int = 0
    """Rows of all quarantines that wait for a decision."""


@dataclass(frozen=True)
class Report:
    """Everything that the report tells."""

    made_at: datetime
    release: Release
    businesses: Sequence[Business]
    anomalies: Listing
    stock: Listing
    quality: Quality

    @property
    def newest_day(self) -> date:
        """Newest day of all businesses; the day of the release where there is none."""
        return max((each.day for each in self.businesses), default=self.release.at.date())
