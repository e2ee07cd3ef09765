"""Write the rows of a step to its staging, once, count every rule on the way, and read them back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyarrow.fs import FileSystem
from pyspark.sql import Observation
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from lakehouse.gate.values import OUTCOMES, OUTSIDE, REFAILED, Counts
from lakehouse.quality import SEEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import Column, DataFrame, SparkSession

    from lakehouse.rules import Rule

ROWS = "rows"
OUTCOME, PERIOD = "_outcome", "_period"
SCHEMA = "_schema.json"
"""Beside the rows: no look into files tells how they are read, and staging without a row can be read too."""


def stage(
    rows: DataFrame,
    *,
    folder: str,
    rules: Sequence[Rule],
    corrections: Sequence[str] = (),
    nullable: Sequence[str] = (),
    by_month_of: str = "",
    by_year_of: str = "",
) -> Counts:
    """Write `rows` to `folder` as plain Parquet in one pass and return what Spark counted; what lay there is replaced.

    `rows` carry the helper columns of `rules`; `_outcome` and `_corrected` are counted where they exist, and with
    outcomes the published rows without a value in the `nullable` columns. Rows of one outcome lie in a folder of their
    own, so that the published ones can become part of their table as they are.
    `by_month_of`, a date, puts each month into a file of its own: what later concerns some days touches few;
    `by_year_of` does so with the years of fewer rows, which stay in the parts they come in.
    """
    measures = _measures(rows, [rule for rule in rules if not rule.of_table], corrections, nullable=nullable)
    observation = Observation()
    observed = rows.observe(observation, F.count(F.lit(1)).alias(ROWS), *(c.alias(n) for n, c in measures.values()))
    parts = [OUTCOME] if OUTCOME in rows.columns else []
    if by_month_of:
        parts.append(PERIOD)
        observed = observed.withColumn(PERIOD, F.date_format(by_month_of, "yyyy-MM")).repartition(PERIOD)
        observed = observed.sortWithinPartitions(*parts, by_month_of)
    elif by_year_of:
        parts.append(PERIOD)
        observed = observed.withColumn(PERIOD, F.year(by_year_of))
    observed.write.mode("overwrite").partitionBy(*parts).parquet(folder)
    _note_schema(rows.schema, folder)
    found = observation.get
    return Counts(
        rows=found.get(ROWS) or 0,
        failed=_of("failed", measures, found),
        outcomes=_of("outcome", measures, found),
        corrected=_of("corrected", measures, found),
        seen=_of("seen", measures, found),
        nulls=_of("nulls", measures, found),
    )


def staged_rows(spark: SparkSession, folder: str) -> DataFrame:
    """Return what was staged in a folder."""
    files, path = FileSystem.from_uri(folder)
    with files.open_input_stream(f"{path}/{SCHEMA}") as told:
        schema = StructType.fromJson(json.loads(told.read()))
    return spark.read.schema(schema).parquet(folder).select(*schema.names)


def files_of(folder: str, outcome: str) -> str:
    """Return where the staged files lie whose rows have one outcome."""
    return f"{folder}/{OUTCOME}={outcome}"


def _note_schema(schema: StructType, folder: str) -> None:
    files, path = FileSystem.from_uri(folder)
    with files.open_output_stream(f"{path}/{SCHEMA}") as out:
        out.write(schema.json().encode())


Measures = dict[tuple[str, str], tuple[str, "Column"]]


def _measures(
    rows: DataFrame, rules: Sequence[Rule], corrections: Sequence[str], *, nullable: Sequence[str]
) -> Measures:
    """Return, by kind and id, the name and the aggregate of everything to be counted."""
    wanted = {("failed", rule.id): _times(~F.coalesce(F.expr(rule.good), F.lit(True))) for rule in rules}
    if OUTCOME in rows.columns:
        wanted |= {("outcome", name): _times(F.col(OUTCOME) == name) for name in (*OUTCOMES, *OUTSIDE)}
        is_seen = F.col(OUTCOME) == "published"
        wanted |= {("nulls", name): _times(is_seen & F.col(name).isNull()) for name in nullable}
    if "_corrected" in rows.columns:
        counts = _came_in(rows)
        wanted |= {("corrected", name): _times(counts & F.array_contains("_corrected", name)) for name in corrections}
    if SEEN in rows.columns:
        was_held = F.col(SEEN) == "quarantine"
        wanted |= {("seen", "table"): _times(F.col(SEEN) == "table"), ("seen", "quarantine"): _times(was_held)}
        wanted[("seen", REFAILED)] = _times(was_held & (F.col(OUTCOME) == "quarantined"))
    return {key: (f"measure_{number}", column) for number, (key, column) in enumerate(wanted.items())}


def _came_in(rows: DataFrame) -> Column:
    """Whether a row came in by this step; beside it may stand versions that a table had before."""
    return ~F.col(OUTCOME).isin("kept", "gone") if OUTCOME in rows.columns else F.lit(col=True)


def _times(condition: Column) -> Column:
    """Return how many rows meet `condition`."""
    return F.count_if(condition)


def _of(kind: str, measures: Measures, found: Mapping[str, int | None]) -> dict[str, int]:
    """Return the counts of one kind by id; a frame without rows counts nothing."""
    return {key: found.get(name) or 0 for (of, key), (name, _) in measures.items() if of == kind}
