"""How each category does: what it earns, how fast it grows, and what discounts and returns take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.earlier import beside_earlier
from lakehouse.columns import share
from lakehouse.rules import reconciles
from lakehouse.table import DATE, LONG, MONEY, RATE, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.business import AsOf

MONTH = ("system", "currency", "sold_month")
MEASURES = {
    "lines": LONG,
    "units": UNITS,
    "gross_amount": MONEY,
    "discount_amount": MONEY,
    "returned_amount": MONEY,
    "net_amount": MONEY,
}


@table(
    "gold.category_performance",
    grain=(*MONTH, "category"),
    inputs={"cube": "gold.sales_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_month", DATE, "First day of the business month.", nullable=False),
        Column("category", STRING, "Category; 'Unknown' when neither catalogue nor line gives one.", nullable=False),
        Column(
            "through_on", DATE, "Day up to which is compared; before the month: none of it has come.", nullable=False
        ),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("gross_amount", MONEY, "Before discount.", nullable=False, unit="currency"),
        Column("discount_amount", MONEY, "Taken off by the retailer.", nullable=False, unit="currency"),
        Column(
            "returned_amount", MONEY, "Net amount of what was taken back; 0 or less.", nullable=False, unit="currency"
        ),
        Column("net_amount", MONEY, "Revenue: after discount, before tax.", nullable=False, unit="currency"),
        Column("revenue_share", RATE, "Net amount ÷ net amount of the month.", unit="share"),
        Column("discount_rate", RATE, "discount_amount ÷ gross_amount; NULL when gross is 0.", unit="share"),
        Column("return_rate", RATE, "Amount taken back ÷ amount sold; NULL when nothing was sold.", unit="share"),
        Column("month_before_amount", MONEY, "Net amount of the month before.", nullable=False, unit="currency"),
        Column("growth", RATE, "Net amount ÷ that of the month before − 1; NULL without a whole one.", unit="share"),
        Column("year_before_amount", MONEY, "Net amount of the year before.", nullable=False, unit="currency"),
        Column(
            "year_growth", RATE, "Net amount ÷ that of the year before − 1; NULL without a whole one.", unit="share"
        ),
    ),
    rules=(reconciles("net_amount", "gold.sales_cube"), reconciles("lines", "gold.sales_cube")),
)
def category_performance(cube: DataFrame, *, as_of: AsOf) -> DataFrame:
    """One row per system, currency, month and category that sold in it, in the month before or a year before.

    While the newest month lasts, it is compared with the same days of the month before and of the year before. What is
    dated on the day of judgement or later is there, and not compared. A month in which the business's first sale came
    after the third day is no whole one: nothing is said to have grown from it.
    Rates are weighted by money. Built whole: growth looks into other months than a slice would hold.
    """
    month = Window.partitionBy(*MONTH)
    returned = -F.col("returned_amount")
    return (
        beside_earlier(cube, "category", MEASURES, as_of=as_of)
        .withColumn("revenue_share", share("net_amount", F.sum("net_amount").over(month)))
        .withColumn("discount_rate", share("discount_amount", "gross_amount"))
        .withColumn("return_rate", share(returned, F.col("net_amount") + returned))
        .select(*category_performance.column_names)
    )
