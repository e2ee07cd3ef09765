"""Which of a source's files are snapshots that a step judges, and which one comes after which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse import ledger, store
from lakehouse.columns import beginning
from lakehouse.plan import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyspark.sql import Column, DataFrame

    from lakehouse.ledger import StepRecord
    from lakehouse.settings import Source
    from lakehouse.steps.context import Context

Place = tuple[int, str]
NEXT = "struct<batch_id:bigint,file:string,sequence_at:timestamp,arrival:bigint>"
SILENT = ("set_aside", "withdrawn", "discarded", "void")
"""States of files whose rows are not judged."""


@dataclass(frozen=True)
class Snapshots:
    """The snapshots of a source that a step judges, oldest first, each a batch and a file."""

    places: tuple[Place, ...] = ()
    before: Place | None = None
    """Judged by an earlier step; what it lists and the first one here does not was deleted."""
    late: tuple[int, ...] = ()
    """Batches judged after a newer one; they say nothing any more."""
    earlier: tuple[Place, ...] = ()
    """All that earlier steps judged, where rows of some are judged again; empty where none is."""

    @property
    def all(self) -> tuple[Place, ...]:
        """Those whose lists are compared."""
        if self.earlier:
            return (*self.earlier, *self.places)
        return (self.before, *self.places) if self.before else self.places


def snapshots_of(record: StepRecord, source: Source, context: Context) -> Snapshots:
    """Return the snapshots of a source among the claimed batches; none for a source that delivers changes."""
    if source.delivers != "snapshot":
        return Snapshots()
    facts = Facts(steps=ledger.steps(context.lake), files=ledger.files(context.lake))
    claimed = sorted(record.inputs["batches"].get(source.name, ()))
    again = frozenset(record.inputs.get("again", {}).get(source.name, ()))
    judged = facts.consumed(record.table, source.name) if not record.inputs["full"] else frozenset()
    late = late_batches([r.inputs.get("batches", {}).get(source.name, ()) for r in (*facts.done(record.table), record)])
    fresh = [batch for batch in claimed if batch not in late and batch not in judged]
    earlier = [place for batch in sorted(judged - late) for place in listing_files(batch, source, facts)]
    return Snapshots(
        places=tuple(place for batch in fresh for place in listing_files(batch, source, facts)),
        before=earlier[-1] if earlier and fresh else None,
        late=tuple(sorted({batch for batch in claimed if batch not in judged} & late | again & late)),
        earlier=tuple(earlier) if again else (),
    )


def late_batches(steps: Iterable[Sequence[int]]) -> frozenset[int]:
    """Return batches that were first judged when a newer one had been; `steps` are those judged together, in order."""
    seen: set[int] = set()
    late: set[int] = set()
    for batches in steps:
        newest = max(seen, default=0)
        late |= {batch for batch in batches if batch not in seen and batch < newest}
        seen |= set(batches)
    return frozenset(late)


def listing_files(batch: int, source: Source, facts: Facts) -> list[Place]:
    """Return the files of a batch that list something, in their order."""
    landed = [r for r in facts.steps if r.table == source.bronze and r.state == "done" and r.inputs["batch"] == batch]
    contents = {path: sha256 for record in landed for path, sha256 in record.inputs["files"].items()}
    known = {(file.path, file.sha256): file for file in facts.files if file.source == source.name}
    return [
        (batch, path)
        for path, sha256 in sorted(contents.items())
        if (file := known.get((path, sha256))) and file.state not in SILENT and file.rows
    ]


def in_snapshots(rows: DataFrame, record: StepRecord, source: Source, *, context: Context) -> DataFrame:
    """Add `_snapshot`, `_next` and `_listed_before` to rows of a source that delivers snapshots, and mark late ones."""
    if source.delivers != "snapshot":
        return rows
    found = snapshots_of(record, source, context)
    marked = rows.withColumns(
        {
            "_stale": F.col("_batch_id").isin(list(found.late)),
            "_listed_before": F.lit(col=False),
            "_snapshot": F.lit(None).cast("int"),
            "_next": F.lit(None).cast(NEXT),
        }
    )
    if not found.all:
        return marked
    arrived = moments(record, source, context, batches={batch for batch, _ in found.all})
    numbered = marked.withColumns({"_snapshot": number_of(found.all), "_moments": arrived})
    return numbered.withColumn("_next", next_of(found.all, source, context)).drop("_moments")


def number_of(places: Sequence[Place]) -> Column:
    """Number of the snapshot that a row belongs to, from 0; NULL: to none."""
    pairs = [F.lit(each) for number, (batch, path) in enumerate(places) for each in (f"{batch} {path}", number)]
    return F.try_element_at(F.create_map(*pairs), F.concat_ws(" ", "_batch_id", "_file"))


def next_of(places: Sequence[Place], source: Source, context: Context) -> Column:
    """Place, moment and arrival of the snapshot after the one that a row belongs to; NULL behind the last one.

    Reads `_snapshot`, and `_moments` of the batches.
    """
    listed = F.array(
        *(F.struct(F.lit(b).cast("bigint").alias("batch_id"), F.lit(path).alias("file")) for b, path in places)
    )
    following = F.try_element_at(listed, F.col("_snapshot") + 2)
    batch = following.getField("batch_id")
    moment = F.try_element_at("_moments", batch)
    told = F.struct(
        batch.alias("batch_id"),
        following.getField("file").alias("file"),
        F.greatest(moment, beginning()).alias("sequence_at"),
        arrival_of(F.lit(source.name), batch, context).alias("arrival"),
    )
    return F.when(batch.isNotNull(), told).cast(NEXT)


def moments(record: StepRecord, source: Source, context: Context, *, batches: Iterable[int]) -> Column:
    """When each batch reached Bronze, as a map."""
    version = record.inputs["versions"][source.bronze]
    bronze = store.read_all(context.spark, context.lake, source.bronze, version=version)
    mine = bronze.where(F.col("_batch_id").isin(sorted(batches))).select("_batch_id", "_ingested_at").distinct()
    return mine.agg(F.map_from_entries(F.collect_list(F.struct("_batch_id", "_ingested_at")))).scalar()


def arrival_of(source: Column, batch: Column, context: Context) -> Column:
    """Order in which batches arrived, across sources: the place of their Bronze steps in the ledger."""
    landed = [record for record in ledger.steps(context.lake) if "batch" in record.inputs and record.state == "done"]
    pairs = [F.lit(each) for n, r in enumerate(landed) for each in (f"{r.source} {r.inputs['batch']}", n)]
    places = F.create_map(*pairs).cast("map<string,bigint>")
    return F.try_element_at(places, F.concat_ws(" ", source, batch))
