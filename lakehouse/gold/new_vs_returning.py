"""Who brings the money: customers who buy for the first time, those who come back, and those nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.members import UNKNOWN
from lakehouse.columns import share, total_lines, total_money, total_units
from lakehouse.rules import one_of, reconciles
from lakehouse.table import DATE, LONG, MONEY, RATE, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

MONTH = ("system", "currency", "sold_month")


@table(
    "gold.new_vs_returning",
    grain=(*MONTH, "customer_kind"),
    inputs={"orders": "gold.order_cube"},
    traces={"customer_kind": ""},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_month", DATE, "First day of the business month.", nullable=False),
        Column("customer_kind", STRING, "new, returning or unknown.", nullable=False),
        Column("customers", LONG, "Customers with at least one order; NULL where they are unknown."),
        Column("orders", LONG, "Orders in which products were bought.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
        Column("revenue_share", RATE, "Net amount ÷ net amount of the month.", unit="share"),
    ),
    rules=(
        reconciles("net_amount", "gold.order_cube"),
        reconciles("lines", "gold.order_cube"),
        one_of("customer_kind", ("new", "returning", "unknown")),
    ),
    refresh="daily at 00:30",
    release_group="customers",
)
def new_vs_returning(orders: DataFrame) -> DataFrame:
    """One row per system, currency, month and kind of customer.

    Postage, fees and the like are no purchase: an order of nothing else is none, its lines and amounts count.
    A customer is new in the whole month of the first order that the business has on record, in whatever currency, and
    returning in every month after it. Who only took goods back so far bought before the records begin: returning;
    so is, until the first order, who paid fees alone.
    Nobody knows who bought before the records begin, so that in their first months nearly everybody is new.
    Built whole: a late order from an earlier month makes a customer's later months returning ones.
    """
    month = Window.partitionBy(*MONTH)
    return (
        by_customer(orders)
        .withColumn("customer_kind", kind_of_customer())
        .groupBy(*new_vs_returning.grain)
        .agg(
            F.count_if(F.col("orders") > 0).alias("customers"),
            total_lines("orders"),
            total_lines(),
            total_units("units"),
            total_money("net_amount"),
        )
        .withColumn("customers", F.when(F.col("customer_kind") != UNKNOWN, F.col("customers")))
        .withColumn("revenue_share", share("net_amount", F.sum("net_amount").over(month)))
    )


def by_customer(orders: DataFrame) -> DataFrame:
    """Return what each customer bought each month, with the month of the first order; all unknown ones are one."""
    is_order = F.col("orders") > 0
    ever = Window.partitionBy("system", "customer_key")
    return (
        orders.groupBy(*MONTH, "customer_key")
        .agg(
            F.count_distinct(F.when(F.expr("is_product AND NOT is_return"), F.col("order_id"))).alias("orders"),
            total_lines(),
            total_units("units"),
            total_money("net_amount"),
        )
        .withColumn("first_month", F.min(F.when(is_order, F.col("sold_month"))).over(ever))
    )


def kind_of_customer() -> SparkColumn:
    """`new` in the month of the first order, `returning` in all others."""
    is_new = F.col("first_month") == F.col("sold_month")
    return F.when(F.col("customer_key") == UNKNOWN, F.lit(UNKNOWN)).when(is_new, "new").otherwise("returning")
