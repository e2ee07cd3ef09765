"""What each business ordered from its suppliers, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.rules import not_null, refers_to, satisfies
from lakehouse.table import DATE, INSTANT, MONEY, QUANTITY, STRING, Column, Merge, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

COLUMNS = (
    Column("system", STRING, "Business whose key space this is.", nullable=False),
    Column("source", STRING, "Feed that delivered the line.", nullable=False),
    Column("purchase_order_id", STRING, "Order as the business numbers it.", nullable=False),
    Column("line_id", STRING, "Line of the order; a hash of its content where the source gives none.", nullable=False),
    Column("supplier_id", STRING, "Supplier it was ordered from."),
    Column("product_id", STRING, "Product as the business numbers it."),
    Column("location_id", STRING, "Store or warehouse it goes to; NULL: not told."),
    Column("ordered_on", DATE, "Day of the order.", nullable=False),
    Column("promised_on", DATE, "Day the supplier promised delivery for."),
    Column("received_on", DATE, "Day the goods came; NULL: still open."),
    Column("quantity_ordered", QUANTITY, "Units ordered; 0: cancelled.", nullable=False, unit="units"),
    Column("quantity_received", QUANTITY, "Units that came, rejected ones among them; NULL: none yet.", unit="units"),
    Column("quantity_rejected", QUANTITY, "Units received that were turned down.", unit="units"),
    Column("unit_cost", MONEY, "Price of one unit, before tax.", nullable=False, unit="currency"),
    Column("currency", STRING, "ISO 4217 code of the cost.", nullable=False),
    Column("updated_at", INSTANT, "When the business last changed the line.", unit="UTC"),
)


@table(
    "silver.purchase_orders",
    grain=("system", "purchase_order_id", "line_id"),
    columns=COLUMNS,
    rules=(
        satisfies("quantity_ordered_not_negative", "quantity_ordered >= 0", columns=("quantity_ordered",)),
        # a line cancelled later must replace what it said before, or it would stay open for good
        satisfies("quantity_ordered_not_zero", "quantity_ordered <> 0", columns=("quantity_ordered",), severity="warn"),
        satisfies(
            "quantities_not_negative",
            "quantity_received >= 0 AND quantity_rejected >= 0",
            columns=("quantity_received", "quantity_rejected"),
        ),
        satisfies(
            "rejected_was_received",
            "quantity_rejected <= quantity_received",
            columns=("quantity_rejected", "quantity_received"),
        ),
        satisfies(
            "ordered_on_plausible",
            "ordered_on >= DATE'1990-01-01' AND ordered_on < DATE'2100-01-01'",
            columns=("ordered_on",),
        ),
        satisfies("cost_not_negative", "unit_cost >= 0", columns=("unit_cost",)),
        satisfies(
            "value_plausible",
            "quantity_ordered * unit_cost < 10000000000000",
            columns=("quantity_ordered", "unit_cost"),
        ),
        satisfies(
            "received_not_before_order",
            "received_on >= ordered_on",
            columns=("received_on", "ordered_on"),
            severity="warn",
        ),
        satisfies(
            "promised_not_before_order",
            "promised_on >= ordered_on",
            columns=("promised_on", "ordered_on"),
            severity="warn",
        ),
        satisfies(
            "received_not_more_than_ordered",
            "quantity_received <= quantity_ordered",
            columns=("quantity_received", "quantity_ordered"),
            severity="warn",
        ),
        not_null("supplier_id", severity="warn"),
        not_null("product_id", severity="warn"),
        refers_to("supplier_id", "silver.suppliers", severity="warn"),
        refers_to("product_id", "silver.products", severity="warn"),
    ),
    write=Merge(newest=("updated_at",), prune="ordered_on"),
)
def purchase_orders(rows: DataFrame) -> DataFrame:
    """One row per system, purchase order and line."""
    return rows
