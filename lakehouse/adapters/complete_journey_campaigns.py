"""Who was reached by which campaign, each with what is known of the campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.analytics.looking_up import with_newest

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def adapt(*, households: DataFrame, descriptions: DataFrame) -> DataFrame:
    """Return each household of a campaign with the campaign's type, first and last day."""
    return with_newest(households, descriptions, on="campaign_id")
