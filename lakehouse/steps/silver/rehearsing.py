"""What a step would do, judged without writing anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.quality import SEEN
from lakehouse.steps.silver.again import in_session
from lakehouse.steps.silver.claiming import intended
from lakehouse.steps.silver.comparing import compared_rows

if TYPE_CHECKING:
    from datetime import date

    from lakehouse.plan import Step
    from lakehouse.steps.context import Context

MANY = 100_000
"""Days times places times outcomes that are brought to the driver."""


@dataclass(frozen=True)
class Expected:
    """How many rows of one day would become what."""

    seen: str
    """Where they are now: `table` or `quarantine`; empty for rows of earlier deliveries that would come back."""
    day: date | None
    """By the rules of today."""
    outcome: str
    rows: int


def rehearse(step: Step, context: Context) -> tuple[Expected, ...]:
    """Judge the rows of a step as it would; nothing is staged, published or noted."""
    record = intended(step, "rehearsal", context)
    if record.is_finished:
        return ()
    prune = context.table(record).prune
    day = F.col(prune) if prune else F.lit(None).cast("date")
    rows = compared_rows(record, context, in_session)
    seen = F.coalesce(SEEN, F.lit("")) if SEEN in rows.columns else F.lit("")
    counted = rows.groupBy(seen.alias("seen"), day.alias("day"), "_outcome").agg(F.count(F.lit(1)).alias("rows"))
    found = counted.limit(MANY).collect()
    return tuple(sorted((Expected(*row) for row in found), key=str))
