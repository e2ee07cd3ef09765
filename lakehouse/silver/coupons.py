"""Which coupon of which campaign is for which product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.rules import refers_to
from lakehouse.table import STRING, Column, Merge, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "silver.coupons",
    grain=("system", "coupon_id", "product_id", "campaign_id"),
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("source", STRING, "Feed that delivered the row.", nullable=False),
        Column("coupon_id", STRING, "Coupon as the business numbers it.", nullable=False),
        Column("product_id", STRING, "Product that it is for.", nullable=False),
        Column("campaign_id", STRING, "Campaign that it was handed out in.", nullable=False),
    ),
    rules=(
        refers_to("product_id", "silver.products", severity="warn"),
        refers_to("campaign_id", "silver.campaigns", severity="warn"),
    ),
    write=Merge(newest=()),
)
def coupons(rows: DataFrame) -> DataFrame:
    """One row per system, coupon, product that it is for and campaign that it was handed out in."""
    return rows
