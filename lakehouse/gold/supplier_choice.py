"""From whom each product is best bought, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.members import UNKNOWN
from lakehouse.analytics.supplier_choice import last_costs, lead_time, lead_time_spread, reason, scored
from lakehouse.columns import total_lines
from lakehouse.rules import between, refers_to, satisfies, unique
from lakehouse.table import DATE, FLAG, INTEGER, MONEY, RATE, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import AsOf, Business

LEAST_RECEIPTS = 3
"""Of fewer receipts of a product the supplier's own lead time is the better guess."""
RENAMED = {"product_key": "product_id", "supplier_key": "supplier_id"}
CANDIDATE = ("system", "product_id", "supplier_id")


@table(
    "gold.supplier_choice",
    grain=("system", "product_id", "supplier_id"),
    inputs={
        "purchases": "gold.purchase_cube",
        "performance": "gold.supplier_performance",
        "products": "gold.dim_product",
    },
    traces={"product_id": "product_key", "supplier_id": "supplier_key"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("product_id", STRING, "Product as the business numbers it.", nullable=False),
        Column("supplier_id", STRING, "Supplier that was ordered from, or that the catalogue names.", nullable=False),
        Column("supplier_name", STRING, "Name of the company; NULL when it is not listed."),
        Column("as_of_on", DATE, "What was ordered and received before this day counts.", nullable=False),
        Column("currency", STRING, "ISO 4217 code of the cost; NULL: never ordered."),
        Column("unit_cost", MONEY, "Cost of one unit in the last order; NULL: never ordered.", unit="currency"),
        Column("on_time_rate", RATE, "The supplier's lines on time ÷ received lines that had a promise.", unit="share"),
        Column("fill_rate", RATE, "The supplier's accepted ÷ ordered units, of received lines.", unit="share"),
        Column("lead_time_days", UNITS, "Days from order to receipt that are expected.", nullable=False, unit="days"),
        Column("lead_time_spread_days", UNITS, "Sample standard deviation of these days.", unit="days"),
        Column("price_score", RATE, "1 = cheapest of the product.", nullable=False, unit="share"),
        Column("reliability_score", RATE, "1 = most reliable of the product.", nullable=False, unit="share"),
        Column("delivery_score", RATE, "1 = fastest of the product.", nullable=False, unit="share"),
        Column("score", RATE, "The three, weighted by business.yaml.", nullable=False, unit="share"),
        Column("rank", INTEGER, "1 = best of the product.", nullable=False),
        Column("is_chosen", FLAG, "The best of the product.", nullable=False),
        Column("reason", STRING, "What speaks for or against it, in words.", nullable=False),
    ),
    rules=(
        refers_to("supplier_id", "gold.supplier_performance"),
        unique("system", "product_id", "rank", name="rank.unique"),
        between("score", 0, 1),
        satisfies("best_is_chosen", "is_chosen = (rank = 1)", columns=("is_chosen", "rank")),
    ),
)
def supplier_choice(
    purchases: DataFrame, performance: DataFrame, products: DataFrame, *, params: Business, as_of: AsOf
) -> DataFrame:
    """One row per system, product and supplier that was ordered from or that the product's catalogue names.

    Score = price × 0.40 + reliability × 0.35 + delivery × 0.25 (weights of business.yaml), each a ratio to the best of
    the product: simple additive weighting, Hwang and Yoon, Multiple Attribute Decision Making (1981). Price: cost of
    one unit in the last order, as good as not known where it is not in the currency of most of the product's suppliers.
    Reliability: on-time rate × fill rate (at most 1), or the one of them that is known. Delivery: mean days
    from order to receipt of the product where it came three times from the supplier, else of the supplier, else as it
    promises (else, for ordering, as business.yaml says). Built whole, from cubes: each score is relative to all others.
    """
    happened = purchases.where((F.col("happened_on") < as_of.day("system")) & (F.col("supplier_key") != UNKNOWN))
    weights = {
        "price": params.supply.price,
        "reliability": params.supply.reliability,
        "delivery": params.supply.delivery,
    }
    told = with_lead_times(candidates(happened, products, performance), happened, performance)
    usual = F.lit(params.supply.lead_time_days).cast(UNITS)
    measured = (
        told.join(last_costs(happened).withColumnsRenamed(RENAMED), on=list(CANDIDATE), how="left")
        .withColumn("kept_rate", kept_rate())
        .withColumn("lead_time_days", F.coalesce("told_days", usual).cast(UNITS))
        .withColumn("as_of_on", as_of.day("system"))
    )
    return (
        scored(measured, weights)
        .withColumn("is_chosen", F.col("rank") == 1)
        .withColumn("reason", reason())
        .select(*supplier_choice.column_names)
    )


def candidates(happened: DataFrame, products: DataFrame, performance: DataFrame) -> DataFrame:
    """Return every supplier of every product: who was ordered from, and who the catalogue names, where it is listed."""
    ordered = happened.where(F.col("product_key") != UNKNOWN).withColumnsRenamed(RENAMED).select(*CANDIDATE)
    named = products.where("is_current AND product_id IS NOT NULL AND supplier_id IS NOT NULL").select(*CANDIDATE)
    listed = performance.select("system", "supplier_id")
    known = named.join(listed, on=["system", "supplier_id"], how="left_semi").select(*CANDIDATE)
    return ordered.unionByName(known).where(F.col("supplier_id") != UNKNOWN).distinct()


def kept_rate() -> SparkColumn:
    """On-time rate × fill rate; where one is not known the other alone."""
    # F.least skips what is NULL, so that an unknown fill rate would be a perfect one
    filled = F.when(F.col("fill_rate").isNotNull(), F.least("fill_rate", F.lit(1)))
    return F.coalesce(F.col("on_time_rate") * filled, "on_time_rate", filled)


def with_lead_times(found: DataFrame, happened: DataFrame, performance: DataFrame) -> DataFrame:
    """Add how the supplier performs, and `told_days` with their spread: of product, of supplier, or as promised."""
    own = happened.withColumnsRenamed(RENAMED).groupBy(*CANDIDATE).agg(
        *(total_lines(name) for name in ("received_lines", "lead_days", "lead_days_squared"))
    )  # fmt: skip
    often = own.where(F.col("received_lines") >= LEAST_RECEIPTS).select(
        *CANDIDATE, lead_time().alias("own_days"), lead_time_spread().alias("own_spread")
    )
    known = performance.drop("as_of_on", "received_lines")
    return (
        found.join(known, on=["system", "supplier_id"], how="left")
        .join(often, on=list(CANDIDATE), how="left")
        .withColumn("told_days", F.coalesce("own_days", "lead_time_days", "promised_lead_time_days").cast(UNITS))
        .withColumn("lead_time_spread_days", F.coalesce("own_spread", "lead_time_spread_days"))
        .drop("lead_time_days")
    )
