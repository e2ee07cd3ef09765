"""When the business is open, and how it counts its year."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lakehouse.business.checks import is_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Calendar:
    """When the business is open, and how it counts its year."""

    opens: int = 9
    """Hour of the day, 0 to 23, in the shop's time zone."""
    closes: int = 18
    """First hour that is closed again, 1 to 24."""
    closed_on: tuple[str, ...] = ()
    """English names of weekdays."""
    fiscal_year_begins: int = 1
    """Month, 1 to 12; a fiscal year is named after the calendar year in which it ends."""
    holidays: Mapping[str, str] = field(default_factory=dict)
    """Day (yyyy-MM-dd) -> its name; the business is closed."""

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """Yield what is no hour, weekday, month or day."""
        if not 0 <= self.opens < self.closes <= 24:
            yield "opens", f"{self.opens} to {self.closes} are no hours of a day"
        if not 1 <= self.fiscal_year_begins <= 12:
            yield "fiscal_year_begins", f"{self.fiscal_year_begins} is no month from 1 to 12"
        for name in self.closed_on:
            if name not in WEEKDAYS:
                yield "closed_on", f"{name!r} is no weekday like Sunday"
        for day in self.holidays:
            if not is_day(day):
                yield f"holidays.{day}", "is no day like 2024-12-25"
