"""How a step ends: audited, balanced, done or blocked, always as rows of the ledger."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pyarrow.fs import FileSystem

from lakehouse import ledger
from lakehouse.errors import Unbalanced
from lakehouse.gate import Counts, Distrusted
from lakehouse.lake import BESIDE
from lakehouse.steps.context import FEW_ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import DataFrame

    from lakehouse.gate import RuleResult, Verdict
    from lakehouse.ledger import Books, StepRecord
    from lakehouse.quality import Fact
    from lakehouse.rules import Rule
    from lakehouse.steps.context import Context, Stopwatch


def audited(
    record: StepRecord,
    context: Context,
    *,
    rules: Sequence[Rule],
    counts: Counts,
    facts: Mapping[str, Fact],
    staged: DataFrame | None = None,
    ceiling: float = 1.0,
) -> Verdict:
    """Let Great Expectations judge a step; record every rule. Raises BrokenGate when the gate cannot be trusted."""
    try:
        verdict = context.auditor.audit(
            record.name, staged=staged, rules=rules, counts=counts, facts=facts, ceiling=ceiling
        )
    except Distrusted as broken:
        note_results(record, broken.verdict, context)
        raise
    note_results(record, verdict, context)
    return verdict


def note_results(record: StepRecord, verdict: Verdict, context: Context) -> None:
    """Record what each rule found."""
    ledger.note_results(context.lake, record, [row_of(result) for result in verdict.results])


def row_of(result: RuleResult) -> dict[str, Any]:
    """Return one rule's result as the ledger keeps it."""
    names = ("rule", "severity", "checked", "failed", "corrected", "verdict", "link")
    share = None if result.share is None else Decimal(f"{min(result.share, 999):.6f}")
    return {name: getattr(result, name) for name in names} | {"share": share}


def conclude(
    record: StepRecord, context: Context, watch: Stopwatch, *, books: Books, verdict: Verdict | None = None
) -> StepRecord:
    """Close a step: done, or blocked with everything held. Raises Unbalanced when a row is not accounted for."""
    blocked = verdict is not None and verdict.blocks
    error = "; ".join(verdict.reasons) if verdict is not None and blocked else ""
    closed = replace(record, books=books, error=error, docs=verdict.link if verdict else record.docs)
    if not books.balanced:
        raise Unbalanced(record.name, what=f"the books do not balance: {books}", landed=landed(record))
    return ledger.note(context.lake, closed, "blocked" if blocked else "done", **watch.so_far())


def landed(record: StepRecord) -> str:
    """Say what readers see after a step that did not end well."""
    if record.state == "published":
        return "Its rows were published"
    return f"Nothing was published; readers still see {seen(record)}"


def seen(record: StepRecord) -> str:
    """Say what readers see of a table that a step leaves as it was."""
    return f"version {record.version_before}" if record.version_before is not None else "no rows of this table yet"


def folder_of_changes(record: StepRecord, context: Context, *, rows: int) -> str:
    """Return where few changed rows are put to be merged without Spark; empty when they are many."""
    return f"{context.lake.staging(record.step_id)}/_changes" if rows <= FEW_ROWS else ""


def clear_staging(record: StepRecord, context: Context) -> None:
    """Remove the staged rows of a step and what it keeps beside them."""
    lake, step = context.lake, record.step_id
    for folder in (lake.staging(step), *(lake.beside_staging(step, name) for name in BESIDE)):
        files, path = FileSystem.from_uri(folder)
        if files.get_file_info(path).type.name == "Directory":
            files.delete_dir(path)


def abandon(record: StepRecord, context: Context) -> StepRecord:
    """Give up a step that an earlier run left unpublished; its rows are judged again under a new id."""
    clear_staging(record, context)
    return ledger.note(context.lake, record, "failed", error=f"ended {record.state}; {ledger.ANEW}")
