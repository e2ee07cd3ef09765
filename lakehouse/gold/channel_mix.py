"""How people buy and pay: every way of sale with every way of payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.columns import share, total_lines, total_money, total_units
from lakehouse.rules import reconciles
from lakehouse.table import DATE, LONG, MONEY, RATE, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MONTH = ("system", "currency", "sold_month")


@table(
    "gold.channel_mix",
    grain=(*MONTH, "channel", "payment_method"),
    inputs={"orders": "gold.order_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_month", DATE, "First day of the business month.", nullable=False),
        Column("channel", STRING, "Way of sale; 'Unknown' when the source gives none.", nullable=False),
        Column("payment_method", STRING, "How it was paid; 'Unknown' when the source does not say.", nullable=False),
        Column("orders", LONG, "Orders with at least one line sold.", nullable=False),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("net_amount", MONEY, "After discount, before tax, returns subtracted.", nullable=False, unit="currency"),
        Column("order_share", RATE, "Orders ÷ orders of all pairs of the month.", unit="share"),
        Column("revenue_share", RATE, "Net amount ÷ net amount of the month.", unit="share"),
    ),
    rules=(reconciles("net_amount", "gold.order_cube"), reconciles("lines", "gold.order_cube")),
    write=Replace(by=("sold_month",)),
)
def channel_mix(orders: DataFrame) -> DataFrame:
    """One row per system, currency, month, channel and payment method with at least one line sold or returned.

    An order paid in two ways counts under both; shares are of the sum over all pairs, so that they add up to 1.
    """
    month = Window.partitionBy(*MONTH)
    return (
        orders.groupBy(*channel_mix.grain)
        .agg(
            F.count_distinct(F.when(~F.col("is_return"), F.col("order_id"))).alias("orders"),
            total_lines(),
            total_units("units"),
            total_money("net_amount"),
        )
        .withColumn("order_share", share(F.col("orders"), F.sum("orders").over(month)))
        .withColumn("revenue_share", share("net_amount", F.sum("net_amount").over(month)))
    )
