"""What wants attention: unusual takings of the day, and products that run out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lakehouse.lake import literal
from lakehouse.report.formats import MISSING, money, short_day, signed
from lakehouse.report.values import Listing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake
    from lakehouse.ledger import Release
    from lakehouse.report.selling import Days, Key

ANOMALIES, STOCK, NAMES = "gold.revenue_anomalies", "gold.stock_levels", "gold.dim_product"
LISTED = 12
UNUSUAL = """
    SELECT system, currency, dimension, member, net_amount, expected_amount, change_rate, score, kind
    FROM a WHERE is_anomaly AND ({days}) ORDER BY abs(score) DESC NULLS FIRST, system, currency, dimension, member
"""
JUDGED = """
    SELECT system, currency, max(sold_on) AS newest, max(CASE WHEN {days} THEN 1 ELSE 0 END) AS is_judged
    FROM a GROUP BY system, currency
"""
URGENT = """
    SELECT s.system, s.product_id, coalesce(max(n.product_name), s.product_id) AS product, s.location_id, s.stock_units,
        s.daily_demand_units, s.days_of_cover, s.urgency
    FROM s LEFT JOIN {names} n ON n.system = s.system AND n.product_id = s.product_id AND n.is_current
    WHERE s.urgency IN ('critical', 'high')
    GROUP BY s.system, s.product_id, s.location_id, s.stock_units, s.daily_demand_units, s.days_of_cover, s.urgency
    ORDER BY s.urgency, s.days_of_cover NULLS FIRST, s.system, product, s.location_id
"""
KNOWN_ON = "SELECT max(as_of_on) AS day FROM s"
NO_NAMES = "(SELECT '' AS system, '' AS product_id, '' AS product_name, false AS is_current)"
ANOMALY_HEADS = ("Business", "Where", "Kind", "Net", "Expected", "Against a week before", "Score")
STOCK_HEADS = ("Business", "Product", "Place", "In stock", "Sold a day", "Days of cover", "Urgency")


def anomalies_of(lake: Lake, catalog: Catalog, release: Release, *, days: Days) -> Listing:
    """Return what was out of the ordinary on the day of each business, farthest off first."""
    if (missing := why_missing(ANOMALIES, catalog, release)) or not days:
        return Listing(missing=missing or "There are no sales yet.")
    meant = [
        f"(system = {literal(s)} AND currency = {literal(c)} AND sold_on = DATE '{d}')" for (s, c), d in days.items()
    ]
    judged, rows = (
        lake.read(sql.format(days=" OR ".join(meant)), a=(ANOMALIES, release.tables[ANOMALIES])).to_pylist()
        for sql in (JUDGED, UNUSUAL)
    )
    lacking = unjudged(days, {(row["system"], row["currency"]): row for row in judged})
    if len(lacking) == len(days):
        return Listing(missing=f"{'; '.join(lacking)}.")
    return replace(listing(ANOMALY_HEADS, [unusual(row) for row in rows]), note="; ".join(lacking))


def unjudged(days: Days, judged: Mapping[Key, Mapping[str, Any]]) -> list[str]:
    """Return of each business whose day was not judged how far it is: `shop, USD: judged up to 16 Mar 2024`."""
    told = []
    for key, day in days.items():
        row = judged.get(key)
        if row is None:
            told.append(f"{', '.join(key)}: not judged yet")
        elif not row["is_judged"]:
            up_to = f"judged up to {short_day(row['newest'])}"
            told.append(f"{', '.join(key)}: {up_to if row['newest'] < day else f'{short_day(day)} was not judged'}")
    return told


def unusual(row: Mapping[str, Any]) -> list[str]:
    """Return the cells of one unusual day."""
    net, expected = (money(row[name], row["currency"]) for name in ("net_amount", "expected_amount"))
    change = None if row["change_rate"] is None else float(row["change_rate"])
    where = f"{row['dimension']} {row['member']}"
    return [row["system"], where, row["kind"], net, expected, signed(change), number(row["score"])]


def stock_of(lake: Lake, catalog: Catalog, release: Release) -> Listing:
    """Return the products of critical or high urgency, critical first, then those that last the shortest."""
    if missing := why_missing(STOCK, catalog, release):
        return Listing(missing=missing)
    known = NAMES in release.tables
    pinned = {"s": STOCK} | ({"d": NAMES} if known else {})
    tables = {alias: (name, release.tables[name]) for alias, name in pinned.items()}
    rows = lake.read(URGENT.format(names="d" if known else NO_NAMES), **tables).to_pylist()
    units = ("stock_units", "daily_demand_units", "days_of_cover")
    told = [[r["system"], r["product"], r["location_id"], *(number(r[n]) for n in units), r["urgency"]] for r in rows]
    [known_on] = lake.read(KNOWN_ON, s=tables["s"]).to_pylist()
    note = f"levels at the beginning of {short_day(known_on['day'])}" if known_on["day"] else ""
    about = {(row["system"], row["product_id"]) for row in rows}
    return replace(listing(STOCK_HEADS, told), note=note, products=len(about))


def listing(heads: tuple[str, ...], rows: list[list[str]]) -> Listing:
    """Return the first rows, and how many are left out."""
    return Listing(heads, rows[:LISTED], more=max(len(rows) - LISTED, 0))


def why_missing(name: str, catalog: Catalog, release: Release) -> str:
    """Say why a mart cannot be told of; empty when it can."""
    if name not in catalog.tables:
        return f"{name} does not exist yet."
    return "" if name in release.tables else f"{name} was not released yet."


def number(value: Any) -> str:
    """Return a number with one decimal."""
    return MISSING if value is None else f"{value:,.1f}".replace("-", "−")
