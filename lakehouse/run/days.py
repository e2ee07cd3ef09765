"""Which day "today" is, per business."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lakehouse.business import AsOf
from lakehouse.errors import ConfigError, Problem

if TYPE_CHECKING:
    from lakehouse.lake import Lake
    from lakehouse.plan import Days
    from lakehouse.settings import Settings

NEWEST_SALES = "SELECT system, max(sold_on) AS day FROM sales GROUP BY system"


def as_of(settings: Settings, lake: Lake, asked: str, *, now: datetime) -> AsOf:
    """Return the day that `--as-of` or conf names: `today`, `data` (the day after the newest sale) or a date."""
    word = asked or settings.as_of
    today = now.astimezone(ZoneInfo(settings.zone)).date()
    if word == "today":
        return AsOf({}, today)
    if word == "data":
        newest = newest_sales(lake)
        return AsOf(newest, max(newest.values(), default=today))
    return AsOf({}, day_of(word))


def day_of(word: str, key: str = "as_of") -> date:
    """Read a day. Raises ConfigError when it is none."""
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        other = "neither today, data nor" if key == "as_of" else "not"
        problem = Problem(key, word, f"is {other} a day like 2024-03-01")
        raise ConfigError([problem]) from error


def days_of(first: str, last: str) -> Days | None:
    """Read `--from` and `--to`, of which one may be missing: a single day. Raises ConfigError when they are no days."""
    if not first and not last:
        return None
    start, end = day_of(first or last, "--from"), day_of(last or first, "--to")
    if start > end:
        raise ConfigError([Problem("--from", str(start), f"is after --to {end}")])
    return (str(start), str(end))


def newest_sales(lake: Lake) -> dict[str, date]:
    """Return the day after each business's newest sale."""
    if not lake.exists("silver.sales"):
        return {}
    rows = lake.read(NEWEST_SALES, sales="silver.sales").to_pylist()
    return {row["system"]: row["day"] + timedelta(days=1) for row in rows}
