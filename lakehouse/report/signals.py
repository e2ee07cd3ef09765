"""What wants attention: anomalies of the day, and products that run out; from marts that may not exist yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lakehouse.lake import literal
from lakehouse.report.values import Listing
from lakehouse.table import DATE, FLAG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake
    from lakehouse.ledger import Release
    from lakehouse.report.selling import Days
    from lakehouse.table import Table

ANOMALIES, STOCK = "gold.revenue_anomalies", "gold.stock_levels"
LISTED = 12
COLUMNS = 8
URGENT = ("critical", "high")


def anomalies_of(lake: Lake, catalog: Catalog, release: Release, *, days: Days) -> Listing:
    """Return what was out of the ordinary on the day of each business."""
    if (missing := why_missing(ANOMALIES, catalog, release)) or not days:
        return Listing(missing=missing or "There are no sales yet.")
    table = catalog.table(ANOMALIES)
    dated = next((c.name for c in table.columns if c.type == DATE and c.name in table.grain), "")
    if not dated:
        return Listing(missing=f"{ANOMALIES} has no day.")
    systems = {system: day for (system, _), day in days.items()}
    meant = [f"(system = {literal(system)} AND {dated} = DATE '{day}')" for system, day in systems.items()]
    flagged = [f"AND {c.name}" for c in table.columns if c.type == FLAG and c.name.startswith("is_anomal")]
    return listed(lake, table, release, where=f"({' OR '.join(meant)}) {' '.join(flagged)}")


def stock_of(lake: Lake, catalog: Catalog, release: Release) -> Listing:
    """Return the products of critical or high urgency, critical first."""
    if missing := why_missing(STOCK, catalog, release):
        return Listing(missing=missing)
    urgent = ", ".join(map(literal, URGENT))
    return listed(lake, catalog.table(STOCK), release, where=f"urgency IN ({urgent})", first="urgency = 'high'")


def why_missing(name: str, catalog: Catalog, release: Release) -> str:
    """Say why a mart cannot be told of; empty when it can."""
    if name not in catalog.tables:
        return f"{name} does not exist yet."
    return "" if name in release.tables else f"{name} was not released yet."


def listed(lake: Lake, table: Table, release: Release, *, where: str, first: str = "") -> Listing:
    """Return the first rows of a released mart that meet a condition, in the order of its grain."""
    shown = shown_columns(table)
    order = ", ".join([*([first] if first else []), *table.grain])
    sql = f"SELECT {', '.join(shown)} FROM m WHERE {where} ORDER BY {order}"  # noqa: S608 — columns of a contract
    rows = lake.read(sql, m=(table.name, release.tables[table.name])).to_pylist()
    heads = [name.replace("_", " ").removeprefix("is ") for name in shown]
    return Listing(heads, [cells(row, shown) for row in rows[:LISTED]], more=max(len(rows) - LISTED, 0))


def shown_columns(table: Table) -> list[str]:
    """Return the columns that a reader sees: no flags, no names of people, the grain first."""
    plain = [c.name for c in table.columns if c.type != FLAG and not c.pii]
    ranked = sorted(plain, key=lambda name: name not in table.grain)
    kept = ranked[:COLUMNS]
    told = [name for name in ("urgency", "reason") if name in plain and name not in kept]
    return kept[: COLUMNS - len(told)] + told


def cells(row: Mapping[str, Any], names: list[str]) -> list[str]:
    """Return the values of a row as text."""
    return [text_of(row[name]) for name in names]


def text_of(value: Any) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return "–"
    if isinstance(value, Decimal | float):
        return f"{value:,.2f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return value.isoformat() if isinstance(value, date) else str(value)
