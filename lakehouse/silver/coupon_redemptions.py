"""Who used which coupon, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.rules import refers_to
from lakehouse.table import DATE, STRING, Column, Merge, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "silver.coupon_redemptions",
    grain=("system", "customer_id", "coupon_id", "campaign_id", "redeemed_on", "line_id"),
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("source", STRING, "Feed that delivered the row.", nullable=False),
        Column("customer_id", STRING, "Customer who used the coupon.", nullable=False),
        Column("coupon_id", STRING, "Coupon as the business numbers it.", nullable=False),
        Column("campaign_id", STRING, "Campaign that it was handed out in.", nullable=False),
        Column("redeemed_on", DATE, "Day on which it was used.", nullable=False),
        Column(
            "line_id", STRING, "Tells equal uses of one day apart; a hash where the source gives none.", nullable=False
        ),
    ),
    rules=(
        refers_to("coupon_id", "silver.coupons", with_columns=("campaign_id",), severity="warn"),
        refers_to("customer_id", "silver.campaigns", with_columns=("campaign_id",), severity="warn"),
    ),
    write=Merge(newest=()),
)
def coupon_redemptions(rows: DataFrame) -> DataFrame:
    """One row per system and use of a coupon by a customer."""
    return rows
