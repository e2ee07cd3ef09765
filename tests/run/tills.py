"""A shop with two tills and a desk: sources small enough to be written down in a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine import Engine

TILLS = """
name: tills
doc: Lines of the shop's tills; a till gives no line numbers.
owner: sales-data@example.org
read: {format: csv, path: "${landing}/tills/*.csv*", options: {header: true}}
feeds: silver.sales
system: corner
identity: [order_id, product_id, quantity, unit_price, sold_at]
map:
  order_id:    {from: order}
  product_id:  {from: sku}
  quantity:    {from: qty}
  unit_price:  {from: price}
  sold_at:     {from: at, formats: ["yyyy-MM-dd HH:mm:ss"], zone: Europe/Berlin}
  currency:    {value: EUR}
"""

KIOSK = (
    TILLS.replace("name: tills", "name: kiosk").replace("/tills/", "/kiosk/").replace("system: corner", "system: kiosk")
)
"""The same shape, another business."""

OFFICE = """
name: office
doc: The same lines as the tills', as the back office exports them.
owner: sales-data@example.org
read: {format: csv, path: "${landing}/office/*.csv", options: {header: true, separator: ";"}}
feeds: silver.sales
system: corner
identity: [order_id, product_id, quantity, unit_price, sold_at]
map:
  order_id:    {from: Bon}
  product_id:  {from: Artikel}
  quantity:    {from: Menge, decimal: ","}
  unit_price:  {from: Preis, decimal: ",", thousands: "."}
  sold_at:     {from: Zeitpunkt, formats: ["dd.MM.yyyy HH:mm:ss"], zone: Europe/Berlin}
  currency:    {value: EUR}
"""

DESK = """
name: desk
doc: Orders of the phone desk, which numbers its lines and corrects them later.
owner: sales-data@example.org
read: {format: csv, path: "${landing}/desk/*.csv", options: {header: true}}
feeds: silver.sales
system: desk
map:
  order_id:    {from: order}
  line_id:     {from: line}
  quantity:    {from: qty}
  unit_price:  {from: price}
  sold_at:     {from: at, formats: ["yyyy-MM-dd HH:mm:ss"], zone: Europe/Berlin}
  updated_at:  {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: Europe/Berlin}
  currency:    {value: EUR}
"""

TILL_HEAD = "order,sku,qty,price,at"
DESK_HEAD = "order,line,qty,price,at,changed"
OFFICE_HEAD = "Zeitpunkt;Bon;Artikel;Preis;Menge"
SALES = {"s": "silver.sales"}


@dataclass(frozen=True)
class Sold:
    """What stands in `silver.sales` for one line, as text."""

    order: str
    quantity: str
    net: str


def csv(head: str, *lines: str) -> str:
    """A file: its header and its lines."""
    return "\n".join((head, *lines)) + "\n"


def till_lines(day: int, orders: Iterable[int], *, junk: int = 0) -> str:
    """One line of 2 × 3.50 per order on a day of March 2024; the first `junk` of them have no readable date."""
    at = f"2024-03-{day:02d} 12:00:00"
    return csv(TILL_HEAD, *(f"{day}-{n},sku-{n % 3},2,3.50,{'no date' if n < junk else at}" for n in orders))


def sold(engine: Engine, where: str = "true") -> list[Sold]:
    """Lines that readers see, by order and quantity."""
    query = f"SELECT order_id, quantity, net_amount FROM s WHERE {where} ORDER BY order_id, quantity, net_amount"
    rows = engine.query(query, **SALES)
    return [Sold(r["order_id"], f"{r['quantity'].normalize():f}", f"{r['net_amount']:.2f}") for r in rows]


def books(engine: Engine, source: str) -> dict[str, int]:
    """Books of a source's newest Silver step, zeros left out."""
    kept = ("read", "published", "quarantined", "duplicate", "superseded", "held", "replaced")
    found = engine.last("silver.sales", source).books
    return {name: getattr(found, name) for name in kept if getattr(found, name)}


def versions(engine: Engine) -> dict[str, int | None]:
    """Version of every Bronze, Silver, Gold and quarantine table that there is."""
    folders = [f for layer in ("bronze", "silver", "gold", "quarantine") for f in engine.tables_of(layer)]
    return {name: engine.lake.version(name) for name in folders}
