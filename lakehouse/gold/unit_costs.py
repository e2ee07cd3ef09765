"""What one unit of each product cost when it was last received.

The last cost paid is the simplest answer to what a sale cost, and the one that a buyer recognises; see "last purchase
price" in inventory costing. It is no valuation of stock: for that, first-in-first-out or a moving average are needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.rules import refers_to, satisfies
from lakehouse.table import DATE, LONG, MONEY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table(
    "gold.unit_costs",
    grain=("system", "product_id", "received_on"),
    inputs={"orders": "silver.purchase_orders"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("product_id", STRING, "Product as the business numbers it.", nullable=False),
        Column("received_on", DATE, "Day the goods came.", nullable=False),
        Column("currency", STRING, "ISO 4217 code of the cost: that of most units of the day.", nullable=False),
        Column("unit_cost", MONEY, "Mean price of one unit, weighted by units.", nullable=False, unit="currency"),
        Column("units", UNITS, "Units received in that currency.", nullable=False, unit="units"),
        Column("receipts", LONG, "Lines of purchase orders received in that currency.", nullable=False),
    ),
    rules=(
        refers_to("product_id", "silver.purchase_orders", with_columns=("received_on",)),
        satisfies("cost_not_negative", "unit_cost >= 0", columns=("unit_cost",)),
    ),
    write=Replace(by=("received_on",), leaves_out_null=True, only_changed=True),
)
def unit_costs(orders: DataFrame) -> DataFrame:
    """One row per system, product and day on which some of it was received.

    unit cost = sum of (unit cost × quantity received) ÷ sum of quantity received, of the day's lines. Where a day's
    lines have several currencies, those of the currency with the most units count; of equals the first in the
    alphabet. What was ordered and did not come yet has no cost.
    """
    came = orders.where("received_on IS NOT NULL AND product_id IS NOT NULL AND quantity_received > 0")
    units, paid = F.sum("quantity_received"), F.sum(F.col("unit_cost") * F.col("quantity_received"))
    by_currency = came.groupBy("system", "product_id", "received_on", "currency").agg(
        units.cast(UNITS).alias("units"),
        F.try_divide(paid, units).cast(MONEY).alias("unit_cost"),
        F.count_if(F.lit(True)).alias("receipts"),
    )
    most = F.min(F.struct(-F.col("units"), "currency", "units", "unit_cost", "receipts")).alias("most")
    return by_currency.groupBy(*unit_costs.grain).agg(most).select(*unit_costs.grain, *_of_most())


def _of_most() -> list[str]:
    return [f"most.{name}" for name in ("currency", "unit_cost", "units", "receipts")]
