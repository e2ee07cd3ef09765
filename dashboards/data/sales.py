"""Sales as the Overview asks for them. Sums are exact decimals; they become floats last, for display only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboards.data.release import Released

Cut = Literal["region", "channel", "category"]
CUBE, DAILY, LINES = "gold.sales_cube", "gold.daily_sales", "gold.fct_sales"
WEEKS = 12
AMOUNT = "CAST(sum({}) AS DOUBLE)"


@dataclass(frozen=True)
class Business:
    """One business in one currency: what there is to choose from."""

    system: str
    currency: str
    first_on: date
    last_on: date
    regions: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Slice:
    """Days of one business, both ends included; no regions or channels means all of them."""

    system: str
    currency: str
    start: date
    end: date
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days + 1

    def where(self) -> str:
        """Return the condition in SQL."""
        parts = [
            f"system = {quoted(self.system)} AND currency = {quoted(self.currency)}",
            f"sold_on BETWEEN DATE '{self.start}' AND DATE '{self.end}'",
            *(
                f"{name} IN ({', '.join(map(quoted, chosen))})"
                for name, chosen in (("region", self.regions), ("channel", self.channels))
                if chosen
            ),
        ]
        return " AND ".join(parts)


@dataclass(frozen=True)
class Day:
    """Sums of one business day. `orders` is None under a channel filter: an order may use several channels."""

    on: date
    net: float
    gross: float
    discount: float
    returned: float
    units: float
    lines: int
    orders: int | None


@dataclass(frozen=True)
class Product:
    """One product: net amount of the period, of the period before (None: not known), and of each recent week."""

    name: str
    category: str
    net: float
    before: float | None
    weeks: tuple[float, ...]


def quoted(value: str) -> str:
    """`value` as an SQL literal of DataFusion, which knows no backslash escapes."""
    return "'" + value.replace("'", "''") + "'"


@lru_cache(maxsize=8)
def businesses(released: Released) -> tuple[Business, ...]:
    """Return every business and currency with sales, the one with most lines first."""
    spans = released.read(
        "SELECT system, currency, min(sold_on) AS first_on, max(sold_on) AS last_on FROM c"
        " GROUP BY system, currency ORDER BY sum(lines) DESC, system, currency",
        c=CUBE,
    )
    members = released.read(
        "SELECT system, currency, region, channel FROM c GROUP BY system, currency, region, channel"
        " ORDER BY sum(net_amount) DESC",
        c=CUBE,
    )
    found = []
    for one in spans:
        mine = [row for row in members if (row["system"], row["currency"]) == (one["system"], one["currency"])]
        regions, channels = (tuple(dict.fromkeys(row[name] for row in mine)) for name in ("region", "channel"))
        found.append(Business(**one, regions=tuple(sorted(regions)), channels=tuple(sorted(channels))))
    return tuple(found)


@lru_cache(maxsize=256)
def daily(released: Released, part: Slice) -> tuple[Day, ...]:
    """Sums of every day of the slice in order, days without sales included as zeros."""
    sums = {
        row["on"]: row
        for row in released.read(
            f"SELECT sold_on AS on, {AMOUNT.format('net_amount')} AS net, {AMOUNT.format('gross_amount')} AS gross,"
            f" {AMOUNT.format('discount_amount')} AS discount, {AMOUNT.format('returned_amount')} AS returned,"
            f" {AMOUNT.format('units')} AS units, sum(lines) AS lines FROM c WHERE {part.where()} GROUP BY sold_on",
            c=CUBE,
        )
    }
    orders = orders_by_day(released, part)
    zero = {"net": 0.0, "gross": 0.0, "discount": 0.0, "returned": 0.0, "units": 0.0, "lines": 0}
    return tuple(
        Day(**(zero | {"on": on} | sums.get(on, {})), orders=None if orders is None else orders.get(on, 0))
        for on in (part.start + timedelta(days=place) for place in range(part.days))
    )


def orders_by_day(released: Released, part: Slice) -> dict[date, int] | None:
    """Orders of each day; None under a channel filter, over which orders do not add up."""
    if part.channels:
        return None
    sql = f"SELECT sold_on, sum(orders) AS orders FROM d WHERE {part.where()} GROUP BY sold_on"
    return {row["sold_on"]: row["orders"] for row in released.read(sql, d=DAILY)}


@lru_cache(maxsize=256)
def totals_by(released: Released, part: Slice, cut: Cut) -> tuple[tuple[str, float], ...]:
    """Net amount of each region, channel or category, largest first."""
    sql = f"SELECT {cut} AS name, {AMOUNT.format('net_amount')} AS net FROM c WHERE {part.where()} GROUP BY {cut}"
    rows = released.read(f"{sql} ORDER BY net DESC, name", c=CUBE)
    return tuple((row["name"], row["net"]) for row in rows)


@lru_cache(maxsize=256)
def daily_by(released: Released, part: Slice, cut: Cut) -> dict[str, tuple[float, ...]]:
    """Net amount of each day of the slice for each region, channel or category, largest first."""
    sql = f"SELECT {cut} AS name, sold_on, {AMOUNT.format('net_amount')} AS net FROM c WHERE {part.where()}"
    found: dict[str, list[float]] = defaultdict(lambda: [0.0] * part.days)
    for row in released.read(f"{sql} GROUP BY {cut}, sold_on", c=CUBE):
        found[row["name"]][(row["sold_on"] - part.start).days] = row["net"]
    return {name: tuple(days) for name, days in sorted(found.items(), key=lambda item: -sum(item[1]))}


@lru_cache(maxsize=64)
def top_products(released: Released, part: Slice, before: Slice | None, *, limit: int = 10) -> tuple[Product, ...]:
    """Products with the most net amount in the slice, from the lines themselves, so that every filter applies.

    Postage, fees and the like are not products. `weeks` are the last 12 whole weeks up to the slice's end.
    """
    sums = product_sums(released, part, limit)
    keys = [row["product_key"] for row in sums]
    earlier = {row["product_key"]: row["net"] for row in product_sums(released, before, limit, keys)} if before else None
    weeks = product_weeks(released, part, keys)
    return tuple(
        Product(
            row["name"] or row["product_key"],
            row["category"],
            row["net"],
            None if earlier is None else earlier.get(row["product_key"], 0.0),
            weeks[row["product_key"]],
        )
        for row in sums
    )


def product_sums(
    released: Released, part: Slice, limit: int, keys: Sequence[str] | None = None
) -> list[dict[str, object]]:
    """Net amount, name and category of the best products, or of those with these keys."""
    only = "" if keys is None else f" AND product_key IN ({', '.join(map(quoted, keys)) or 'NULL'})"
    return released.read(
        f"SELECT product_key, max(product_name) AS name, max(category) AS category,"
        f" {AMOUNT.format('net_amount')} AS net FROM f WHERE {part.where()} AND is_product{only}"
        f" GROUP BY product_key ORDER BY net DESC, product_key LIMIT {limit}",
        f=LINES,
    )


def product_weeks(released: Released, part: Slice, keys: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """Net amount of each of the last 12 whole weeks up to the slice's end, for each key."""
    start = part.end - timedelta(days=7 * WEEKS - 1)
    recent = Slice(part.system, part.currency, start, part.end, part.regions, part.channels)
    found: dict[str, list[float]] = {key: [0.0] * WEEKS for key in keys}
    rows = released.read(
        f"SELECT product_key, sold_on, {AMOUNT.format('net_amount')} AS net FROM f WHERE {recent.where()}"
        f" AND product_key IN ({', '.join(map(quoted, keys)) or 'NULL'}) GROUP BY product_key, sold_on",
        f=LINES,
    )
    for row in rows:
        found[row["product_key"]][(row["sold_on"] - start).days // 7] += row["net"]
    return {key: tuple(weeks) for key, weeks in found.items()}
