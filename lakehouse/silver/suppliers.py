"""Whom each business buys from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.rules import between, cleared, satisfies
from lakehouse.silver.customers import PHONE
from lakehouse.silver.sales import EMAIL
from lakehouse.table import INSTANT, INTEGER, QUANTITY, STRING, Column, Merge, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "silver.suppliers",
    grain=("system", "supplier_id"),
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("source", STRING, "Feed that delivered the supplier.", nullable=False),
        Column("supplier_id", STRING, "Supplier as the business numbers them.", nullable=False),
        Column("supplier_name", STRING, "Name of the company."),
        Column("contact_name", STRING, "Person to talk to, each word capitalised where the source asks.", pii=True),
        Column("email", STRING, "Lower case; NULL when missing or broken.", pii=True),
        Column("phone", STRING, "Digits with a leading + where given; NULL when missing or broken.", pii=True),
        Column("city", STRING, "Town of the address."),
        Column("country", STRING, "Country of the address."),
        Column("lead_time_days", INTEGER, "Days promised from order to delivery.", unit="days"),
        Column("minimum_order_quantity", QUANTITY, "Fewest units of a product in one order.", unit="units"),
        Column("pack_size", QUANTITY, "Units in a pack; orders are whole packs.", unit="units"),
        Column("updated_at", INSTANT, "When the business last changed the supplier.", unit="UTC"),
    ),
    rules=(
        cleared("email", EMAIL),
        cleared("phone", PHONE),
        between("lead_time_days", 0, None),
        satisfies(
            "minimum_not_negative",
            "minimum_order_quantity >= 0",
            columns=("minimum_order_quantity",),
            severity="warn",
        ),
        satisfies("pack_size_positive", "pack_size > 0", columns=("pack_size",)),
    ),
    write=Merge(newest=("updated_at",)),
)
def suppliers(rows: DataFrame) -> DataFrame:
    """One row per system and supplier."""
    return rows.withColumn("email", F.lower("email")).withColumn("phone", F.regexp_replace("phone", "[^0-9+]", ""))
