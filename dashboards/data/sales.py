"""Sales as the Overview asks for them. Sums are exact decimals; they become floats last, for display only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from lakehouse.lake import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboards.data.release import Released

Cut = Literal["region", "channel", "category"]
CUBE, DAILY, LINES = "gold.sales_cube", "gold.daily_sales", "gold.fct_sales"
WEEKS = 12
AMOUNT = "CAST(sum({}) AS DOUBLE)"
NET = f"{AMOUNT.format('net_amount')} AS net"
SUMS = {
    "net": "net_amount",
    "gross": "gross_amount",
    "discount": "discount_amount",
    "returned": "returned_amount",
    "units": "units",
}


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
            f"system = {literal(self.system)} AND currency = {literal(self.currency)}",
            f"sold_on BETWEEN DATE '{self.start}' AND DATE '{self.end}'",
            *(
                one_of(name, chosen)
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


def one_of(column: str, values: Sequence[str]) -> str:
    """Return the condition that a column has one of these values; without values, nothing meets it."""
    return f"{column} IN ({', '.join(map(literal, values)) or 'NULL'})"


def select(what: str, where: str, by: str, *, then: str = "") -> str:
    """Return the query of sums over the table `t`, grouped by the columns `by`."""
    return f"SELECT {by}, {what} FROM t WHERE {where} GROUP BY {by}{then}"  # noqa: S608 - our names, quoted values


@lru_cache(maxsize=8)
def businesses(released: Released) -> tuple[Business, ...]:
    """Return every business and currency with sales, the one with most lines first."""
    spans = "min(sold_on) AS first_on, max(sold_on) AS last_on"
    order = " ORDER BY sum(lines) DESC, system, currency"
    members = released.read(select("sum(lines) AS lines", "true", "system, currency, region, channel"), t=CUBE)
    found = []
    for one in released.read(select(spans, "true", "system, currency", then=order), t=CUBE):
        mine = [row for row in members if (row["system"], row["currency"]) == (one["system"], one["currency"])]
        regions, channels = (tuple(sorted({row[name] for row in mine})) for name in ("region", "channel"))
        found.append(Business(**one, regions=regions, channels=channels))
    return tuple(found)


@lru_cache(maxsize=256)
def daily(released: Released, part: Slice) -> tuple[Day, ...]:
    """Sums of every day of the slice in order, days without sales included as zeros."""
    what = ", ".join(f"{AMOUNT.format(column)} AS {name}" for name, column in SUMS.items())
    rows = released.read(select(f"{what}, sum(lines) AS lines", part.where(), "sold_on"), t=CUBE)
    sums = {row.pop("sold_on"): row for row in rows}
    orders = orders_by_day(released, part)
    zero = {**dict.fromkeys(SUMS, 0.0), "lines": 0}
    return tuple(
        Day(on, **(zero | sums.get(on, {})), orders=None if orders is None else orders.get(on, 0))
        for on in (part.start + timedelta(days=place) for place in range(part.days))
    )


def orders_by_day(released: Released, part: Slice) -> dict[date, int] | None:
    """Orders of each day; None under a channel filter, over which orders do not add up."""
    if part.channels:
        return None
    rows = released.read(select("sum(orders) AS orders", part.where(), "sold_on"), t=DAILY)
    return {row["sold_on"]: row["orders"] for row in rows}


@lru_cache(maxsize=256)
def totals_by(released: Released, part: Slice, cut: Cut) -> tuple[tuple[str, float], ...]:
    """Net amount of each region, channel or category, largest first."""
    rows = released.read(select(NET, part.where(), cut, then=f" ORDER BY net DESC, {cut}"), t=CUBE)
    return tuple((row[cut], row["net"]) for row in rows)


@lru_cache(maxsize=256)
def daily_by(released: Released, part: Slice, cut: Cut) -> dict[str, tuple[float, ...]]:
    """Net amount of each day of the slice for each region, channel or category, largest first."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0] * part.days)
    for row in released.read(select(NET, part.where(), f"{cut}, sold_on"), t=CUBE):
        found[row[cut]][(row["sold_on"] - part.start).days] = row["net"]
    return {name: tuple(days) for name, days in sorted(found.items(), key=lambda item: -sum(item[1]))}


@lru_cache(maxsize=64)
def top_products(released: Released, part: Slice, before: Slice | None, *, limit: int = 10) -> tuple[Product, ...]:
    """Products with the most net amount in the slice, from the lines themselves, so that every filter applies.

    Postage, fees and the like are not products. `weeks` are the last 12 whole weeks up to the slice's end.
    """
    best = f" ORDER BY net DESC, product_key LIMIT {limit}"
    what = f"max(product_name) AS name, max(category) AS category, {NET}"
    sums = released.read(select(what, f"{part.where()} AND is_product", "product_key", then=best), t=LINES)
    keys = tuple(row["product_key"] for row in sums)
    earlier = {row["product_key"]: row["net"] for row in product_sums(released, before, keys)} if before else None
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


def product_sums(released: Released, part: Slice, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Net amount of the products with these keys."""
    where = f"{part.where()} AND is_product AND {one_of('product_key', keys)}"
    return released.read(select(NET, where, "product_key"), t=LINES)


def product_weeks(released: Released, part: Slice, keys: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """Net amount of each of the last 12 whole weeks up to the slice's end, for each key."""
    recent = replace(part, start=part.end - timedelta(days=7 * WEEKS - 1))
    where = f"{recent.where()} AND is_product AND {one_of('product_key', keys)}"
    found: dict[str, list[float]] = {key: [0.0] * WEEKS for key in keys}
    for row in released.read(select(NET, where, "product_key, sold_on"), t=LINES):
        found[row["product_key"]][(row["sold_on"] - recent.start).days // 7] += row["net"]
    return {key: tuple(weeks) for key, weeks in found.items()}
