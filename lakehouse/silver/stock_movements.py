"""What went into and out of each business's stock, and what was there when somebody counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.columns import business_day
from lakehouse.rules import one_of, refers_to, satisfies
from lakehouse.table import DATE, INSTANT, QUANTITY, STRING, Column, Merge, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

INWARD = ("receipt", "return")
OUTWARD = ("sale", "write_off")
COUNT = "count"
KINDS = (*INWARD, *OUTWARD, COUNT)

COLUMNS = (
    Column("system", STRING, "Business whose key space this is.", nullable=False),
    Column("source", STRING, "Feed that delivered the movement.", nullable=False),
    Column("movement_id", STRING, "Movement as the business numbers it.", nullable=False),
    Column("moved_at", INSTANT, "Moment of the movement or the count.", nullable=False, unit="UTC"),
    Column("zone", STRING, "Time zone of the business, which decides the business day.", nullable=False),
    Column("moved_on", DATE, "Business day in that time zone.", nullable=False),
    Column("product_id", STRING, "Product as the business numbers it.", nullable=False),
    Column("location_id", STRING, "Store or warehouse whose stock it is.", nullable=False),
    Column("kind", STRING, "What happened: receipt, sale, return, write_off or count.", nullable=False),
    Column(
        "quantity",
        QUANTITY,
        "Units: receipts and returns positive, sales and write-offs negative; of a count, the level found.",
        nullable=False,
        unit="units",
    ),
    Column("reference_id", STRING, "What it belongs to, such as a purchase order."),
    Column("updated_at", INSTANT, "When the business last changed the movement.", unit="UTC"),
)


@table(
    "silver.stock_movements",
    grain=("system", "movement_id"),
    columns=COLUMNS,
    rules=(
        one_of("kind", KINDS),
        satisfies(
            "inward_not_negative", "kind NOT IN ('receipt', 'return') OR quantity >= 0", columns=("kind", "quantity")
        ),
        satisfies("count_not_negative", "kind <> 'count' OR quantity >= 0", columns=("kind", "quantity")),
        satisfies(
            "moved_at_plausible",
            "moved_at >= TIMESTAMP'1990-01-01 00:00:00Z' AND moved_at < TIMESTAMP'2100-01-01 00:00:00Z'",
            columns=("moved_at",),
        ),
        satisfies(
            "quantity_not_zero", "kind = 'count' OR quantity <> 0", columns=("kind", "quantity"), severity="warn"
        ),
        refers_to("product_id", "silver.products", severity="warn"),
    ),
    write=Merge(newest=("updated_at",), prune="moved_on"),
    derives=("moved_on",),
    amends=("quantity",),
)
def stock_movements(rows: DataFrame) -> DataFrame:
    """One row per system and movement."""
    return rows.transform(outward_is_negative).withColumn("moved_on", business_day("moved_at", "zone"))


def outward_is_negative(movements: DataFrame) -> DataFrame:
    """Turn the sign of what left the stock and was delivered as a positive quantity."""
    turned = F.when(F.col("kind").isin(*OUTWARD), -F.abs("quantity")).otherwise(F.col("quantity"))
    return movements.withColumn("quantity", turned.cast(QUANTITY))
