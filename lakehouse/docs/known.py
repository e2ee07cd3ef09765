"""What the pages tell: the catalog, and what the ledger says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse import ledger
from lakehouse.lake import Lake, literal
from lakehouse.quarantine.contract import quarantine_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lakehouse.catalog import Catalog
    from lakehouse.ledger import FileRecord, Release, StepRecord
    from lakehouse.settings import Settings, Source
    from lakehouse.table import Table

LAST = 8
"""Steps of a table and source that pages tell of."""
RESULTS = """
    SELECT step_id, rule, checked, failed, corrected, verdict, link FROM r
    WHERE severity <> '' AND step_id IN ({steps}) ORDER BY "at"
"""


@dataclass(frozen=True)
class Known:
    """The catalog with the quarantine of each Silver table, and the ledger's steps, results, files and release."""

    catalog: Catalog
    tables: Mapping[str, Table]
    conf: Path
    steps: Sequence[StepRecord] = ()
    files: Sequence[FileRecord] = ()
    results: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    """By step, by rule: what was found."""
    release: Release | None = None
    docs: Path = Path()
    """Folder that the pages of steps are named below."""
    landing: str = ""

    def of(self, table: str, source: str = "") -> tuple[StepRecord, ...]:
        """Return the steps of a table, newest first; of one source, where one is named."""
        found = (step for step in self.steps if step.table == table and source in ("", step.source))
        return tuple(sorted(found, key=lambda step: str(step.at), reverse=True))

    def readers(self, name: str) -> tuple[str, ...]:
        """Return the tables that a table is an input of."""
        return tuple(sorted(each.name for each in self.tables.values() if name in each.inputs.values()))

    def version(self, table: Table) -> int | None:
        """Return the version that the newest step left; None where no step did."""
        return next((step.version_after for step in self.of(table.name) if step.version_after is not None), None)

    def has_page(self, step: StepRecord) -> bool:
        """Whether the page of a step's audit is there still: old ones are deleted."""
        return bool(step.docs) and (self.docs / step.docs).is_file()

    def without_places(self, text: str, file: FileRecord) -> str:
        """Return text that names files by what they are called below the landing folder, or below their own."""
        for folder in (self.landing.rstrip("/"), file.path.rpartition("/")[0]):
            text = text.replace(f"{folder}/", "") if folder else text
        return text

    def text_of(self, source: Source) -> str:
        """Return the source's YAML as it was written; empty where its file is gone."""
        file = self.conf / "sources" / f"{source.name}.yaml"
        return file.read_text(encoding="utf-8") if file.exists() else ""


def look(settings: Settings, catalog: Catalog) -> Known:
    """Read the ledger. A lake without one is told of as never built."""
    lake = Lake(settings.roots.lake)
    aside = [quarantine_of(name) for name, table in catalog.tables.items() if table.layer == "silver"]
    steps = ledger.steps(lake)
    return Known(
        catalog=catalog,
        tables=dict(catalog.tables) | {table.name: table for table in aside},
        conf=Path(settings.conf),
        steps=steps,
        files=ledger.files(lake),
        results=results(lake, steps),
        release=ledger.newest_release(lake),
        docs=Path(settings.roots.docs),
        landing=settings.roots.landing,
    )


def results(lake: Lake, steps: Sequence[StepRecord]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return what the last steps found by rule; an audit that was finished later is told as it ended."""
    by_name: dict[str, list[str]] = {}
    for step in steps:
        by_name.setdefault(step.name, []).append(step.step_id)
    wanted = ", ".join(literal(step_id) for ids in by_name.values() for step_id in ids[-LAST:])
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    if wanted and lake.exists("ops.dq_results"):
        for row in lake.read(RESULTS.format(steps=wanted), r="ops.dq_results").to_pylist():
            found.setdefault(row["step_id"], {})[row["rule"]] = row
    return found
