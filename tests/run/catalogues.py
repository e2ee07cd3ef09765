"""Two shops that tell of their products: one by what changes, one by what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from run.tills import csv

if TYPE_CHECKING:
    from engine import Engine

GOODS = """
name: goods
doc: Changes of the corner shop's catalogue; what it sells no longer is marked.
owner: goods@example.org
read: {format: csv, path: "${landing}/goods/*.csv"}
feeds: silver.products
system: corner
delivers: changes
deleted: {from: status, equals: [D, gone]}
map:
  product_id:   {from: sku}
  product_name: {from: name}
  unit_price:   {from: price}
  updated_at:   {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""

SHELF = """
name: shelf
doc: Everything that lies on the kiosk's shelf.
owner: shelf@example.org
read: {format: csv, path: "${landing}/shelf/*.csv"}
feeds: silver.products
system: kiosk
delivers: snapshot
map:
  product_id:   {from: sku}
  product_name: {from: name}
  unit_price:   {from: price}
"""

GOODS_HEAD = "sku,name,price,changed,status"
SHELF_HEAD = "sku,name,price"
PRODUCTS = ("layer:bronze", "silver.products")

Version = tuple[str, str | None, str, str | None, bool]


def goods(*lines: str) -> str:
    """A file of changes; of a moment only the day of March 2024 is written."""
    return csv(GOODS_HEAD, *(stamped(line) for line in lines))


def stamped(line: str) -> str:
    sku, name, price, day, *status = line.split(",")
    moment = f"2024-03-{int(day):02d} 12:00:00" if day else ""
    return ",".join([sku, name, price, moment, *(status or [""])])


def shelf(*lines: str) -> str:
    return csv(SHELF_HEAD, *lines)


def day_of(moment: Any) -> str | None:
    """`5` of the fifth of March, `ever` of the beginning, `then` of a moment of arrival, None of an open end."""
    if moment is None:
        return None
    if moment.year == 1900:
        return "ever"
    return str(moment.day) if (moment.year, moment.month) == (2024, 3) else "then"


def versions(engine: Engine, system: str) -> list[Version]:
    """Versions in `silver.products`: id, name (None: deleted), from, to, whether it is current."""
    sql = f"SELECT * FROM p WHERE system = '{system}' ORDER BY product_id, valid_from_at"
    rows = engine.query(sql, p="silver.products")
    assert all(row["is_deleted"] == (row["product_name"] is None) for row in rows)
    return [
        (r["product_id"], r["product_name"], day_of(r["valid_from_at"]), day_of(r["valid_to_at"]), r["is_current"])
        for r in rows
    ]  # type: ignore[misc]


def books(engine: Engine, source: str) -> dict[str, int]:
    """Books of a source's newest step, zeros left out."""
    kept = ("read", "published", "quarantined", "duplicate", "superseded", "held", "replaced")
    found = engine.last("silver.products", source).books
    return {name: getattr(found, name) for name in kept if getattr(found, name)}


def contents(engine: Engine) -> list[dict[str, Any]]:
    """Everything that is kept of every product."""
    return engine.query("SELECT * FROM p ORDER BY system, product_id, valid_from_at", p="silver.products")
