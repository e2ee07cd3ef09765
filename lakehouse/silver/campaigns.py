"""Which campaign reached which customer, and when it ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.rules import refers_to, satisfies
from lakehouse.table import DATE, STRING, Column, Merge, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "silver.campaigns",
    grain=("system", "campaign_id", "customer_id"),
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("source", STRING, "Feed that delivered the row.", nullable=False),
        Column("campaign_id", STRING, "Campaign as the business numbers it.", nullable=False),
        Column("customer_id", STRING, "Customer whom it reached.", nullable=False),
        Column("campaign_type", STRING, "Kind of campaign as the business sees it."),
        Column("begins_on", DATE, "First day of the campaign.", nullable=False),
        Column("ends_on", DATE, "Last day of the campaign.", nullable=False),
    ),
    rules=(
        satisfies("ends_after_it_begins", "ends_on >= begins_on", columns=("begins_on", "ends_on")),
        refers_to("customer_id", "silver.customers", severity="warn"),
    ),
    write=Merge(newest=()),
)
def campaigns(rows: DataFrame) -> DataFrame:
    """One row per system, campaign and customer whom it reached."""
    return rows
