"""Write the rows of a step to its staging, once, count every rule on the way, and read them back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pyarrow.fs import FileSystem
from pyspark.sql import Observation
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from lakehouse.gate.values import OUTCOMES, OUTSIDE, REFAILED, Counts
from lakehouse.quality import SEEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import DataFrame, SparkSession

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
    observed = rows.observe(observation, F.expr(f"count(1) AS {ROWS}"), *map(F.expr, _counted(measures)))
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
    return spark.read.schema(schema).parquet(folder).to(schema)


def files_of(folder: str, outcome: str) -> str:
    """Return where the staged files lie whose rows have one outcome."""
    return f"{folder}/{OUTCOME}={outcome}"


def _note_schema(schema: StructType, folder: str) -> None:
    files, path = FileSystem.from_uri(folder)
    may_be_null = schema.toNullable()
    with files.open_output_stream(f"{path}/{SCHEMA}") as out:
        out.write(may_be_null.json().encode())


Measures = Mapping[tuple[str, str], str]
"""By kind and id, the condition in SQL that the counted rows meet."""


def _measures(
    rows: DataFrame, rules: Sequence[Rule], corrections: Sequence[str], *, nullable: Sequence[str]
) -> Measures:
    """Return everything to be counted. Rows that came in stand beside versions that a table had before."""
    wanted = {("failed", rule.id): f"NOT coalesce(({rule.good}), true)" for rule in rules}
    has_outcome = OUTCOME in rows.columns
    if has_outcome:
        wanted |= {("outcome", name): f"{OUTCOME} = '{name}'" for name in (*OUTCOMES, *OUTSIDE)}
        wanted |= {("nulls", name): f"{OUTCOME} = 'published' AND `{name}` IS NULL" for name in nullable}
    if "_corrected" in rows.columns:
        came_in = f"{OUTCOME} NOT IN ('kept', 'gone') AND " if has_outcome else ""
        wanted |= {("corrected", name): f"{came_in}array_contains(_corrected, '{name}')" for name in corrections}
    if SEEN in rows.columns:
        wanted |= {("seen", place): f"{SEEN} = '{place}'" for place in ("table", "quarantine")}
        wanted[("seen", REFAILED)] = f"{SEEN} = 'quarantine' AND {OUTCOME} = 'quarantined'"
    return wanted


def _counted(measures: Measures) -> list[str]:
    """Return the aggregates in SQL: as text they reach Spark in one call each, built of Columns in dozens."""
    return [f"count_if({condition}) AS measure_{n}" for n, condition in enumerate(measures.values())]


def _of(kind: str, measures: Measures, found: Mapping[str, int | None]) -> dict[str, int]:
    """Return the counts of one kind by id; a frame without rows counts nothing."""
    return {key: found.get(f"measure_{n}") or 0 for n, (of, key) in enumerate(measures) if of == kind}
