"""Order lines of every business, as they were sold or returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.columns import business_day
from lakehouse.rules import between, cleared, matches, not_null, refers_to, satisfies
from lakehouse.table import DATE, FLAG, INSTANT, MONEY, QUANTITY, RATE, STRING, Column, Merge, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

EMAIL = r"^[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$"

SIGNED = ("quantity", "gross_amount", "discount_amount", "coupon_match_amount", "coupon_amount", "net_amount")

COLUMNS = (
    Column("system", STRING, "Business whose key space this is.", nullable=False),
    Column("source", STRING, "Feed that delivered the line.", nullable=False),
    Column("order_id", STRING, "Order, basket or invoice.", nullable=False),
    Column("line_id", STRING, "Line of the order; a hash of its content where the source gives none.", nullable=False),
    Column("sold_at", INSTANT, "Moment of sale.", nullable=False, unit="UTC"),
    Column("zone", STRING, "Time zone of the shop, which decides the business day.", nullable=False),
    Column("sold_on", DATE, "Business day in the shop's time zone.", nullable=False),
    Column("customer_id", STRING, "Customer as the business numbers them; NULL: not known."),
    Column("customer_email", STRING, "Address given with the order; NULL when missing or broken.", pii=True),
    Column("product_id", STRING, "Product as the business numbers it."),
    Column("product_name", STRING, "Product as written on the line, spelling corrected."),
    Column("category", STRING, "Category as written on the line."),
    Column("region", STRING, "Sales region; 'Unknown' when the source gives none.", nullable=False),
    Column("store_id", STRING, "Store that sold it."),
    Column("channel", STRING, "Way of sale: store, web, app, phone."),
    Column("payment_method", STRING, "How it was paid."),
    Column("currency", STRING, "ISO 4217 code.", nullable=False),
    Column("quantity", QUANTITY, "Units sold; negative for a return.", nullable=False, unit="units"),
    Column(
        "unit_price", MONEY, "Price of one unit before discount; derived for display where not given.", unit="currency"
    ),
    Column("gross_amount", MONEY, "Quantity × unit price.", nullable=False, unit="currency"),
    Column("discount_rate", RATE, "Share of gross taken off by the retailer.", unit="share"),
    Column("discount_amount", MONEY, "Taken off by the retailer.", nullable=False, unit="currency"),
    Column(
        "coupon_match_amount", MONEY, "Taken off by the retailer to match a coupon.", nullable=False, unit="currency"
    ),
    Column("coupon_amount", MONEY, "Paid back by the maker, so not subtracted.", nullable=False, unit="currency"),
    Column("tax_amount", MONEY, "Tax on the line; not part of net.", unit="currency"),
    Column("net_amount", MONEY, "After discount, before tax, returns negative.", nullable=False, unit="currency"),
    Column("is_return", FLAG, "The line takes goods back.", nullable=False),
    Column("is_product", FLAG, "False for postage, fees and the like.", nullable=False),
    Column("updated_at", INSTANT, "When the business last changed the line.", unit="UTC"),
)


@table(
    "silver.sales",
    grain=("system", "order_id", "line_id"),
    columns=COLUMNS,
    rules=(
        between("discount_rate", 0, 1),
        satisfies("price_not_negative", "unit_price >= 0", columns=("unit_price",)),
        satisfies("returns_are_marked", "quantity >= 0 OR is_return", columns=("quantity", "is_return")),
        satisfies(
            "sold_at_plausible",
            "sold_at >= TIMESTAMP'1990-01-01 00:00:00Z' AND sold_at < TIMESTAMP'2100-01-01 00:00:00Z'",
            columns=("sold_at",),
        ),
        satisfies("quantity_not_zero", "quantity <> 0", columns=("quantity",), severity="warn"),
        satisfies("net_amount_not_zero", "net_amount <> 0", columns=("net_amount",), severity="warn"),
        satisfies(
            "amounts_agree",
            "abs(gross_amount - quantity * unit_price) <= 0.01 + abs(quantity) * 0.0001 + abs(unit_price) * 0.001"
            " AND abs(gross_amount - discount_amount - coupon_match_amount - net_amount) <= 0.01",
            columns=("gross_amount", "quantity", "unit_price", "net_amount"),
            severity="warn",
        ),
        matches("currency", "^[A-Z]{3}$", severity="warn"),
        not_null("customer_id", severity="warn"),
        cleared("customer_email", EMAIL),
        refers_to("product_id", "silver.products", severity="warn"),
        refers_to("customer_id", "silver.customers", severity="warn"),
    ),
    write=Merge(newest=("updated_at",), prune="sold_on"),
    derives=(
        "sold_on",
        "region",
        "quantity",
        "gross_amount",
        "discount_amount",
        "coupon_match_amount",
        "coupon_amount",
        "net_amount",
        "is_return",
        "is_product",
    ),
    recovers=("quantity", "unit_price", "gross_amount", "net_amount"),
)
def sales(rows: DataFrame) -> DataFrame:
    """One row per system, order and line."""
    return (
        rows.transform(returns_are_negative)
        .transform(amounts)
        .withColumn("sold_on", business_day("sold_at", "zone"))
        .withColumn("region", F.coalesce("region", F.lit("Unknown")))
    )


def returns_are_negative(lines: DataFrame) -> DataFrame:
    """Turn the sign of what a marked return delivers as positive quantity or amount."""
    lines = lines.withColumn("is_return", F.coalesce("is_return", F.lit(False)))
    for column in SIGNED:
        turned = F.when(F.col("is_return"), -F.abs(column)).otherwise(F.col(column))
        lines = lines.withColumn(column, turned.cast(lines.schema[column].dataType))
    return lines


def amounts(lines: DataFrame) -> DataFrame:
    """Fill what the source did not deliver; what it did deliver is never recomputed.

    gross = quantity × unit price; net = gross − discount − coupon match. Money in the line's currency.
    """
    none = F.lit(0).cast(MONEY)
    return (
        lines.withColumn("coupon_match_amount", F.coalesce("coupon_match_amount", none))
        .withColumn("coupon_amount", F.coalesce("coupon_amount", none))
        .withColumn("gross_amount", F.coalesce("gross_amount", priced(), before_discount()).cast(MONEY))
        .withColumn("discount_amount", F.coalesce("discount_amount", taken_off(), none).cast(MONEY))
        .withColumn("net_amount", F.coalesce("net_amount", after_discount()).cast(MONEY))
        .withColumn("quantity", F.coalesce("quantity", F.try_divide("gross_amount", "unit_price")).cast(QUANTITY))
        .withColumn("unit_price", F.coalesce("unit_price", F.try_divide("gross_amount", "quantity")).cast(MONEY))
    )


def priced() -> SparkColumn:
    """Quantity × unit price."""
    return F.col("quantity") * F.col("unit_price")


def before_discount() -> SparkColumn:
    """What net was before the retailer took anything off."""
    whole = F.col("net_amount") + F.coalesce("discount_amount", F.lit(0)) + F.col("coupon_match_amount")
    share_left = 1 - F.col("discount_rate")
    by_rate = F.when(F.col("discount_amount").isNull(), F.try_divide(F.col("net_amount"), share_left))
    return F.coalesce(by_rate, whole)


def taken_off() -> SparkColumn:
    """Discount by rate where one is given, else what lies between gross and a delivered net amount."""
    by_rate = F.col("gross_amount") * F.col("discount_rate")
    return F.coalesce(by_rate, F.col("gross_amount") - F.col("net_amount") - F.col("coupon_match_amount"))


def after_discount() -> SparkColumn:
    """Gross less what the retailer took off."""
    return F.col("gross_amount") - F.col("discount_amount") - F.col("coupon_match_amount")
