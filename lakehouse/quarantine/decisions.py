"""What people decided about single rows, as frames that are never brought to the driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.quarantine.rows import ROW

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TEXTS = "map<string,string>"
HELD = ("open", "waived", "expired")
"""States of a row that is not published."""
AGREED = ("fixed", "replayed")
"""States of a row that was let through after a person looked at it."""
GIVEN_UP = {"waive": "waived", "expire": "expired"}
"""Actions that give a row up, and the state they leave it in."""


def about_rows(actions: DataFrame, table: str, source: str) -> DataFrame:
    """Return the decisions about single rows of one source: `_batch_id _row_id action event_id _when values`."""
    mine = (F.col("table") == table) & (F.col("source") == source) & F.col("row_id").isNotNull()
    return actions.where(mine).select(
        F.col("batch_id").cast("long").alias("_batch_id"),
        F.col("row_id").alias("_row_id"),
        "action",
        "event_id",
        F.struct("at", "event_id").alias("_when"),
        "values",
    )


def newest_decisions(actions: DataFrame, table: str, source: str) -> DataFrame:
    """Return per row its newest decision and whether it was ever fixed: `… action event_id _is_fixed`."""
    newest = F.max_by(F.struct("action", "event_id"), "_when").alias("newest")
    fixed = F.max(F.col("action") == "fix").alias("_is_fixed")
    return about_rows(actions, table, source).groupBy(*ROW).agg(newest, fixed).select(*ROW, "newest.*", "_is_fixed")


def fixes_of(actions: DataFrame, table: str, source: str) -> DataFrame:
    """Return per row the corrected text of each column; of several for one column the newest: `… _fixes`."""
    given = F.explode(F.from_json("values", TEXTS)).alias("column", "text")
    each = about_rows(actions, table, source).where(F.col("action") == "fix").select(*ROW, "_when", given)
    newest = each.groupBy(*ROW, "column").agg(F.max_by("text", "_when").alias("text"))
    pairs = F.map_from_entries(F.collect_list(F.struct("column", "text")))
    return newest.groupBy(*ROW).agg(pairs.alias("_fixes"))
