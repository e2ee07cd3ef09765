"""Order lines, each with the header of its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.analytics.looking_up import with_newest

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def adapt(*, items: DataFrame, orders: DataFrame) -> DataFrame:
    """Return each line with customer, days and address of its order; a line without a header has none of them."""
    return with_newest(items, orders, on="OrderID")
