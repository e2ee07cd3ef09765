"""Whether customers come back: those who first bought in one month, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.analytics.members import UNKNOWN
from lakehouse.columns import share
from lakehouse.rules import between, reconciles
from lakehouse.table import DATE, INTEGER, LONG, MONEY, RATE, STRING, Column, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame
    from pyspark.sql.types import DataType

BUSINESS = ("system", "currency")
COHORT = (*BUSINESS, "cohort_month")


@table(
    "gold.cohort_retention",
    grain=("system", "currency", "cohort_month", "age_months"),
    inputs={"days": "gold.customer_cube"},
    traces={"cohort_month": "", "age_months": ""},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("currency", STRING, "ISO 4217 code.", nullable=False),
        Column("cohort_month", DATE, "First day of the month of the first order.", nullable=False),
        Column("age_months", INTEGER, "Months since then; 0 = the month of the first order.", nullable=False),
        Column("active_month", DATE, "First day of the month that the row tells of.", nullable=False),
        Column("cohort_customers", LONG, "Customers who first ordered in the cohort's month.", nullable=False),
        Column("customers", LONG, "Those of them who ordered in this month.", nullable=False),
        Column("retention_rate", RATE, "Customers ÷ cohort customers.", nullable=False, unit="share"),
        Column("orders", LONG, "Orders in which they bought products.", nullable=False),
        Column("sold_amount", MONEY, "Net amount of products they bought.", nullable=False, unit="currency"),
        Column(
            "returned_amount",
            MONEY,
            "Net amount of products they brought back, from the day of the first order on; 0 or less.",
            nullable=False,
            unit="currency",
        ),
        Column("net_amount", MONEY, "Sold less returned.", nullable=False, unit="currency"),
        Column(
            "lifetime_amount",
            MONEY,
            "Net amount up to and including this month ÷ cohort customers.",
            nullable=False,
            unit="currency",
        ),
    ),
    rules=(
        reconciles("orders", "gold.customer_cube", where=f"customer_key <> '{UNKNOWN}'"),
        reconciles("sold_amount", "gold.customer_cube", where=f"customer_key <> '{UNKNOWN}'"),
        between("age_months", 0, None),
    ),
    refresh="daily at 00:30",
    release_group="customers",
)
def cohort_retention(days: DataFrame) -> DataFrame:
    """One row per system, currency, month of first order and age in months, up to the newest month with a sale.

    Months in which nobody of a cohort came back are there, with zeros; the newest month may not be over. Customers that
    nobody knows cannot come back and are left out, as are those who never ordered. Cohorts are those of a currency: who
    first orders in another one later is new in it.
    Built whole from the cube: one late line can move a customer, and all that followed, into another cohort.
    """
    known = days.where(F.col("customer_key") != UNKNOWN).transform(since_first_order)
    seen = known.groupBy(*COHORT, "active_month").agg(
        F.count_distinct(F.when(F.col("orders") > 0, F.col("customer_key"))).alias("customers"),
        *(F.sum(name).alias(name) for name in ("orders", "sold_amount", "returned_amount", "net_amount")),
    )
    ages = Window.partitionBy(*COHORT).orderBy("age_months")
    so_far = F.sum("net_amount").over(ages)
    return (
        every_age(seen)
        .join(seen, on=[*COHORT, "active_month"], how="left")
        .withColumn("age_months", F.months_between("active_month", "cohort_month").cast(INTEGER))
        .withColumns({name: counted(name, LONG) for name in ("customers", "orders")})
        .withColumns({name: counted(name, MONEY) for name in ("sold_amount", "returned_amount", "net_amount")})
        .withColumn("cohort_customers", F.max("customers").over(Window.partitionBy(*COHORT)))
        .withColumn("retention_rate", share("customers", "cohort_customers"))
        .withColumn("lifetime_amount", F.try_divide(so_far, "cohort_customers").cast(MONEY))
        .select(*cohort_retention.column_names)
    )


def since_first_order(days: DataFrame) -> DataFrame:
    """Keep what each customer did from the first order on, and add its month as `cohort_month`."""
    mine = Window.partitionBy(*BUSINESS, "customer_key")
    first = F.min(F.when(F.col("orders") > 0, F.col("sold_on"))).over(mine)
    return (
        days.withColumn("first_ordered_on", first)
        .where(F.col("sold_on") >= F.col("first_ordered_on"))
        .withColumn("cohort_month", F.trunc("first_ordered_on", "month"))
        .withColumn("active_month", F.trunc("sold_on", "month"))
    )


def every_age(seen: DataFrame) -> DataFrame:
    """Return each cohort with every month from its own to the newest of its system in any currency."""
    newest = F.max("active_month").over(Window.partitionBy("system"))
    months = F.sequence("cohort_month", "newest_month", F.expr("INTERVAL 1 MONTH"))
    return (
        seen.withColumn("newest_month", newest)
        .select(*COHORT, "newest_month")
        .distinct()
        .select(*COHORT, F.explode(months).alias("active_month"))
    )


def counted(name: str, kind: DataType) -> SparkColumn:
    """0 where nobody came."""
    return F.coalesce(name, F.lit(0)).cast(kind)
