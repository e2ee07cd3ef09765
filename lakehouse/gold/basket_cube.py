"""What each order held: its products and what they came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.members import UNKNOWN
from lakehouse.columns import total_money, total_units
from lakehouse.rules import reconciles
from lakehouse.table import DATE, LONG, MONEY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SOLD = "NOT is_return AND is_product"


@table(
    "gold.basket_cube",
    grain=("system", "currency", "sold_on", "order_id"),
    inputs={"lines": "gold.fct_sales"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_on", DATE, "Business day in the shop's time zone.", nullable=False),
        Column("order_id", STRING, "Order, basket or invoice.", nullable=False),
        Column("product_keys", STRING, "Keys of its known products, each once, as a JSON list.", nullable=False),
        Column("lines", LONG, "Lines sold.", nullable=False),
        Column("units", UNITS, "Units sold.", nullable=False, unit="units"),
        Column("net_amount", MONEY, "Of what was sold, after discount, before tax.", nullable=False, unit="currency"),
    ),
    rules=(
        reconciles("net_amount", "gold.fct_sales", where=SOLD, keys=("system", "currency", "sold_on")),
        reconciles("units", "gold.fct_sales", their="quantity", where=SOLD, keys=("system", "currency", "sold_on")),
    ),
    write=Replace(by=("sold_on",)),
)
def basket_cube(lines: DataFrame) -> DataFrame:
    """One row per system, currency, day and order with at least one product sold.

    Returns, postage and fees are left out. Products that the catalogue does not list count in the sums alone.
    """
    known = F.when(F.col("product_key") != UNKNOWN, F.col("product_key"))
    return (
        lines.where(SOLD)
        .groupBy(*basket_cube.grain)
        .agg(
            F.to_json(F.sort_array(F.collect_set(known))).alias("product_keys"),
            F.count_if(F.lit(True)).alias("lines"),
            total_units("quantity"),
            total_money("net_amount"),
        )
    )
