"""What each business sold on its day, the week and the year before, from the cubes of one release."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from lakehouse.lake import literal
from lakehouse.report.values import WEEK, YEAR, Business, Point, Product, Takings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lakehouse.business import AsOf
    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake
    from lakehouse.ledger import Release

CUBE, ORDERED = "gold.sales_cube", "gold.order_cube"
PRODUCTS, NAMES = "gold.daily_products", "gold.dim_product"
SALES = "silver.sales"
Key = tuple[str, str]
"""System and currency."""
Days = dict[Key, date]

MEASURES = ("net", "gross", "discount", "returned", "units")
COURSE_DAYS = 28
FURTHEST = YEAR + timedelta(days=COURSE_DAYS)
"""How far back the oldest day lies that a day is shown beside."""
CATEGORIES = 10
LISTED = 5
SOLD_ON = "SELECT DISTINCT system, currency, sold_on FROM c"
TAKINGS = """
    SELECT sold_on, sum(net_amount) AS net, sum(gross_amount) AS gross, sum(discount_amount) AS discount,
        -sum(returned_amount) AS returned, sum(units) AS units
    FROM c WHERE {business} AND sold_on BETWEEN {first} AND {last} GROUP BY sold_on
"""
ORDERS = """
    SELECT sold_on, count(DISTINCT order_id) AS orders
    FROM o WHERE {business} AND NOT is_return AND sold_on IN ({day}, {week}, {year}) GROUP BY sold_on
"""
BY_CATEGORY = """
    SELECT category, sum(CASE WHEN sold_on = {day} THEN net_amount ELSE 0 END) AS net,
        sum(CASE WHEN sold_on = {day} THEN 0 ELSE net_amount END) AS before
    FROM c WHERE {business} AND sold_on IN ({day}, {week}) GROUP BY category ORDER BY net DESC, category
"""
BY_PRODUCT = """
    SELECT product_key, CASE WHEN product_key = 'unknown' THEN 'Unknown' ELSE max(category) END AS category,
        sum(CASE WHEN sold_on = {day} THEN units ELSE 0 END) AS units,
        sum(CASE WHEN sold_on = {day} THEN net_amount END) AS net,
        sum(CASE WHEN sold_on = {week} THEN net_amount END) AS before
    FROM p WHERE {business} AND is_product AND sold_on IN ({day}, {week}) GROUP BY product_key
