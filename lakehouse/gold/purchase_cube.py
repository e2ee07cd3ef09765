"""What was ordered from suppliers each day, and what came of it: the sums behind every question about supply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.members import UNKNOWN
from lakehouse.rules import reconciles, satisfies
from lakehouse.table import DATE, LONG, MONEY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

KEYS = {"supplier_key": "supplier_id", "product_key": "product_id", "location_key": "location_id"}
ORDER = ("system", "currency", "ordered_on", "purchase_order_id")


@table(
    "gold.purchase_cube",
    grain=(*ORDER, *KEYS, "happened_on"),
    inputs={"lines": "silver.purchase_orders"},
    traces={**{key: f"coalesce({name}, '{UNKNOWN}')" for key, name in KEYS.items()}, "happened_on": ""},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code of the cost.", nullable=False),
        Column("ordered_on", DATE, "Day of the order.", nullable=False),
        Column("purchase_order_id", STRING, "Order as the business numbers it.", nullable=False),
        Column("supplier_key", STRING, "Supplier; 'unknown' when the line does not tell.", nullable=False),
        Column("product_key", STRING, "Product; 'unknown' when the line does not tell.", nullable=False),
        Column("location_key", STRING, "Where it goes to; 'unknown' when the line does not tell.", nullable=False),
        Column("happened_on", DATE, "Day of what the row counts: the order, or the receipt.", nullable=False),
        Column("ordered_lines", LONG, "Lines ordered on that day, cancelled ones left out.", nullable=False),
        Column("ordered_units", UNITS, "Units ordered on that day.", nullable=False, unit="units"),
        Column("ordered_amount", MONEY, "Units ordered × unit cost.", nullable=False, unit="currency"),
        Column("arrived_units", UNITS, "Units that came already of lines that are open.", nullable=False, unit="units"),
        Column("received_lines", LONG, "Lines received on that day.", nullable=False),
        Column("due_units", UNITS, "Units ordered in the lines received.", nullable=False, unit="units"),
        Column("told_units", UNITS, "Units of them in lines that tell how many came.", nullable=False, unit="units"),
        Column("received_units", UNITS, "Units that came in them, rejected ones too.", nullable=False, unit="units"),
        Column("rejected_units", UNITS, "Units of them that were turned down.", nullable=False, unit="units"),
        Column("promised_lines", LONG, "Lines received that had a promised day.", nullable=False),
        Column("on_time_lines", LONG, "Lines of these that came on the promised day or before.", nullable=False),
        Column("lead_days", LONG, "Days from order to receipt, at least 0, added up.", nullable=False, unit="days"),
        Column("lead_days_squared", LONG, "Their squares, added up.", nullable=False, unit="days²"),
    ),
    rules=(
        reconciles("ordered_units", "silver.purchase_orders", their="quantity_ordered", keys=ORDER),
        reconciles(
            "received_units",
            "silver.purchase_orders",
            their="quantity_received",
            where="received_on IS NOT NULL",
            keys=ORDER,
        ),
        satisfies(
            "on_time_were_promised",
            "on_time_lines <= promised_lines AND promised_lines <= received_lines",
            columns=("on_time_lines", "promised_lines", "received_lines"),
        ),
    ),
    write=Replace(by=("ordered_on",)),
)
def purchase_cube(lines: DataFrame) -> DataFrame:
    """One row per purchase order, supplier, product, place and day on which it was ordered or received.

    A line counts on the day of its order and, once it is received, on the day of its receipt, so that the rows before
    any day say what was known when that day began. On order = ordered - due - arrived units. A line of 0 units that
    never came was cancelled; one said to have come before it was ordered counts as received on the day of its order.
    """
    named = lines.select("*", *(F.coalesce(name, F.lit(UNKNOWN)).alias(key) for key, name in KEYS.items()))
    happened = orders(named).unionByName(receipts(named), allowMissingColumns=True)
    kinds = {field.name: field.dataType for field in purchase_cube.schema()}
    sums = [name for name in purchase_cube.column_names if name not in purchase_cube.grain]
    return happened.groupBy(*purchase_cube.grain).agg(
        *(F.coalesce(F.sum(name), F.lit(0)).cast(kinds[name]).alias(name) for name in sums)
    )


def orders(lines: DataFrame) -> DataFrame:
    """Return what counts on the day of the order."""
    is_open = F.col("received_on").isNull() & F.col("quantity_received").isNotNull()
    is_meant = (F.col("quantity_ordered") > 0) | F.col("received_on").isNotNull()
    return lines.select(
        *ORDER,
        *KEYS,
        F.col("ordered_on").alias("happened_on"),
        F.when(is_meant, one()).alias("ordered_lines"),
        F.col("quantity_ordered").alias("ordered_units"),
        (F.col("quantity_ordered") * F.col("unit_cost")).cast(MONEY).alias("ordered_amount"),
        F.when(is_open, F.least("quantity_received", "quantity_ordered")).alias("arrived_units"),
    )


def receipts(lines: DataFrame) -> DataFrame:
    """Return what counts on the day of the receipt."""
    came_on = F.greatest("received_on", "ordered_on")
    days = F.date_diff(came_on, "ordered_on").cast(LONG)
    is_promised, is_told = F.col("promised_on").isNotNull(), F.col("quantity_received").isNotNull()
    return lines.where("received_on IS NOT NULL").select(
        *ORDER,
        *KEYS,
        came_on.alias("happened_on"),
        one().alias("received_lines"),
        F.col("quantity_ordered").alias("due_units"),
        F.when(is_told, F.col("quantity_ordered")).alias("told_units"),
        F.col("quantity_received").alias("received_units"),
        F.when(is_told, F.col("quantity_rejected")).alias("rejected_units"),
        F.when(is_promised, one()).alias("promised_lines"),
        F.when(came_on <= F.col("promised_on"), one()).alias("on_time_lines"),
        days.alias("lead_days"),
        (days * days).alias("lead_days_squared"),
    )


def one() -> SparkColumn:
    """A line counts as one."""
    return F.lit(1).cast(LONG)
