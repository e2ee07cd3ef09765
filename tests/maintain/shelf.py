"""A table whose merges find their files by month, one without, and rows for both."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from lakehouse.table import DATE, MONEY, STRING, Column, Merge, Replace, Table

if TYPE_CHECKING:
    from lakehouse.lake import Lake

LINES = Table(
    "silver.lines",
    grain=("system", "id"),
    columns=(
        Column("system", STRING, "Business.", nullable=False),
        Column("id", STRING, "Key.", nullable=False),
        Column("sold_on", DATE, "Day.", nullable=False),
        Column("email", STRING, "Address.", pii=True),
        Column("net_amount", MONEY, "Money.", unit="currency"),
    ),
    write=Merge(prune="sold_on"),
    doc="One row per line.",
)
DAYS = Table(
    "gold.days",
    grain=("sold_on",),
    columns=(Column("sold_on", DATE, "Day.", nullable=False), Column("net_amount", MONEY, "Money.", unit="currency")),
    write=Replace(),
    doc="One row per day.",
)
AT_ONCE = {
    "delta.enableChangeDataFeed": "true",
    "delta.dataSkippingStatsColumns": "system,id,sold_on",
    "delta.deletedFileRetentionDuration": "interval 0 seconds",
}
"""Files may go the moment they gave way."""


def fill(lake: Lake, months: int, *, table: Table = LINES, properties: dict[str, str] | None = None) -> None:
    """One commit, so one file, per month of 2024, the newest first; each has a line on the 1st and one on the 28th."""
    lake.create(table, properties or {"delta.dataSkippingStatsColumns": "system,id,sold_on"})
    for month in range(months, 0, -1):
        lake.append(table, [line(f"{month}-{day}", date(2024, month, day)) for day in (28, 1)])


def line(name: str, day: date, amount: str = "1.50", **more: str | None) -> dict[str, object]:
    """One line of a shop."""
    return {"system": "shop", "id": name, "sold_on": day, "net_amount": Decimal(amount)} | more
