"""Lines that a file took away by its new content while another delivery still holds them."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse import ledger, store
from lakehouse.plan import Facts
from lakehouse.quarantine import ROW
from lakehouse.steps.silver.building import bronze_rows, built_from, sources_of
from lakehouse.steps.silver.claiming import replaced_paths
from lakehouse.steps.silver.decided import held_places

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.settings import Source
    from lakehouse.steps.context import Context


def lines_of_replaced_files(record: StepRecord, context: Context) -> DataFrame | None:
    """Return the published rows that came from files which this step's files replace; None when there is no such."""
    replaced = is_of_replaced_file(record, context)
    if replaced is None or record.version_before is None:
        return None
    return store.read(context.spark, context.lake, context.table(record), version=record.version_before).where(replaced)


def is_of_replaced_file(record: StepRecord, context: Context) -> Column | None:
    """Whether a published row came from a file that this step's files replace; None when they replace none."""
    paths = {s.name: p for s in sources_of(record, context) if (p := replaced_paths(record, s, context))}
    mine = [(F.col("source") == source) & F.col("_file").isin(list(names)) for source, names in paths.items()]
    return reduce(or_, mine) if mine else None


def giving_way(record: StepRecord, context: Context, moved: DataFrame | None) -> DataFrame | None:
    """Return the published rows that stay only if a row of this step has their key; None when there is no such.

    They came from files that were delivered again, or `moved`: from rows that are judged again and say otherwise now.
    """
    lines = lines_of_replaced_files(record, context)
    if moved is None or moved.isEmpty():
        return lines
    return moved if lines is None else lines.unionByName(moved).distinct()


def delivered_before(
    record: StepRecord, context: Context, *, lines: DataFrame | None, again: DataFrame | None
) -> DataFrame | None:
    """Return the rows of earlier deliveries under the keys of lines that give way, built by today's rules.

    They were judged before and are no rows of this step's books; those that it judges `again` are left out. Costs a
    look at all Bronze rows of the business, so it is taken only when a published line gives way.
    """
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
    found = rows.join(lines.select(*table.grain), on=list(table.grain), how="left_semi")
    if again is None:
        return found
    place = ["source", *ROW]
    return found.join(again.select(*place), on=place, how="left_anti").select(*found.columns)


def rows_before(record: StepRecord, source: Source, context: Context) -> DataFrame | None:
    """Return the rows of a source that earlier steps judged, without contents that gave way to later ones."""
    facts = Facts(steps=ledger.steps(context.lake))
    claimed = set(record.inputs["batches"].get(source.name, ()))
    judged = facts.consumed(record.table, source.name) - claimed
    if not judged:
        return None
    # a content is known to have given way by the later one, so both are looked at and the claimed one is left out
    whole = replace(record, inputs={**record.inputs, "batches": {source.name: sorted(judged | claimed)}, "full": True})
    bronze = bronze_rows(whole, source, context).where(~F.col("_batch_id").isin(sorted(claimed)))
    held = held_places(record, source, context)
    rows = built_from(bronze, record, source, context=context)
    return rows if held is None else rows.join(held, on=list(ROW), how="left_anti").select(*rows.columns)
