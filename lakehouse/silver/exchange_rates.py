"""What one unit of a currency was worth in others, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.rules import matches, satisfies
from lakehouse.table import DATE, EXCHANGE_RATE, INSTANT, STRING, Column, Merge, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

CODE = "^[A-Z]{3}$"


@table(
    "silver.exchange_rates",
    grain=("system", "base_currency", "currency", "rated_on"),
    columns=(
        Column("system", STRING, "Whose rates these are.", nullable=False),
        Column("source", STRING, "Feed that delivered the rate.", nullable=False),
        Column("base_currency", STRING, "ISO 4217 code of the currency that is priced.", nullable=False),
        Column("currency", STRING, "ISO 4217 code of the currency it is priced in.", nullable=False),
        Column("rated_on", DATE, "Day the rate holds for; there may be none on days without trade.", nullable=False),
        Column(
            "rate",
            EXCHANGE_RATE,
            "Units of currency for one unit of base_currency.",
            nullable=False,
            unit="currency per base_currency",
        ),
        Column("updated_at", INSTANT, "When the rate was last changed.", unit="UTC"),
    ),
    rules=(
        satisfies("rate_positive", "rate > 0", columns=("rate",)),
        matches("base_currency", CODE),
        matches("currency", CODE),
        satisfies(
            "rated_on_plausible",
            "rated_on >= DATE'1990-01-01' AND rated_on < DATE'2100-01-01'",
            columns=("rated_on",),
        ),
    ),
    write=Merge(newest=("updated_at",), prune="rated_on"),
)
def exchange_rates(rows: DataFrame) -> DataFrame:
    """One row per system, base currency, currency and day."""
    return rows