"""
NAMED = (
    "SELECT product_key, max(product_name) AS name FROM n WHERE system = {system} AND is_current GROUP BY product_key"
)


def days_meant(lake: Lake, catalog: Catalog, release: Release, *, today: AsOf, asked: date | None) -> Days:
    """Return the day of each business and currency: the one asked for, else the business's last whole day with sales.

    Whole is a day that was over on `today`, and at the shop when the release was made; a business has one day,
    whatever it sold in which currency.
    """
    if CUBE not in release.tables:
        return {}
    rows = lake.read(SOLD_ON, c=(CUBE, release.tables[CUBE])).to_pylist()
    newest: dict[str, date] = {}
    released_on = {system: day_of_release(release, catalog, system) for system in {row["system"] for row in rows}}
    for row in rows:
        system, day = row["system"], row["sold_on"]
        if day < min(today.days.get(system, today.otherwise), released_on[system]):
            newest[system] = max(newest.get(system, day), day)
    keys = sorted({(row["system"], row["currency"]) for row in rows})
    return {key: asked or newest[key[0]] for key in keys if asked or key[0] in newest}


def day_of_release(release: Release, catalog: Catalog, system: str) -> date:
    """Return which day it was at a business when a release was made: the earliest, where it sells in several zones."""
    sources = [each for each in catalog.sources.values() if each.system == system and each.feeds == SALES]
    return min(release.at.astimezone(ZoneInfo(zone)).date() for zone in {each.zone for each in sources} or {"UTC"})


def businesses_of(lake: Lake, release: Release, days: Days) -> tuple[Business, ...]:
    """Return what each business sold."""
    return tuple(business_of(lake, release, key, day=day) for key, day in days.items())


def business_of(lake: Lake, release: Release, key: Key, *, day: date) -> Business:
    """Return what one business sold in one currency."""
    takings = takings_of(lake, release, key, day=day)
    rows = ask(lake, release, BY_CATEGORY, key=key, day=day, c=CUBE)
    categories = [(row["category"], float(row["net"]), float(row["before"])) for row in rows if row["net"]]
    no_products = "" if PRODUCTS in release.tables else f"{PRODUCTS} was not released yet."
    products = [] if no_products else products_of(lake, release, key, day=day)
    places = min(LISTED, (len(products) + 1) // 2)
    return Business(
        *key,
        day,
        takings=takings.get(day),
        week_before=takings.get(day - WEEK),
        year_before=takings.get(day - YEAR),
        course=course(takings, day),
        categories=categories[:CATEGORIES],
        top=products[:places],
        bottom=products[places:][::-1][:LISTED],
        no_products=no_products or ("" if products else "No product was sold on the day."),
    )


def ask(lake: Lake, release: Release, sql: str, *, key: Key, day: date, **tables: str) -> list[dict[str, Any]]:
    """Return rows of released tables about one business and its day."""
    system, currency = map(literal, key)
    told = {
        "business": f"system = {system} AND currency = {currency}",
        "system": system,
        "day": of_day(day),
        "week": of_day(day - WEEK),
        "year": of_day(day - YEAR),
        "first": of_day(day - FURTHEST),
        "last": of_day(day),
    }
    pinned = {alias: (name, release.tables[name]) for alias, name in tables.items()}
    return list(lake.read(sql.format(**told), **pinned).to_pylist())


def of_day(day: date) -> str:
    """Return a day as it stands in SQL."""
    return f"DATE '{day}'"


def takings_of(lake: Lake, release: Release, key: Key, *, day: date) -> dict[date, Takings]:
    """Return the takings of every day of the last four weeks and of those a year before.

    Orders are counted on the day, a week and a year before alone: nothing else of the report tells them.
    """
    orders: Mapping[date, int] = {}
    if ORDERED in release.tables:
        counted = ask(lake, release, ORDERS, key=key, day=day, o=ORDERED)
        orders = {row["sold_on"]: row["orders"] for row in counted}
    rows = ask(lake, release, TAKINGS, key=key, day=day, c=CUBE)
    return {row["sold_on"]: takings_in(row, orders.get(row["sold_on"])) for row in rows}


def takings_in(row: Mapping[str, Any], orders: int | None) -> Takings:
    """Return the takings that a row of TAKINGS tells of."""
    net, gross, discount, returned, units = (row[name] or Decimal(0) for name in MEASURES)
    return Takings(net, gross, discount, returned, units, orders)


def course(takings: Mapping[date, Takings], day: date) -> Sequence[Point]:
    """Return the last four weeks, day by day, each beside its day a year before."""
    days = [day - timedelta(days=ago) for ago in range(COURSE_DAYS - 1, -1, -1)]
    return [Point(each, amount(takings.get(each)), amount(takings.get(each - YEAR))) for each in days]


def amount(takings: Takings | None) -> float | None:
    """Return the net amount for a figure; None where nothing was sold."""
    return float(takings.net) if takings else None


def products_of(lake: Lake, release: Release, key: Key, *, day: date) -> list[Product]:
    """Return the products sold or taken back on the day, largest net amount first."""
    names: Mapping[str, str] = {}
    if NAMES in release.tables:
        listed = ask(lake, release, NAMED, key=key, day=day, n=NAMES)
        names = {row["product_key"]: row["name"] for row in listed if row["name"]}
    rows = [row for row in ask(lake, release, BY_PRODUCT, key=key, day=day, p=PRODUCTS) if row["net"] is not None]
    rows.sort(key=lambda row: (-row["net"], row["product_key"]))
    return [
        Product(
            names.get(row["product_key"], row["product_key"]), row["category"], row["units"], row["net"], row["before"]
        )
        for row in rows
    ]
