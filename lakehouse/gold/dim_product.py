"""What each business sold, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.members import listed, with_unknown
from lakehouse.rules import covers, no_overlap, refers_to
from lakehouse.table import FLAG, INSTANT, MONEY, STRING, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.dim_product",
    grain=("system", "product_key", "valid_from_at"),
    inputs={"products": "silver.products"},
    traces={"product_key": "product_id"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column(
            "product_key", STRING, "Key of the product; 'unknown' stands for all that are not listed.", nullable=False
        ),
        Column("product_id", STRING, "Product as the business numbers it; NULL for 'unknown'."),
        Column(
            "valid_from_at",
            INSTANT,
            "From when this version holds; 1900-01-01: ever since.",
            nullable=False,
            unit="UTC",
        ),
        Column("valid_to_at", INSTANT, "When it held no longer; NULL: it holds still.", unit="UTC"),
        Column("is_current", FLAG, "The version holds still.", nullable=False),
        Column("product_name", STRING, "Name on the shelf."),
        Column("category", STRING, "Group of like products."),
        Column("department", STRING, "Part of the shop that sells it."),
        Column("brand", STRING, "Maker's or house brand."),
        Column("supplier_id", STRING, "Who delivers it."),
        Column("unit_price", MONEY, "List price of one unit.", unit="currency"),
        Column("currency", STRING, "ISO 4217 code of the list price."),
    ),
    rules=(
        no_overlap("system", "product_key"),
        refers_to("product_id", "silver.products", with_columns=("valid_from_at",)),
        covers("product_key", "silver.products", their="product_id", where="NOT is_deleted"),
    ),
)
def dim_product(products: DataFrame) -> DataFrame:
    """One row per system, product and version, and one for whatever the system's catalogue does not list."""
    members = (
        listed(products, "product_id").withColumn("product_key", F.col("product_id")).select(*dim_product.column_names)
    )
    return with_unknown(members, products, "product_key")
