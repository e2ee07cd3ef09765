"""Lines that a file took away by its new content while another delivery still holds them."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse import ledger, store
from lakehouse.plan import Facts
from lakehouse.steps.silver.building import built_rows, sources_of
from lakehouse.steps.silver.claiming import replaced_paths

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.settings import Source
    from lakehouse.steps.context import Context


def lines_of_replaced_files(record: StepRecord, context: Context) -> DataFrame | None:
    """Return the published rows that came from files which this step's files replace; None when there is no such."""
    paths = {s.name: p for s in sources_of(record, context) if (p := replaced_paths(record, s, context))}
    if not paths or record.version_before is None:
        return None
    old = store.read(context.spark, context.lake, context.table(record), version=record.version_before)
    mine = [(F.col("source") == source) & F.col("_file").isin(list(names)) for source, names in paths.items()]
    return old.where(reduce(lambda one, other: one | other, mine))


def delivered_before(record: StepRecord, context: Context) -> DataFrame | None:
    """Return the rows of earlier deliveries under the keys of those lines, built by today's rules.

    They were judged before and are no rows of this step's books. Costs a look at all Bronze rows of the business,
    so it is taken only when a file was delivered again with other content.
    """
    lines = lines_of_replaced_files(record, context)
    if lines is None:
        return None
    table = context.table(record)
    system = sources_of(record, context)[0].system
    earlier = [
        rows
        for source in context.catalog.feeding(table)
        if source.system == system and (rows := rows_before(record, source, context)) is not None
    ]
    if not earlier:
        return None
    rows = reduce(lambda one, other: one.unionByName(other), earlier)
    return rows.join(lines.select(*table.grain), on=list(table.grain), how="left_semi")


def rows_before(record: StepRecord, source: Source, context: Context) -> DataFrame | None:
    """Return the rows of a source that earlier steps judged, without contents that gave way to later ones."""
    facts = Facts(steps=ledger.steps(context.lake))
    claimed = set(record.inputs["batches"].get(source.name, ()))
    judged = facts.consumed(record.table, source.name) - claimed
    if not judged:
        return None
    # a content is known to have given way by the later one, so both are looked at and the claimed one is left out
    whole = replace(record, inputs={**record.inputs, "batches": {source.name: sorted(judged | claimed)}, "full": True})
    return built_rows(whole, source, context).where(~F.col("_batch_id").isin(sorted(claimed)))
