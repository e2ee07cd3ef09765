"""Which day "today" is, per business."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lakehouse.business import AsOf
from lakehouse.errors import ConfigError, Problem

if TYPE_CHECKING:
    from lakehouse.lake import Lake
    from lakehouse.settings import Settings

NEWEST_SALES = "SELECT system, max(sold_on) AS day FROM sales GROUP BY system"


def as_of(settings: Settings, lake: Lake, asked: str, *, now: datetime) -> AsOf:
    """Return the day that `--as-of` or conf names: `today`, `data` (the day after the newest sale) or a date."""
    word = asked or settings.as_of
    today = now.astimezone(ZoneInfo(settings.zone)).date()
    if word == "today":
        return AsOf({}, today)
    if word == "data":
        return AsOf(newest_sales(lake), today)
    return AsOf({}, day_of(word))


def day_of(word: str) -> date:
    """Read a day. Raises ConfigError when it is none."""
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        problem = Problem("as_of", word, "is neither today, data nor a day like 2024-03-01")
        raise ConfigError([problem]) from error


def newest_sales(lake: Lake) -> dict[str, date]:
    """Return the day after each business's newest sale."""
    if not lake.exists("silver.sales"):
        return {}
    rows = lake.read(NEWEST_SALES, sales="silver.sales").to_pylist()
    return {row["system"]: row["day"] + timedelta(days=1) for row in rows}
