"""From staged or Bronze rows to rows of a quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.quarantine.contract import COLUMNS

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from lakehouse.ledger import StepRecord

ROW = ("_batch_id", "_row_id")
ENGINE_COLUMNS = ("_batch_id", "_file", "_row_id", "_ingested_at")


def quarantined_rows(staged: DataFrame, bronze: DataFrame, record: StepRecord) -> DataFrame:
    """Return the staged rows of a source that broke a `quarantine` rule, with their text as it lies in Bronze."""
    routed = staged.where(F.col("_outcome") == "quarantined").select("source", *ROW, "_file", "_broken")
    delivered = bronze.select(*ROW, as_delivered(bronze).alias("_raw"))
    found = routed.join(delivered, on=list(ROW), how="left")
    return _as_contract(found, record, broken=F.array_join("_broken", ","), status="open")


def discarded_rows(bronze: DataFrame, record: StepRecord) -> DataFrame:
    """Return the Bronze rows of what a person discarded; they were not judged."""
    rows = bronze.select(*ROW, "_file", as_delivered(bronze).alias("_raw")).withColumn("source", F.lit(record.source))
    return _as_contract(rows, record, broken=F.lit("discarded"), status="waived")


def as_delivered(bronze: DataFrame) -> Column:
    """All text of a row as one JSON object by Bronze column; what is NULL is left out."""
    told = [name for name in bronze.columns if name not in ENGINE_COLUMNS]
    return F.to_json(F.struct(*[F.col(f"`{name}`") for name in told]))


def _as_contract(rows: DataFrame, record: StepRecord, *, broken: Column, status: str) -> DataFrame:
    seen = F.lit(record.at).cast("timestamp")
    given = {
        "broken": broken,
        "raw": F.col("_raw"),
        "status": F.lit(status),
        "attempts": F.lit(1),
        "step_id": F.lit(record.step_id),
        "contract_hash": F.lit(record.inputs["hash"]),
        "first_seen_at": seen,
        "last_seen_at": seen,
        "decision": F.lit(None),
    }
    return rows.select(*[given.get(c.name, F.col(c.name)).cast(c.type).alias(c.name) for c in COLUMNS])
