"""Which regions grow and which fall behind, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.earlier import beside_earlier
from lakehouse.columns import share
from lakehouse.rules import between, reconciles
from lakehouse.table import DATE, INTEGER, LONG, MONEY, RATE, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.business import AsOf

MONTH = ("system", "currency", "sold_month")
MEASURES = {"lines": LONG, "units": UNITS, "discount_amount": MONEY, "net_amount": MONEY}


@table(
    "gold.region_performance",
    grain=(*MONTH, "region"),
    inputs={"cube": "gold.sales_cube"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("sold_month", DATE, "First day of the business month.", nullable=False),
        Column("region", STRING, "Sales region; 'Unknown' when the source gives none.", nullable=False),
        Column(
            "through_on", DATE, "Day up to which is compared; before the month: none of it has come.", nullable=False
        ),
        Column("lines", LONG, "Lines sold or returned.", nullable=False),
        Column("units", UNITS, "Units sold less units returned.", nullable=False, unit="units"),
        Column("discount_amount", MONEY, "Taken off by the retailer.", nullable=False, unit="currency"),
        Column("net_amount", MONEY, "Revenue: after discount, before tax.", nullable=False, unit="currency"),
        Column("revenue_share", RATE, "Net amount ÷ net amount of the month.", unit="share"),
        Column("revenue_rank", INTEGER, "1 = most net amount of the month.", nullable=False),
        Column("month_before_amount", MONEY, "Net amount of the month before.", nullable=False, unit="currency"),
        Column("growth", RATE, "Net amount ÷ that of the month before − 1; NULL without a whole one.", unit="share"),
        Column("year_before_amount", MONEY, "Net amount of the year before.", nullable=False, unit="currency"),
        Column(
            "year_growth", RATE, "Net amount ÷ that of the year before − 1; NULL without a whole one.", unit="share"
        ),
    ),
    rules=(
        reconciles("net_amount", "gold.sales_cube"),
        reconciles("lines", "gold.sales_cube"),
        between("revenue_rank", 1, None),
    ),
)
def region_performance(cube: DataFrame, *, as_of: AsOf) -> DataFrame:
    """One row per system, currency, month and region that sold in it, in the month before or a year before.

    While the newest month lasts, it is compared with the same days of the month before and of the year before. What is
    dated on the day of judgement or later is there, and not compared. A month in which the business's first sale came
    after the third day is no whole one: nothing is said to have grown from it.
    Ties of rank go by name. Built whole: growth looks into other months than a slice would hold.
    """
    month = Window.partitionBy(*MONTH)
    return (
        beside_earlier(cube, "region", MEASURES, as_of=as_of)
        .withColumn("revenue_share", share("net_amount", F.sum("net_amount").over(month)))
        .withColumn("revenue_rank", F.row_number().over(month.orderBy(F.desc("net_amount"), "region")))
        .select(*region_performance.column_names)
    )
