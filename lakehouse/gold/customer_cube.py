"""What each customer bought and brought back each day: the sums behind every question about customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.columns import total_lines
from lakehouse.rules import reconciles
from lakehouse.table import DATE, LONG, MONEY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame


@table(
    "gold.customer_cube",
    grain=("system", "currency", "sold_on", "customer_key"),
    inputs={"orders": "gold.order_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_on", DATE, "Business day in the shop's time zone.", nullable=False),
        Column("customer_key", STRING, "Key of the customer; 'unknown' when missing or not listed.", nullable=False),
        Column("region", STRING, "Region of the day's last line, by hour and order.", nullable=False),
        Column("orders", LONG, "Orders in which products were bought.", nullable=False),
        Column("returns", LONG, "Orders in which products were taken back.", nullable=False),
        Column("units", UNITS, "Units of products sold less units returned.", nullable=False, unit="units"),
        Column("sold_amount", MONEY, "Net amount of products that were sold.", nullable=False, unit="currency"),
        Column(
            "returned_amount",
            MONEY,
            "Net amount of products that were taken back; 0 or less.",
            nullable=False,
            unit="currency",
        ),
        Column("net_amount", MONEY, "Products sold less products returned.", nullable=False, unit="currency"),
        Column("other_amount", MONEY, "Net amount of postage, fees and the like.", nullable=False, unit="currency"),
        Column("loyalty_points", LONG, "Points earned less points lost.", nullable=False, unit="points"),
    ),
    rules=(
        reconciles("net_amount", "gold.order_cube", where="is_product"),
        reconciles("units", "gold.order_cube", where="is_product"),
        reconciles("other_amount", "gold.order_cube", their="net_amount", where="NOT is_product"),
        reconciles("loyalty_points", "gold.order_cube"),
    ),
    write=Replace(by=("sold_on",)),
)
def customer_cube(orders: DataFrame) -> DataFrame:
    """One row per system, currency, day and customer with at least one line sold or returned.

    Orders are counted by their distinct numbers; one whose lines lie on two days counts on both. Postage, fees and the
    like are no purchase: they stand beside it, and an order of nothing else is none.
    """
    bought, brought_back = F.expr("is_product AND NOT is_return"), F.expr("is_product AND is_return")
    return orders.groupBy(*customer_cube.grain).agg(
        F.max_by("region", F.struct("sold_hour", "order_id", "region")).alias("region"),
        F.count_distinct(F.when(bought, F.col("order_id"))).alias("orders"),
        F.count_distinct(F.when(brought_back, F.col("order_id"))).alias("returns"),
        amount("units", F.col("is_product")).cast(UNITS).alias("units"),
        amount("net_amount", bought).alias("sold_amount"),
        amount("net_amount", brought_back).alias("returned_amount"),
        amount("net_amount", F.col("is_product")).alias("net_amount"),
        amount("net_amount", ~F.col("is_product")).alias("other_amount"),
        total_lines("loyalty_points"),
    )


def amount(measure: str, where: SparkColumn) -> SparkColumn:
    """Exact sum of the rows that are meant, 0 where none is."""
    return F.sum(F.when(where, F.col(measure)).otherwise(F.lit(0))).cast(MONEY)
