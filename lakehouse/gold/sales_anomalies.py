"""The largest lines of each month, and what makes each of them large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.rules import between, refers_to
from lakehouse.table import DATE, INTEGER, MONEY, QUANTITY, STRING, UNITS, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import Business

MONTH = ("system", "currency", "sold_month")


@table(
    "gold.sales_anomalies",
    grain=("system", "currency", "sold_month", "place"),
    inputs={"lines": "gold.fct_sales"},
    traces={"order_id": "order_id", "line_id": "line_id", "place": ""},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_month", DATE, "First day of the business month.", nullable=False),
        Column("place", INTEGER, "1 = largest net amount of the month, sign aside.", nullable=False),
        Column("order_id", STRING, "Order, basket or invoice.", nullable=False),
        Column("line_id", STRING, "Line of the order.", nullable=False),
        Column("sold_on", DATE, "Business day in the shop's time zone.", nullable=False),
        Column("region", STRING, "Sales region.", nullable=False),
        Column("product_key", STRING, "Key of the product.", nullable=False),
        Column("product_name", STRING, "Name of the product."),
        Column("quantity", QUANTITY, "Units; negative for a return.", nullable=False, unit="units"),
        Column("unit_price", MONEY, "Price of one unit before discount.", unit="currency"),
        Column("net_amount", MONEY, "After discount, before tax.", nullable=False, unit="currency"),
        Column("times_median", UNITS, "Net amount ÷ the month's median line, signs aside; NULL when that is 0."),
        Column("reason", STRING, "What makes it large, in words.", nullable=False),
    ),
    rules=(
        refers_to("line_id", "gold.fct_sales", with_columns=("order_id",)),
        between("place", 1, None),
    ),
    write=Replace(by=("sold_month",)),
)
def sales_anomalies(lines: DataFrame, *, params: Business) -> DataFrame:
    """One row per system, currency, month and place among its largest lines.

    A line is compared with the median line of its month: by amount, by quantity and by unit price.
    """
    largest = Window.partitionBy(*MONTH).orderBy(F.desc(F.abs("net_amount")), "order_id", "line_id")
    return (
        lines.withColumn("place", F.row_number().over(largest))
        .where(F.col("place") <= params.anomalies.lines_per_month)
        .join(F.broadcast(medians(lines)), on=list(MONTH), how="left")
        .withColumn("times_median", times("net_amount").cast(UNITS))
        .withColumn("reason", reason())
        .select(*sales_anomalies.column_names)
    )


def medians(lines: DataFrame) -> DataFrame:
    """Return the median amount, quantity and unit price of each month, signs aside."""
    measures = ("net_amount", "quantity", "unit_price")
    return lines.groupBy(*MONTH).agg(*(F.median(F.abs(name)).alias(f"median_{name}") for name in measures))


def times(measure: str) -> SparkColumn:
    """How many times the month's median the line is, signs aside; rounded to whole thousandths."""
    return F.round(F.try_divide(F.abs(measure), F.col(f"median_{measure}")), 3)


def reason() -> SparkColumn:
    """Say which of quantity and price stands out more."""
    kind = F.when(F.col("is_return"), F.lit("return")).otherwise(F.lit("sale"))
    more_quantity = F.coalesce(times("quantity"), F.lit(0.0)) >= F.coalesce(times("unit_price"), F.lit(0.0))
    what = F.when(more_quantity, F.lit("quantity")).otherwise(F.lit("unit price"))
    factor = F.when(more_quantity, times("quantity")).otherwise(times("unit_price"))
    return F.concat(
        F.lit("Among the largest lines of the month: a "),
        kind,
        F.lit(" with a "),
        what,
        F.coalesce(
            F.concat(F.lit(" of "), F.format_number(factor, 1), F.lit(" times the median")), F.lit(" above the rest")
        ),
    )
