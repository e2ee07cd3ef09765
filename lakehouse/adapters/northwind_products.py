"""Products, each with the name of its category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.analytics.looking_up import with_newest

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def adapt(*, products: DataFrame, categories: DataFrame) -> DataFrame:
    """Return each product with `CategoryName` and `Description` of its category, where that is listed."""
    return with_newest(products, categories, on="CategoryID")
