"""Which stores a business has, where they are, and which of them can be compared with themselves a year ago.

Like-for-like (also comparable or same-store) sales leave out stores that opened or closed meanwhile, so that growth is
not merely more floor. The usual bar is twelve whole months; see "same-store sales" in any retailer's annual report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.rules import refers_to, satisfies
from lakehouse.table import DATE, FLAG, LONG, STRING, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.business import AsOf, Business


@table(
    "gold.dim_store",
    grain=("system", "store_id"),
    inputs={"cube": "gold.store_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("store_id", STRING, "Store as the business names it.", nullable=False),
        Column("region", STRING, "Area: that of most lines of the store's newest day.", nullable=False),
        Column("first_sold_on", DATE, "First business day with a line.", nullable=False),
        Column("last_sold_on", DATE, "Last business day with a line.", nullable=False),
        Column("days", LONG, "Business days with a line.", nullable=False, unit="days"),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("is_open", FLAG, "It sold something in the last days, as many as business.yaml says.", nullable=False),
        Column(
            "is_like_for_like",
            FLAG,
            "It is open and sold as long ago as business.yaml asks, so it is compared with itself.",
            nullable=False,
        ),
    ),
    rules=(
        refers_to("store_id", "gold.store_cube"),
        satisfies("first_before_last", "first_sold_on <= last_sold_on", columns=("first_sold_on", "last_sold_on")),
    ),
)
def dim_store(cube: DataFrame, *, params: Business, as_of: AsOf) -> DataFrame:
    """One row per system and store that sold something before the day of judgement.

    open: last sale within `stores.closed_after_days` before the day; like-for-like: open, and first sale at least
    `stores.like_for_like_days` before it. Lines without a store belong to none. Built whole from a cube of few rows:
    the day of judgement moves every store.
    """
    today = as_of.day("system")
    newest = F.max(F.struct("sold_on", "lines", "region"))
    is_open = F.date_diff(today, "last_sold_on") <= params.stores.closed_after_days
    is_old = F.date_diff(today, "first_sold_on") >= params.stores.like_for_like_days
    return (
        cube.where((F.col("store_id") != "Unknown") & (F.col("sold_on") < today))
        .groupBy(*dim_store.grain)
        .agg(
            newest.getField("region").alias("region"),
            F.min("sold_on").alias("first_sold_on"),
            F.max("sold_on").alias("last_sold_on"),
            F.count_distinct("sold_on").alias("days"),
            F.sum("lines").alias("lines"),
        )
        .withColumn("is_open", is_open)
        .withColumn("is_like_for_like", is_open & is_old)
        .select(*dim_store.column_names)
    )
