"""Every line sold or returned, ready to be joined with the dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.costs import last_cost
from lakehouse.analytics.members import UNKNOWN, listed
from lakehouse.analytics.rates import with_rate
from lakehouse.columns import beginning, rate_of
from lakehouse.rules import reconciles, refers_to
from lakehouse.table import (
    DATE,
    FLAG,
    INSTANT,
    INTEGER,
    LONG,
    MONEY,
    QUANTITY,
    RATE,
    STRING,
    Column,
    Replace,
    Since,
    table,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import Business


@table(
    "gold.fct_sales",
    grain=("system", "order_id", "line_id"),
    inputs={
        "sales": "silver.sales",
        "products": "silver.products",
        "customers": "silver.customers",
        "costs": "gold.unit_costs",
        "rates": "gold.daily_rates",
    },
    looks_up={
        "products": ("system", "product_id"),
        "customers": ("system", "customer_id"),
        "costs": Since(("system", "product_id"), day="received_on"),
    },
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("order_id", STRING, "Order, basket or invoice.", nullable=False),
        Column("line_id", STRING, "Line of the order.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_at", INSTANT, "Moment of sale.", nullable=False, unit="UTC"),
        Column("sold_on", DATE, "Business day in the shop's time zone.", nullable=False),
        Column("sold_month", DATE, "First day of the business month.", nullable=False),
        Column(
            "sold_hour", INTEGER, "Hour of sale in the shop's time zone, 0 to 23.", nullable=False, unit="hour of day"
        ),
        Column("customer_key", STRING, "Key of the customer; 'unknown' when missing or not listed.", nullable=False),
        Column(
            "customer_valid_from_at",
            INSTANT,
            "Version of the customer that held when it was sold.",
            nullable=False,
            unit="UTC",
        ),
        Column("customer_id", STRING, "Customer as delivered."),
        Column("product_key", STRING, "Key of the product; 'unknown' when missing or not listed.", nullable=False),
        Column(
            "product_valid_from_at",
            INSTANT,
            "Version of the product that held when it was sold.",
            nullable=False,
            unit="UTC",
        ),
        Column("product_id", STRING, "Product as delivered."),
        Column("product_name", STRING, "Name in the catalogue at that time, else as written on the line."),
        Column(
            "category",
            STRING,
            "Category in the catalogue at that time, else on the line, else 'Unknown'.",
            nullable=False,
        ),
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
        Column(
            "tax_amount",
            MONEY,
            "As delivered, else net amount × the region's rate of business.yaml; not part of net.",
            nullable=False,
            unit="currency",
        ),
        Column(
            "commission_amount",
            MONEY,
            "Net amount × the channel's rate of business.yaml: what the way of sale costs.",
            nullable=False,
            unit="currency",
        ),
        Column(
            "loyalty_points",
            LONG,
            "Whole points that a known customer earns by the line, or loses by a return.",
            nullable=False,
            unit="points",
        ),
        Column(
            "unit_cost",
            MONEY,
            "Cost of one unit when the product was last received by the day of sale; NULL: not known.",
            unit="currency",
        ),
        Column("cost_amount", MONEY, "Quantity × unit cost, returns negative; NULL: not known.", unit="currency"),
        Column("margin_amount", MONEY, "Gross margin: net amount less cost; NULL: not known.", unit="currency"),
        Column(
            "reporting_amount",
            MONEY,
            "Net amount in the reporting currency of business.yaml at the rate of the day; NULL: no rate known.",
            unit="reporting currency",
        ),
        Column("is_return", FLAG, "The line takes goods back.", nullable=False),
        Column("is_product", FLAG, "False for postage, fees and the like.", nullable=False),
    ),
    rules=(
        reconciles("net_amount", "silver.sales"),
        reconciles("quantity", "silver.sales"),
        refers_to("product_key", "gold.dim_product", with_columns={"product_valid_from_at": "valid_from_at"}),
        refers_to("customer_key", "gold.dim_customer", with_columns={"customer_valid_from_at": "valid_from_at"}),
    ),
    write=Replace(by=("sold_on",)),
)
def fct_sales(
    sales: DataFrame,
    products: DataFrame,
    customers: DataFrame,
    *,
    costs: DataFrame,
    rates: DataFrame,
    params: Business,
) -> DataFrame:
    """One row per system, order and line.

    Products and customers are those of the version that held when it was sold. One that its system's catalogue did not
    list then has the key 'unknown'; a system without a catalogue keeps its own keys.
    Cost of a line = quantity × unit cost of the product's last receipt up to the day of sale, in the line's currency;
    one in another currency is turned by the rates of the day of sale, and unknown where these are.
    """
    taxed = F.col("net_amount") * rate_of("region", params.tax.by_region, otherwise=params.tax.otherwise)
    commission = rate_of("channel", params.commission.by_channel, otherwise=params.commission.otherwise)
    return (
        sales.transform(found_in, products, "product", shown=("product_name", "category"))
        .transform(found_in, customers, "customer")
        .withColumn("product_name", F.coalesce("listed_product_name", "product_name"))
        .withColumn("category", F.coalesce("listed_category", "category", F.lit("Unknown")))
        .withColumn("channel", F.coalesce("channel", F.lit("Unknown")))
        .withColumn("discount_amount", (F.col("discount_amount") + F.col("coupon_match_amount")).cast(MONEY))
        .withColumn("sold_month", F.trunc("sold_on", "month"))
        .withColumn("sold_hour", F.hour(F.from_utc_timestamp("sold_at", F.col("zone"))))
        .withColumn("tax_amount", F.coalesce("tax_amount", taxed).cast(MONEY))
        .withColumn("commission_amount", (F.col("net_amount") * commission).cast(MONEY))
        .withColumn("loyalty_points", points(params.loyalty.points_per_unit))
        .transform(with_margin, costs, rates, reporting=params.reporting.currency)
        .select(*fct_sales.column_names)
    )


def with_margin(lines: DataFrame, costs: DataFrame, rates: DataFrame, *, reporting: str) -> DataFrame:
    """Add what a line cost and left, as far as a cost is known, and what it is worth in the reporting currency."""
    foreign = F.when(F.col("cost_currency") != F.col("currency"), F.col("cost_currency"))
    turned = F.try_divide(F.col("last_cost") * F.col("cost_rate"), F.col("rate"))
    return (
        lines.transform(with_rate, rates, of=F.col("currency"), into="rate", reporting=reporting)
        .transform(last_cost, costs)
        .transform(with_rate, rates, of=foreign, into="cost_rate", reporting=reporting)
        .withColumn("unit_cost", F.when(foreign.isNull(), F.col("last_cost")).otherwise(turned).try_cast(MONEY))
        .withColumn("cost_amount", (F.col("quantity") * F.col("unit_cost")).try_cast(MONEY))
        .withColumn("margin_amount", (F.col("net_amount") - F.col("cost_amount")).cast(MONEY))
        .withColumn("reporting_amount", (F.col("net_amount") * F.col("rate")).try_cast(MONEY))
    )


def points(per_unit: Decimal) -> SparkColumn:
    """Whole points of a line: parts of a point are dropped, of what is taken back too; none for unknown customers."""
    earned = F.floor(F.abs("net_amount") * F.lit(per_unit)) * F.signum("net_amount")
    return F.when(F.col("customer_key") != UNKNOWN, earned).otherwise(F.lit(0)).cast(LONG)


def found_in(lines: DataFrame, versions: DataFrame, entity: str, *, shown: tuple[str, ...] = ()) -> DataFrame:
    """Add `<entity>_key` and `<entity>_valid_from_at` of the version that held at `sold_at`, and its `listed_<shown>`.

    The key is the id where it was listed or its system lists nobody, else 'unknown'.
    """
    key, since = f"{entity}_id", f"{entity}_valid_from_at"
    catalogues = versions.agg(F.collect_set("system")).scalar()
    has_none = ~F.array_contains(catalogues, F.col("system"))
    met = (F.col("system") == F.col("their_system")) & (F.col(key) == F.col("their_id")) & held_then()
    member = F.when(F.col("their_id").isNotNull() | has_none, F.col(key))
    return (
        lines.join(members_of(versions, key, shown), on=met, how="left")
        .withColumn(f"{entity}_key", F.coalesce(member, F.lit(UNKNOWN)))
        .withColumn(since, F.coalesce("their_valid_from_at", beginning()))
        .drop("their_system", "their_id", "their_valid_from_at", "their_valid_to_at")
    )


def members_of(versions: DataFrame, key: str, shown: tuple[str, ...]) -> DataFrame:
    """Return the listed versions under names that no join mixes with the line's own."""
    return listed(versions, key).select(
        F.col("system").alias("their_system"),
        F.col(key).alias("their_id"),
        F.col("valid_from_at").alias("their_valid_from_at"),
        F.col("valid_to_at").alias("their_valid_to_at"),
        *(F.col(column).alias(f"listed_{column}") for column in shown),
    )


def held_then() -> SparkColumn:
    """Whether a version held when the line was sold; the moment at which it ends is the next one's."""
    ended = F.col("their_valid_to_at") <= F.col("sold_at")
    return (F.col("their_valid_from_at") <= F.col("sold_at")) & ~F.coalesce(ended, F.lit(col=False))
