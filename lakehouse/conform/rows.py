"""From Bronze rows to contract columns, stage by stage; every stage reads only the one before it."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from pyspark.errors import AnalysisException
from pyspark.sql import functions as F

from lakehouse.conform.line_id import TOLD, fingerprint, with_lines
from lakehouse.conform.near import matched, reference_of
from lakehouse.conform.numbers import plain_number
from lakehouse.conform.targets import ARRIVED, KEPT, bronze_column, check, targets_of
from lakehouse.conform.text import cased, meant_text, respelled, trimmed
from lakehouse.conform.values import corrections, flags_unmapped, ids_where, is_broken, value
from lakehouse.errors import LakehouseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import Column, DataFrame

    from lakehouse.conform.targets import Target
    from lakehouse.settings.values import Source
    from lakehouse.table import Table

FIXES = "_fixes"
NOTHING: Mapping[str, DataFrame] = MappingProxyType({})


def conform(
    bronze: DataFrame,
    source: Source,
    table: Table,
    *,
    beside: Mapping[str, DataFrame] = NOTHING,
    references: Mapping[str, DataFrame] = NOTHING,
    fixes: DataFrame | None = None,
) -> DataFrame:
    """Every contract column of `table`, typed, and what happened on the way; one lazy plan, nothing is run.

    Per column, in this order: trim, drop_suffix, nulls, spellings, near, case, parse. Keys of `spellings` and words
    of `nulls` match ignoring case. A contract column that is not mapped is a typed NULL.
    `beside`: the other parts of a source made of several, as delivered, for its adapter.
    `fixes`: `_batch_id _row_id _fixes` (text by contract column), read in the place of what was delivered.

    Beside the contract: `_batch_id _file _row_id` and, where Bronze has it, `_ingested_at`; `_raw` (struct of all
    delivered columns); `_broken` (ids `<column>.parses` of what was delivered but could not be read); `_corrected`
    (ids of corrections_of); `_repeated` (identical to an earlier row of the same file, where the source drops these).
    Raises ConfigError for a mapped header that is not delivered. The session must be in UTC.
    """
    delivered = fixed(adapted(bronze, source, beside), fixes)
    targets = targets_of(source, table)
    check(targets, delivered.schema, source)
    rows = spelled(texts(delivered, source, targets), targets)
    for target in targets:
        rows = neared(rows, target, source, references=references)
    rows = with_lines(parsed(cleaned(rows, targets), targets), source, table, targets=targets)
    return as_contract(rows, source, table)


def adapted(bronze: DataFrame, source: Source, beside: Mapping[str, DataFrame] = NOTHING) -> DataFrame:
    """Bronze rows as flat text columns, through the source's adapter where it names one.

    An adapter gives one row for each row that it is given of the source, and keeps where this stands in Bronze.
    """
    if not source.adapter:
        return bronze
    adapt = import_module(f"lakehouse.adapters.{source.adapter}").adapt
    try:
        rows: DataFrame = adapt(**{source.rows: bronze, **beside}) if source.rows else adapt(bronze)
    except AnalysisException as missing:
        what = str(missing).strip().splitlines()[0]
        raise LakehouseError(f"{source.name}: adapter {source.adapter} finds not what it needs: {what}") from missing
    return rows


def told(bronze: DataFrame, source: Source, beside: Mapping[str, DataFrame] = NOTHING) -> DataFrame:
    """Where each row stands and a fingerprint of all that it says, its other parts included: `_told`."""
    rows = adapted(bronze, source, beside)
    return rows.select("_batch_id", "_row_id", fingerprint(said(rows)).alias(TOLD))


def fixed(delivered: DataFrame, fixes: DataFrame | None) -> DataFrame:
    """Put the texts that people decided on beside what was delivered."""
    if fixes is None:
        return delivered
    return delivered.join(F.broadcast(fixes), on=["_batch_id", "_row_id"], how="left")


def texts(delivered: DataFrame, source: Source, targets: Sequence[Target]) -> DataFrame:
    """One text column per target; the delivered columns go on inside `_raw`."""
    columns = [*map(F.col, kept(delivered)), F.struct(*said(delivered)).alias("_raw")]
    if source.identical_rows == "drop":
        columns.append(fingerprint([*map(F.col, KEPT[:2]), *said(delivered)]).alias(TOLD))
    if FIXES in delivered.columns:
        columns.append(F.col(FIXES))
    origins = {target.origin: origin_of(target, delivered) for target in targets}
    rows = delivered.select(*columns, *[trimmed(column).alias(name) for name, column in origins.items()])
    meant = [meant_text(text_of(target, rows), target.mapped).alias(target.text) for target in targets]
    return rows.select(*[name for name in rows.columns if name not in origins and name != FIXES], *meant)


def said(rows: DataFrame) -> list[Column]:
    """Return the delivered columns of rows."""
    return [named(name) for name in rows.columns if not name.startswith("_") or name == "_rescued"]


def kept(rows: DataFrame) -> tuple[str, ...]:
    """Where a row stands in Bronze and, where it is known, when it got there."""
    return (*KEPT, ARRIVED) if ARRIVED in rows.columns else KEPT


def origin_of(target: Target, delivered: DataFrame) -> Column:
    """What was delivered for a target, or its fixed value."""
    mapped = target.mapped
    if mapped.value is not None:
        return F.lit(mapped.value)
    return named(bronze_column(delivered.schema, mapped.origin) or mapped.origin)


def text_of(target: Target, rows: DataFrame) -> Column:
    """Trimmed text of a target: what a person decided on, else what was delivered."""
    delivered = named(target.origin)
    if FIXES not in rows.columns:
        return delivered
    return F.coalesce(trimmed(F.try_element_at(FIXES, F.lit(target.name))), delivered)


def named(name: str) -> Column:
    """Column by its exact name, whatever characters it has."""
    return F.col("`" + name.replace("`", "``") + "`")


def spelled(rows: DataFrame, targets: Sequence[Target]) -> DataFrame:
    """Apply `spellings`."""
    return rows.withColumns(
        {target.spelled: respelled(F.col(target.text), target.mapped.spellings)
         for target in targets if target.mapped.spellings}
    )  # fmt: skip


def neared(rows: DataFrame, target: Target, source: Source, *, references: Mapping[str, DataFrame]) -> DataFrame:
    """Apply `near`, where the target has it and something is known."""
    if not target.mapped.near:
        return rows
    reference = reference_of(rows, target.mapped.near, references, system=source.system)
    if reference is None:
        return rows.withColumn(target.near, F.lit(None).cast("string"))
    return matched(rows, target.spelled, target.near, reference=reference)


def cleaned(rows: DataFrame, targets: Sequence[Target]) -> DataFrame:
    """Apply `case`, then read plain numbers."""
    rows = rows.withColumns({target.cased: final_text(target) for target in targets if target.cased != target.spelled})
    return rows.withColumns(
        {target.plain: plain_number(F.col(target.cased), target.type, target.mapped.decimal)
         for target in targets if target.is_number}
    )  # fmt: skip


def final_text(target: Target) -> Column:
    """Text of a target after spellings, near and case."""
    text = F.col(target.spelled)
    return cased(F.coalesce(F.col(target.near), text) if target.mapped.near else text, target.mapped.case)


def parsed(rows: DataFrame, targets: Sequence[Target]) -> DataFrame:
    """Read values from the texts, then name what broke and what was corrected."""
    rows = rows.withColumns({target.name: value(target) for target in targets})
    broken = {f"{target.name}.parses": is_broken(target) for target in targets if not target.is_text}
    corrected = {name: happened for target in targets for name, happened in corrections(target).items()}
    return rows.withColumns({"_broken": ids_where(broken), "_corrected": ids_where(corrected)})


def as_contract(rows: DataFrame, source: Source, table: Table) -> DataFrame:
    """Contract columns in their order, typed NULLs for what is not mapped, then the columns of the engine."""
    given = {"system": F.lit(source.system), "source": F.lit(source.name), "zone": F.lit(source.zone)}
    given |= flags_unmapped(source)
    columns = [
        F.col(column.name) if column.name in rows.columns
        else given.get(column.name, F.lit(None)).cast(column.type).alias(column.name)
        for column in table.columns
    ]  # fmt: skip
    return rows.select(*columns, *kept(rows), "_raw", "_broken", "_corrected", "_repeated")
