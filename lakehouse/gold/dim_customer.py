"""Who the customers of each business were, and when; nobody is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.members import listed, with_unknown
from lakehouse.columns import initials
from lakehouse.rules import covers, no_overlap, refers_to
from lakehouse.table import DATE, FLAG, INSTANT, STRING, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.dim_customer",
    grain=("system", "customer_key", "valid_from_at"),
    inputs={"customers": "silver.customers"},
    traces={"customer_key": "customer_id"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column(
            "customer_key", STRING, "Key of the customer; 'unknown' stands for all that are not listed.", nullable=False
        ),
        Column("customer_id", STRING, "Customer as the business numbers them; NULL for 'unknown'."),
        Column(
            "valid_from_at",
            INSTANT,
            "From when this version holds; 1900-01-01: ever since.",
            nullable=False,
            unit="UTC",
        ),
        Column("valid_to_at", INSTANT, "When it held no longer; NULL: it holds still.", unit="UTC"),
        Column("is_current", FLAG, "The version holds still.", nullable=False),
        Column("initials", STRING, "First letters of the name."),
        Column("email_hash", STRING, "SHA-256 of the address, to tell people apart without naming them."),
        Column("city", STRING, "Town of the address."),
        Column("region", STRING, "Home region."),
        Column("segment", STRING, "Kind of customer as the business sees it."),
        Column("age_band", STRING, "Age in years, as a range."),
        Column("income_band", STRING, "Yearly income, as a range."),
        Column("household_size", STRING, "People in the household, as delivered ('5+')."),
        Column("joined_on", DATE, "First day as a customer."),
    ),
    rules=(
        no_overlap("system", "customer_key"),
        refers_to("customer_id", "silver.customers", with_columns=("valid_from_at",)),
        covers("customer_key", "silver.customers", their="customer_id", where="NOT is_deleted"),
    ),
)
def dim_customer(customers: DataFrame) -> DataFrame:
    """One row per system, customer and version, and one for whatever the system's catalogue does not list."""
    members = (
        listed(customers, "customer_id")
        .withColumn("customer_key", F.col("customer_id"))
        .withColumn("initials", initials("full_name"))
        .withColumn("email_hash", F.sha2("email", 256))
        .select(*dim_customer.column_names)
    )
    return with_unknown(members, customers, "customer_key")
