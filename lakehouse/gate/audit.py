"""Audit what a step staged: Great Expectations judges, the gate decides, the page says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.gate import site
from lakehouse.gate.decide import decide
from lakehouse.gate.page import Entry, with_panel
from lakehouse.gate.quiet import quiet
from lakehouse.gate.suite import judged_columns
from lakehouse.gate.values import Distrusted, Part, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from pyspark.sql import DataFrame

    from lakehouse.gate.engine import Engine
    from lakehouse.gate.values import Counts, Judged, Page
    from lakehouse.quality import Fact
    from lakehouse.rules import Rule

STAGED = "Nothing of this step is published; its staging is kept"
APPENDED = "What was appended stays where it is and is not read by any later step"


class Auditor:
    """Audits the steps of one run. Great Expectations is loaded at the first audit and lives as long as this object.

    One audit at a time. `close` (or leaving `with`) deletes what is older than the retention and writes the index.
    """

    def __init__(self, *, docs_root: str, run_id: str, retention_days: int = 30) -> None:
        self._root = Path(docs_root)
        self._run = run_id
        self._keep = timedelta(days=retention_days)
        self._changed = False

    def __enter__(self) -> Auditor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def _engine(self) -> Engine:
        with quiet():
            from lakehouse.gate.engine import Engine

        self._changed = True
        site.prepare(self._site)
        return Engine(site=self._site, results=self._root / site.RESULTS)

    @property
    def _site(self) -> Path:
        return self._root / site.SITE

    def audit(
        self,
        step: str,
        *,
        rules: Sequence[Rule],
        counts: Counts,
        staged: DataFrame | None = None,
        facts: Mapping[str, Fact] | None = None,
        ceiling: float = 1.0,
        books: Mapping[str, int] | None = None,
    ) -> Verdict:
        """Judge one step (`silver.sales@shop_sales`, `gold.daily_sales`) and write its pages.

        `rules` named in `facts`, and those of the table, are judged by their fact, all others on `staged`.
        `ceiling`: share of quarantined rows above which the step is blocked. `books` are shown; default: from counts.
        Raises Distrusted (a BrokenGate) when an expectation raised or Spark and Great Expectations disagree, and
        ConfigError for a rule that is declared wrongly.
        """
        known = dict(facts or {})
        of_table = [rule for rule in rules if rule.of_table or rule.id in known]
        by_row = [rule for rule in rules if rule not in of_table]
        at = datetime.now(UTC)
        pages = self._judge(step, by_row, staged, of_table=of_table, facts=known, at=at)
        judged: dict[str, Judged] = {rule: found for page in pages for rule, found in page.judged.items()}
        verdict = decide(rules, judged, counts, facts=known, ceiling=ceiling)
        verdict = self._linked(verdict, pages)
        self._tell(step, verdict, pages, books=counts.books if books is None else books, at=at)
        if verdict.state == "broken":
            landed = APPENDED if staged is None else STAGED
            raise Distrusted(step, what="; ".join(verdict.reasons), landed=landed, verdict=verdict)
        return verdict

    def _judge(
        self,
        step: str,
        by_row: Sequence[Rule],
        staged: DataFrame | None,
        *,
        of_table: Sequence[Rule],
        facts: Mapping[str, Fact],
        at: datetime,
    ) -> list[Page]:
        """Let Great Expectations judge the staged rows and the facts, each only where there are rules about it."""
        parts = []
        if by_row and staged is not None:
            parts.append(_rows_part(step, by_row, staged))
        if of_table and facts:
            parts.append(_facts_part(step, [rule for rule in of_table if rule.id in facts], facts))
        if not parts:
            return []
        with quiet():
            return self._engine.judge(step, parts, run=self._run, at=at)

    def _linked(self, verdict: Verdict, pages: Sequence[Page]) -> Verdict:
        """Put the page that shows it into every result."""
        links = {rule: f"{site.SITE}/{page.path}" for page in pages for rule in page.judged}
        first = f"{site.SITE}/{pages[0].path}" if pages else ""
        results = tuple(replace(result, link=links.get(result.rule, first)) for result in verdict.results)
        return Verdict(results, verdict.state, verdict.reasons, link=first)

    def _tell(
        self, step: str, verdict: Verdict, pages: Sequence[Page], *, books: Mapping[str, int], at: datetime
    ) -> None:
        """Write what was decided into the pages of the step; the first one is its main page."""
        broken = tuple(result.rule for result in verdict.results if result.verdict in ("failed", "warned", "errored"))
        told = Entry(step, self._run, at.isoformat(), verdict.state, dict(books), broken, verdict.reasons)
        for page in pages:
            entry = replace(told, path=page.path, main=page is pages[0])
            others = {other.name: other.path for other in pages if other is not page}
            file = self._site / page.path
            site.put(file, with_panel(file.read_text("utf-8"), entry, others).encode())

    def close(self) -> None:
        """Prune and write the index, as far as something changed."""
        pruned = site.prune(self._root, keep=self._keep, now=datetime.now(UTC))
        if self._changed or pruned:
            site.rebuild(self._site)
        self._changed = False


def _rows_part(step: str, rules: Sequence[Rule], staged: DataFrame) -> Part:
    """Return the staged rows with only the columns that the rules read; a missing one is left for the audit to find."""
    return Part(step, "rows", staged.select(*[name for name in judged_columns(rules) if name in staged.columns]), rules)


def _facts_part(step: str, rules: Sequence[Rule], facts: Mapping[str, Fact]) -> Part:
    """Return the facts as one row, a column for each rule."""
    import pandas as pd  # type: ignore[import-untyped]  # stubs are not installed

    row = {rule.args["column"]: [facts[rule.id].good] for rule in rules}
    return Part(f"{step}.whole", "whole table", pd.DataFrame(row, dtype="object"), rules)
