"""What the business decided (`conf/business.yaml`) and the day it is judged on, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pyspark.sql import Column as SparkColumn


@dataclass(frozen=True)
class Anomalies:
    """What counts as an unusual line of sale."""

    lines_per_month: int = 5
    """Largest lines kept of each system, currency and month."""


@dataclass(frozen=True)
class Business:
    """What `conf/business.yaml` becomes; a build that declares `params` receives it."""

    anomalies: Anomalies = field(default_factory=Anomalies)


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
