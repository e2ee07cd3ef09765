"""What each business sells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.rules import satisfies
from lakehouse.table import INSTANT, MONEY, STRING, VALIDITY, Column, History, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "silver.products",
    grain=("system", "product_id", "valid_from_at"),
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("source", STRING, "Feed that delivered the product.", nullable=False),
        Column("product_id", STRING, "Product as the business numbers it.", nullable=False),
        Column("product_name", STRING, "Name on the shelf."),
        Column("category", STRING, "Group of like products."),
        Column("department", STRING, "Part of the shop that sells it."),
        Column("brand", STRING, "Maker's or house brand."),
        Column("supplier_id", STRING, "Who delivers it."),
        Column("unit_price", MONEY, "List price of one unit.", unit="currency"),
        Column("currency", STRING, "ISO 4217 code of the list price."),
        Column("updated_at", INSTANT, "When the business last changed the product.", unit="UTC"),
        *VALIDITY,
    ),
    rules=(satisfies("price_not_negative", "unit_price >= 0", columns=("unit_price",)),),
    write=History(
        key=("system", "product_id"),
        sequence="updated_at",
        track=("product_name", "category", "department", "brand", "supplier_id", "unit_price", "currency"),
    ),
)
def products(rows: DataFrame) -> DataFrame:
    """One row per system, product and version of it."""
    return rows
