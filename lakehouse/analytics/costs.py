"""What was sold had cost, as far as that is known: the last cost before a sale, and sums that say what they cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.columns import total_lines, total_money
from lakehouse.table import LONG, MONEY, Column

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

SUMMED = (
    Column("tax_amount", MONEY, "Tax on the net amount; not part of it.", nullable=False, unit="currency"),
    Column("commission_amount", MONEY, "What the ways of sale cost.", nullable=False, unit="currency"),
    Column(
        "cost_amount", MONEY, "Cost of the lines whose cost is known; of the others nothing.",
        nullable=False, unit="currency",
    ),
    Column("costed_amount", MONEY, "Net amount of the lines whose cost is known.", nullable=False, unit="currency"),
    Column(
        "margin_amount", MONEY, "Gross margin where it is known: costed amount less cost amount.",
        nullable=False, unit="currency",
    ),
    Column(
        "reporting_amount", MONEY, "Net amount in the reporting currency, of the lines whose rate is known.",
        nullable=False, unit="reporting currency",
    ),
    Column("unreported_lines", LONG, "Lines whose rate is not known.", nullable=False),
)  # fmt: skip
"""Columns of a cube beside its sums of sales."""


def last_cost(lines: DataFrame, costs: DataFrame) -> DataFrame:
    """Add `last_cost` and `cost_currency` of a line's product: those of its last receipt up to the day of sale.

    NULL where nothing was received by then. Each cost holds until the day of the next one, so that a line meets one.
    """
    following = Window.partitionBy("system", "product_id").orderBy("received_on")
    spans = costs.select(
        F.col("system").alias("their_system"),
        F.col("product_id").alias("their_id"),
        F.col("received_on").alias("since_on"),
        F.lead("received_on").over(following).alias("until_on"),
        F.col("unit_cost").alias("last_cost"),
        F.col("currency").alias("cost_currency"),
    )
    ended = F.coalesce(F.col("until_on") <= F.col("sold_on"), F.lit(col=False))
    met = (F.col("system") == F.col("their_system")) & (F.col("product_id") == F.col("their_id"))
    in_time = (F.col("since_on") <= F.col("sold_on")) & ~ended
    return lines.join(spans, on=met & in_time, how="left").drop("their_system", "their_id", "since_on", "until_on")


def sums_of_lines() -> tuple[SparkColumn, ...]:
    """Sums of SUMMED over lines of sale."""
    is_costed = F.col("cost_amount").isNotNull()
    return (
        total_money("tax_amount"),
        total_money("commission_amount"),
        _known(F.col("cost_amount")).alias("cost_amount"),
        _known(F.when(is_costed, F.col("net_amount"))).alias("costed_amount"),
        _known(F.col("margin_amount")).alias("margin_amount"),
        _known(F.col("reporting_amount")).alias("reporting_amount"),
        F.count_if(F.col("reporting_amount").isNull()).alias("unreported_lines"),
    )


def sums_of_cells() -> tuple[SparkColumn, ...]:
    """Sums of SUMMED over the cells of a finer cube."""
    return tuple(total_lines(each.name) if each.type == LONG else total_money(each.name) for each in SUMMED)


def _known(amount: SparkColumn) -> SparkColumn:
    return F.coalesce(F.sum(amount), F.lit(0)).cast(MONEY)
