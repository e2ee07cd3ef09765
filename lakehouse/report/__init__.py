"""The daily report: what a day sold against the week and the year before, and how far the numbers can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.errors import ConfigError, LakehouseError, Problem
from lakehouse.lake import Lake
from lakehouse.report.page import page
from lakehouse.report.quality import quality_of
from lakehouse.report.selling import FURTHEST, businesses_of, days_meant
from lakehouse.report.signals import anomalies_of, stock_of
from lakehouse.report.summary import summary
from lakehouse.report.values import Report
from lakehouse.run.days import as_of, day_of

if TYPE_CHECKING:
    from lakehouse.catalog import Catalog
    from lakehouse.settings import Settings

__all__ = ["Command", "write"]


@dataclass(frozen=True)
class Command:
    """What a person asked for."""

    day: str = ""
    """Business day, yyyy-MM-dd; empty: of each business its last whole day."""
    to: str = ""
    """File to write; empty: `<docs>/reports/<day>.html`."""


def write(settings: Settings, catalog: Catalog, command: Command) -> str:
    """Write the report of a day as one HTML file and return its summary as text, the file's name last.

    Raises ConfigError for what is no day or no file, LakehouseError when nothing was released yet.
    """
    report = made(settings, catalog, command)
    file = Path(command.to) if command.to else Path(settings.roots.docs) / "reports" / f"{report.newest_day}.html"
    if file.is_dir():
        raise ConfigError([Problem("--to", str(file), "is a folder; name the file to write")])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(report), encoding="utf-8")
    return f"{summary(report)}\n\n{file}"


def day_asked(word: str) -> date:
    """Read the day of a report. Raises ConfigError when it is none, or the days compared with it are none."""
    day = day_of(word, "--day")
    if day - date.min < FURTHEST:
        raise ConfigError([Problem("--day", word, "is too early: no calendar has the days that it is compared with")])
    return day


def made(settings: Settings, catalog: Catalog, command: Command) -> Report:
    """Read everything that the report tells, at the versions of the newest release."""
    lake, now = Lake(settings.roots.lake), ledger.now()
    release = ledger.newest_release(lake)
    if release is None:
        raise LakehouseError(f"nothing has been released in {lake.root} yet: jobs/run.py")
    today = as_of(settings, lake, "", now=now)
    asked = day_asked(command.day) if command.day else None
    days = days_meant(lake, catalog, release, today=today, asked=asked)
    return Report(
        made_at=now,
        release=release,
        businesses=businesses_of(lake, release, days),
        anomalies=anomalies_of(lake, catalog, release, days=days),
        stock=stock_of(lake, catalog, release),
        quality=quality_of(lake, catalog, release, now=now),
    )
