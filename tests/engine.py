"""A small lakehouse in a folder of its own, run in the test's process on the test's session."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakehouse import ledger, session
from lakehouse.lake import Lake
from lakehouse.ledger import StepRecord
from lakehouse.plan import Selection
from lakehouse.run import Request, run

ROOT = Path(__file__).parents[1]
LONG_AGO = 3600


@dataclass(frozen=True)
class Engine:
    """Landing folder, conf and lake of one test."""

    home: Path

    @property
    def lake(self) -> Lake:
        return Lake(str(self.home / "var" / "lake"))

    @property
    def landing(self) -> Path:
        return self.home / "var" / "landing"

    @property
    def conf(self) -> Path:
        return self.home / "conf"

    def add_source(self, name: str, text: str | None = None) -> None:
        """A source of the project's conf, or one written by the test."""
        file = self.conf / "sources" / f"{name}.yaml"
        file.write_text(text if text is not None else (ROOT / "conf" / "sources" / f"{name}.yaml").read_text())

    def deliver(self, path: str, content: str | bytes) -> Path:
        """Put a file below the landing folder, old enough to have settled."""
        file = self.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        age(file)
        return file

    def settle(self) -> None:
        """Make every delivered file look old enough to be read."""
        for file in self.landing.rglob("*.*"):
            age(file)

    def link(self, path: str, target: Path) -> None:
        """Read a folder or file in place."""
        link = self.landing / path
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)

    def run(self, *select: str, **asked: Any) -> int:
        """`jobs/run.py --select …`; `full_refresh=(…)`, `exclude=(…)`, `overrides={…}`, `resume=True`, `dry_run=True`."""
        selection = Selection(tuple(select), tuple(asked.pop("exclude", ())), tuple(asked.pop("full_refresh", ())))
        return run(Request(conf=self.conf, selection=selection, **asked))

    def steps(self, table: str, source: str | None = None) -> tuple[StepRecord, ...]:
        """Steps of a table, oldest first."""
        return tuple(s for s in ledger.steps(self.lake) if s.table == table and source in (None, s.source))

    def last(self, table: str, source: str | None = None) -> StepRecord:
        """The newest step of a table."""
        return self.steps(table, source)[-1]

    def query(self, sql: str, **tables: Any) -> list[dict[str, Any]]:
        """SQL through delta-rs: `query("SELECT count(*) AS n FROM s", s="silver.sales")`."""
        return list(self.lake.read(sql, **tables).to_pylist())

    def tables_of(self, layer: str) -> list[str]:
        """Names of the tables that a layer holds."""
        folder = self.home / "var" / "lake" / layer
        return sorted(f"{layer}.{table.name}" for table in folder.iterdir()) if folder.exists() else []

    def failed(self, step: StepRecord) -> dict[str, int]:
        """Bad rows per rule of a step, those without any left out."""
        sql = "SELECT rule, failed FROM dq WHERE step_id = '{}' AND failed > 0"
        return {row["rule"]: row["failed"] for row in self.query(sql.format(step.step_id), dq="ops.dq_results")}


def age(file: Path) -> None:
    """Date a file back."""
    settled = time.time() - LONG_AGO
    os.utime(file, (settled, settled))


def make(home: Path, sources: Sequence[str] = ()) -> Engine:
    """An engine with the project's base conf, jars and class-data archive, and the named sources of the project."""
    engine = Engine(home)
    (engine.conf / "sources").mkdir(parents=True)
    for name in ("dev.yaml", "business.yaml"):
        shutil.copy(ROOT / "conf" / name, engine.conf / name)
    base = (ROOT / "conf" / "base.yaml").read_text()
    for name in ("jars", "state"):
        base = base.replace(f" var/{name} ", f" {ROOT / 'var' / name} ")
    (engine.conf / "base.yaml").write_text(base)
    for name in sources:
        engine.add_source(name)
    return engine


def share_session(monkeypatch: Any, spark: Any) -> None:
    """Let runs use the test's session instead of starting Java each time."""
    monkeypatch.setattr(session, "start", lambda *_, **__: spark)
    monkeypatch.setattr(session, "stop", lambda _: None)
