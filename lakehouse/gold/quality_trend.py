"""How good is what each source delivers, day by day, and where is it getting worse?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.rules import between, covers, one_of
from lakehouse.table import DATE, LONG, RATE, STRING, Column, Replace, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

KINDS = ("rule", "correction", "nulls", "rows")
OUTCOMES = ("published", "quarantined", "duplicate", "superseded", "held", "replayed")
JUDGED = ("done", "blocked")
OF_ROWS = ("grain", "history")
"""What rules about rows as a whole begin with, where others begin with their column."""
GRAIN = ("table_name", "source", "day_on", "column_name", "measure")


@table(
    "gold.quality_trend",
    grain=GRAIN,
    inputs={"results": "ops.dq_results", "steps": "ops.steps"},
    traces={
        "table_name": '"table"',
        "source": "source",
        "day_on": "CAST(at AS DATE)",
        "column_name": "",
        "measure": "rule",
    },
    columns=(
        Column("table_name", STRING, "Table that was audited.", nullable=False),
        Column("source", STRING, "Source of the rows; empty for a mart.", nullable=False),
        Column("day_on", DATE, "Day of the audit in UTC.", nullable=False),
        Column("column_name", STRING, "Column that is measured; empty for rows as a whole.", nullable=False),
        Column(
            "measure",
            STRING,
            "A rule, a correction, `nulls`, or what became of rows: `quarantined`, `duplicate`, a mart's `unchanged`.",
            nullable=False,
        ),
        Column("kind", STRING, "rule, correction, nulls or rows.", nullable=False),
        Column("severity", STRING, "warn, quarantine or block; empty for what is no rule.", nullable=False),
        Column("audits", LONG, "Audits of the day that measured it.", nullable=False),
        Column("broken_audits", LONG, "Audits in which the rule was broken by more than it tolerates.", nullable=False),
        Column("checked", LONG, "Rows (for a rule about the whole table: keys) that were looked at.", nullable=False),
        Column("counted", LONG, "Those that broke the rule, were put right, are NULL or ended so.", nullable=False),
        Column("share", RATE, "counted ÷ checked; NULL where nothing was looked at.", unit="share of checked"),
    ),
    rules=(
        covers("table_name", "ops.dq_results", their="table"),
        covers("measure", "ops.dq_results", their="rule"),
        one_of("kind", KINDS),
        between("counted", 0, None),
    ),
    write=Replace(),
    refresh="daily at 00:30",
    release_group="quality",
)
def quality_trend(results: DataFrame, steps: DataFrame) -> DataFrame:
    """One row per table, source, day, column and measure of an audit.

    share = counted ÷ checked: for a rule the share of rows that break it (the complement of the simple ratio of Pipino,
    Lee and Wang, "Data Quality Assessment", CACM 45(4), 2002), for `nulls` published rows without a value ÷ published
    rows, for outcomes rows that ended so ÷ rows read. Values that are missing are counted in Silver alone. A row that
    a mart built again as it stood is `unchanged`; a `duplicate` is one that was delivered twice. Days are those on
    which a step was audited or closed, in UTC.

    Built whole: the ledger, a few rows per step, is small beside what it tells of. What runs add to it never starts
    a run; the mart is built beside other steps, as the last of them, once a day. Its own audit is seen a day later.
    """
    measured = of_rules(results).unionByName(of_nulls(steps)).unionByName(of_rows(steps))
    return (
        measured.groupBy(*GRAIN)
        .agg(
            F.max("kind").alias("kind"),
            F.max("severity").alias("severity"),
            F.count(F.lit(1)).alias("audits"),
            F.count_if("is_broken").alias("broken_audits"),
            F.sum("checked").alias("checked"),
            F.sum("counted").alias("counted"),
        )
        .withColumn("share", F.round(F.try_divide("counted", "checked"), 6).cast(RATE))
        .select(*quality_trend.column_names)
    )


def of_rules(results: DataFrame) -> DataFrame:
    """Return what each audit counted by rule and correction; one that was finished later counts once."""
    newest = Window.partitionBy("step_id", "rule").orderBy(F.desc("at"))
    is_correction = F.col("severity") == ""
    return (
        results.withColumn("place", F.row_number().over(newest))
        .where("place = 1")
        .select(
            *about(F.col("at"), column=column_of("rule"), measure=F.col("rule")),
            F.when(is_correction, "correction").otherwise("rule").alias("kind"),
            F.col("severity"),
            F.col("checked"),
            F.when(is_correction, F.col("corrected")).otherwise(F.col("failed")).alias("counted"),
            F.col("verdict").isin("failed", "warned", "errored").alias("is_broken"),
        )
    )


def of_nulls(steps: DataFrame) -> DataFrame:
    """Return the published rows without a value of each column that a step counted."""
    told = F.from_json("counts", "outcomes map<string, bigint>, nulls map<string, bigint>")
    return (
        steps.where(F.col("state") == "done")
        .withColumn("told", told)
        .select("*", F.explode("told.nulls").alias("column_name", "nulls"))
        .select(
            *about(F.col("at"), column=F.col("column_name"), measure=F.lit("nulls")),
            F.lit("nulls").alias("kind"),
            F.lit("").alias("severity"),
            F.coalesce(F.col("told.outcomes")["published"], F.lit(0)).alias("checked"),
            F.col("nulls").alias("counted"),
            F.lit(False).alias("is_broken"),
        )
    )


def of_rows(steps: DataFrame) -> DataFrame:
    """Return what became of the rows that each step of Silver or Gold read."""
    counted = [F.struct(measure_of(name).alias("measure"), F.col(name).alias("counted")) for name in OUTCOMES]
    return (
        steps.where(F.col("state").isin(*JUDGED) & ~F.col("table").startswith("bronze."))
        .withColumn("outcome", F.explode(F.array(*counted)))
        .select(
            *about(F.col("at"), column=F.lit(""), measure=F.col("outcome.measure")),
            F.lit("rows").alias("kind"),
            F.lit("").alias("severity"),
            F.coalesce("read", F.lit(0)).alias("checked"),
            F.coalesce("outcome.counted", F.lit(0)).alias("counted"),
            F.lit(False).alias("is_broken"),
        )
    )


def measure_of(outcome: str) -> SparkColumn:
    """Return what an outcome is called; the ledger books a mart's rows that stay as they were as duplicates."""
    if outcome != "duplicate":
        return F.lit(outcome)
    return F.when(F.col("table").startswith("gold."), "unchanged").otherwise(outcome)


def about(at: SparkColumn, *, column: SparkColumn, measure: SparkColumn) -> tuple[SparkColumn, ...]:
    """Return the columns of the grain, under their names."""
    given = (F.col("table"), F.col("source"), F.to_date(at), column, measure)
    return tuple(each.alias(name) for each, name in zip(given, GRAIN, strict=True))


def column_of(rule: str) -> SparkColumn:
    """Return the column that a rule or correction begins with; empty where it is about rows."""
    first = F.split_part(F.col(rule), F.lit("."), F.lit(1))
    is_of_rows = first.isin(*OF_ROWS) | ~F.contains(F.col(rule), F.lit("."))
    return F.when(is_of_rows, "").otherwise(first)
