"""Whom each business sells to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.rules import cleared
from lakehouse.silver.sales import EMAIL
from lakehouse.table import DATE, INSTANT, STRING, VALIDITY, Column, History, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PHONE = r"^\+?[0-9]{7,15}$"


@table(
    "silver.customers",
    grain=("system", "customer_id", "valid_from_at"),
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("source", STRING, "Feed that delivered the customer.", nullable=False),
        Column("customer_id", STRING, "Customer as the business numbers them.", nullable=False),
        Column("full_name", STRING, "Name, each word capitalised.", pii=True),
        Column("email", STRING, "Lower case; NULL when missing or broken.", pii=True),
        Column("phone", STRING, "Digits with a leading + where given; NULL when missing or broken.", pii=True),
        Column("city", STRING, "Town of the address."),
        Column("region", STRING, "Home region."),
        Column("segment", STRING, "Kind of customer as the business sees it."),
        Column("age_band", STRING, "Age in years, as a range."),
        Column("income_band", STRING, "Yearly income, as a range."),
        Column("household_size", STRING, "People in the household, as delivered ('5+')."),
        Column("joined_on", DATE, "First day as a customer."),
        Column("updated_at", INSTANT, "When the business last changed the customer.", unit="UTC"),
        *VALIDITY,
    ),
    rules=(cleared("email", EMAIL), cleared("phone", PHONE)),
    write=History(
        key=("system", "customer_id"),
        sequence="updated_at",
        track=(
            "full_name",
            "email",
            "phone",
            "city",
            "region",
            "segment",
            "age_band",
            "income_band",
            "household_size",
            "joined_on",
        ),
    ),
)
def customers(rows: DataFrame) -> DataFrame:
    """One row per system, customer and version of it."""
    return rows.withColumn("email", F.lower("email")).withColumn("phone", F.regexp_replace("phone", "[^0-9+]", ""))
