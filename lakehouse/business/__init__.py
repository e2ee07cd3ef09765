"""What the business decided (`conf/business.yaml`) and the day it is judged on, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lakehouse.business.calendar import Calendar
from lakehouse.business.customers import Rfm, Tiers
from lakehouse.business.selling import Anomalies, Baskets, Commission, Loyalty, Reporting, Stores, Tax
from lakehouse.business.supply import Forecast, Stock, Supply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pyspark.sql import Column as SparkColumn

__all__ = [
    "Anomalies",
    "AsOf",
    "Baskets",
    "Business",
    "Calendar",
    "Commission",
    "Forecast",
    "Loyalty",
    "Reporting",
    "Rfm",
    "Stock",
    "Stores",
    "Supply",
    "Tax",
    "Tiers",
]


@dataclass(frozen=True)
class Business:
    """What `conf/business.yaml` becomes; a build that declares `params` receives it."""

    anomalies: Anomalies = field(default_factory=Anomalies)
    tax: Tax = field(default_factory=Tax)
    commission: Commission = field(default_factory=Commission)
    loyalty: Loyalty = field(default_factory=Loyalty)
    tiers: Tiers = field(default_factory=Tiers)
    calendar: Calendar = field(default_factory=Calendar)
    rfm: Rfm = field(default_factory=Rfm)
    stores: Stores = field(default_factory=Stores)
    baskets: Baskets = field(default_factory=Baskets)
    forecast: Forecast = field(default_factory=Forecast)
    stock: Stock = field(default_factory=Stock)
    supply: Supply = field(default_factory=Supply)
    reporting: Reporting = field(default_factory=Reporting)


@dataclass(frozen=True)
class AsOf:
    """One business day per system; it means everything before that day's start."""

    days: Mapping[str, date]
    otherwise: date

    def day(self, system: str) -> SparkColumn:
        """Return the day of the system named in column `system`, as a date Column."""
        from pyspark.sql import functions as F

        day = F.lit(self.otherwise)
        for name, known in self.days.items():
            day = F.when(F.col(system) == name, F.lit(known)).otherwise(day)
        return day

    @property
    def latest(self) -> date:
        """The newest day of any system."""
        return max(self.days.values(), default=self.otherwise)

    def told(self) -> dict[str, str]:
        """As the ledger keeps it: the day of each system, and under an empty name that of all others."""
        return {"": str(self.otherwise)} | {name: str(day) for name, day in sorted(self.days.items())}
