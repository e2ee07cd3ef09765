"""Every line sold or returned, ready to be joined with the dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.rules import reconciles
from lakehouse.table import DATE, FLAG, INSTANT, MONEY, QUANTITY, RATE, STRING, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame


@table(
    "gold.fct_sales",
    grain=("system", "order_id", "line_id"),
    inputs={"sales": "silver.sales", "products": "silver.products", "customers": "silver.customers"},
    looks_up={"products": ("system", "product_id"), "customers": ("system", "customer_id")},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("order_id", STRING, "Order, basket or invoice.", nullable=False),
        Column("line_id", STRING, "Line of the order.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_at", INSTANT, "Moment of sale.", nullable=False, unit="UTC"),
        Column("sold_on", DATE, "Business day in the shop's time zone.", nullable=False),
        Column("sold_month", DATE, "First day of the business month.", nullable=False),
        Column("customer_key", STRING, "Key of the customer; 'unknown' when missing or not listed.", nullable=False),
        Column("customer_id", STRING, "Customer as delivered."),
        Column("product_key", STRING, "Key of the product; 'unknown' when missing or not listed.", nullable=False),
        Column("product_id", STRING, "Product as delivered."),
        Column("product_name", STRING, "Name in the catalogue, else as written on the line."),
        Column("category", STRING, "Category in the catalogue, else on the line, else 'Unknown'.", nullable=False),
        Column("region", STRING, "Sales region; 'Unknown' when the source gives none.", nullable=False),
        Column("store_id", STRING, "Store that sold it."),
        Column("channel", STRING, "Way of sale; 'Unknown' when the source gives none.", nullable=False),
        Column("payment_method", STRING, "How it was paid."),
        Column("quantity", QUANTITY, "Units; negative for a return.", nullable=False, unit="units"),
        Column("unit_price", MONEY, "Price of one unit before discount.", unit="currency"),
        Column("gross_amount", MONEY, "Quantity × unit price.", nullable=False, unit="currency"),
        Column("discount_rate", RATE, "Share of gross taken off, as delivered.", unit="share"),
        Column(
            "discount_amount", MONEY, "Taken off by the retailer, coupon match too.", nullable=False, unit="currency"
        ),
        Column("coupon_amount", MONEY, "Paid back by the maker.", nullable=False, unit="currency"),
        Column("net_amount", MONEY, "After discount, before tax, returns negative.", nullable=False, unit="currency"),
        Column("is_return", FLAG, "The line takes goods back.", nullable=False),
        Column("is_product", FLAG, "False for postage, fees and the like.", nullable=False),
    ),
    rules=(reconciles("net_amount", "silver.sales"), reconciles("quantity", "silver.sales")),
    write=Replace(by=("sold_on",)),
)
def fct_sales(sales: DataFrame, products: DataFrame, customers: DataFrame) -> DataFrame:
    """One row per system, order and line.

    A product or customer that its system's catalogue does not list has the key 'unknown'; a system without a
    catalogue keeps its own keys.
    """
    listed = products.select("system", "product_id", *renamed(("product_name", "category"), "listed"))
    known = customers.select("system", "customer_id")
    return (
        sales.transform(found_in, listed, "product")
        .transform(found_in, known, "customer")
        .withColumn("product_name", F.coalesce("listed_product_name", "product_name"))
        .withColumn("category", F.coalesce("listed_category", "category", F.lit("Unknown")))
        .withColumn("channel", F.coalesce("channel", F.lit("Unknown")))
        .withColumn("discount_amount", (F.col("discount_amount") + F.col("coupon_match_amount")).cast(MONEY))
        .withColumn("sold_month", F.trunc("sold_on", "month"))
        .select(*fct_sales.column_names)
    )


def renamed(columns: tuple[str, ...], prefix: str) -> list[SparkColumn]:
    """Return the columns under a prefixed name, so that a join does not mix them with the line's own."""
    return [F.col(column).alias(f"{prefix}_{column}") for column in columns]


def found_in(lines: DataFrame, members: DataFrame, entity: str) -> DataFrame:
    """Add `<entity>_key`: the id where it is listed or its system lists nobody, else 'unknown'."""
    key = f"{entity}_id"
    catalogues = members.agg(F.collect_set("system")).scalar()
    listed = members.withColumn("is_listed", F.lit(True))
    counts = F.col("is_listed") | ~F.array_contains(catalogues, F.col("system"))
    return (
        lines.join(listed, on=["system", key], how="left")
        .withColumn(f"{entity}_key", F.when(counts & F.col(key).isNotNull(), F.col(key)).otherwise(F.lit("unknown")))
        .drop("is_listed")
    )
