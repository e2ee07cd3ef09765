"""How to reach the customers of each business: the one table of Gold that names people.

Everything else in Gold knows a customer by key, initials and a hash. Exports and traces leave the columns marked as
personal out unless `--values` asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.members import listed
from lakehouse.rules import covers, refers_to
from lakehouse.table import STRING, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LISTED = "is_current AND NOT is_deleted AND customer_id <> 'unknown'"


@table(
    "gold.customer_contacts",
    grain=("system", "customer_key"),
    inputs={"customers": "silver.customers"},
    traces={"customer_key": "customer_id"},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("customer_key", STRING, "Key of the customer.", nullable=False),
        Column("full_name", STRING, "Name as it is now.", pii=True),
        Column("email", STRING, "Address in small letters; NULL when missing or broken.", pii=True),
        Column("phone", STRING, "Digits with a leading + where given; NULL when missing or broken.", pii=True),
    ),
    rules=(
        refers_to("customer_key", "silver.customers", theirs="customer_id"),
        covers("customer_key", "silver.customers", their="customer_id", where=LISTED),
    ),
    write=Replace(only_changed=True),
)
def customer_contacts(customers: DataFrame) -> DataFrame:
    """One row per system and customer that is listed now.

    Built whole: it follows a dimension, whose rows are few beside those of sales. Whoever is erased from
    `silver.customers` is gone from here after the next run.
    """
    return (
        listed(customers, "customer_id")
        .where("is_current")
        .withColumn("customer_key", F.col("customer_id"))
        .select(*customer_contacts.column_names)
    )
