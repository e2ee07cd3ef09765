"""Who is a member of a dimension: what a business lists and, for all else, one member called unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.columns import beginning

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

UNKNOWN = "unknown"
"""Key of whatever a catalogue does not list; an id that reads so is not listed."""


def listed(versions: DataFrame, key: str) -> DataFrame:
    """Return the versions of what a business lists; those that say it was deleted are none."""
    return versions.where(~F.col("is_deleted") & (F.col(key) != UNKNOWN))


def with_unknown(members: DataFrame, versions: DataFrame, key: str) -> DataFrame:
    """Add one member for each system that has a catalogue: `key` is 'unknown', it was and is valid all the time."""
    given = {
        key: F.lit(UNKNOWN),
        "valid_from_at": beginning(),
        "is_current": F.lit(col=True),
        "system": F.col("system"),
    }
    columns = [given.get(field.name, F.lit(None)).cast(field.dataType).alias(field.name) for field in members.schema]
    return members.unionByName(versions.select("system").distinct().select(*columns))
