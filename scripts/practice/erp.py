"""The ERP's export: products as typed Parquet, some with an older price beside the current one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from .catalogue import BRANDS, CATEGORIES
from .landing_files import arriving
from .manifest import Expected, FileRows
from .world import ERP, World

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REPRICED = 24
SUPPLIERS = 18
DEPARTMENTS = {
    "Electronics": "Technology", "Books": "Media", "Toys": "Media", "Grocery": "Food",
    "Clothing": "Fashion", "Beauty": "Fashion", "Garden": "Outdoors", "Sports": "Outdoors",
}  # fmt: skip
SCHEMA = pa.schema([
    ("product_id", pa.string()), ("name", pa.string()), ("category", pa.string()), ("department", pa.string()),
    ("brand", pa.string()), ("supplier", pa.string()), ("price", pa.decimal128(10, 2)), ("currency", pa.string()),
    ("updated_at", pa.timestamp("us", tz="UTC")),
])  # fmt: skip


def write_products(world: World, to: Path) -> Expected:
    """Write the one export of the ERP."""
    path = "shop_products/products.parquet"
    repriced = sorted(world.chance(ERP).choice(len(world.catalogue), size=REPRICED, replace=False).tolist())
    current = [_product(world, number) for number in range(len(world.catalogue))]
    older = [_product(world, number, older=True) for number in repriced]
    with arriving(to / path) as file:
        pq.write_table(pa.Table.from_pylist(current + older, schema=SCHEMA), file, compression="zstd")
    return Expected(
        source="shop_products", table="silver.products", files=(FileRows(path, len(current) + REPRICED),),
        planted={"plain": len(current), "older_price": REPRICED},
        read=len(current) + REPRICED, published=len(current) + REPRICED, quarantined=0, duplicate=0, superseded=0,
    )  # fmt: skip


def _product(world: World, number: int, *, older: bool = False) -> Mapping[str, Any]:
    shelf = world.catalogue
    category = CATEGORIES[shelf.category[number]]
    opening = datetime(world.start.year, world.start.month, world.start.day, 6, tzinfo=UTC)
    cents = int(shelf.cents[number])
    return {
        "product_id": shelf.ids[number],
        "name": shelf.names[number],
        "category": category,
        "department": DEPARTMENTS[category],
        "brand": BRANDS[shelf.brand[number]],
        "supplier": f"V{number % SUPPLIERS + 1:03}",
        "price": Decimal(cents - cents // 10 if older else cents).scaleb(-2),
        "currency": "USD",
        "updated_at": opening - timedelta(days=200 if older else number % 90 + 1),
    }
