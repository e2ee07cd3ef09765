"""A small lakehouse in a folder of its own, run in the test's process on the test's session."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse import ledger, session
from lakehouse.catalog import load_catalog
from lakehouse.lake import Lake
from lakehouse.plan import Selection
from lakehouse.run import Request, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lakehouse.ledger import StepRecord

ROOT = Path(__file__).parents[1]
LONG_AGO = 3600
STAR = ("unit_costs", "daily_rates", "fct_sales", "dim_customer", "dim_product")
SUMS = ("daily_sales", "sales_cube", "month_cube", "monthly_sales")
SPINE = ("layer:bronze", "layer:silver", *(f"gold.{name}" for name in (*STAR, *SUMS)))
"""Enough of Gold to show what the engine does."""
EVERYTHING = ("layer:bronze", "layer:silver", *(name for name in load_catalog().order() if name.startswith("gold.")))
"""Each mart by its name, so that it is built whether it is due or not."""


@dataclass(frozen=True)
class Engine:
    """Landing folder, conf and lake of one test."""

    home: Path
    lake_name: str = "lake"
    usual: tuple[str, ...] = SPINE
    """What a run brings up to date unless it says otherwise."""

    @property
    def lake_folder(self) -> Path:
        return self.home / "var" / self.lake_name

    @property
    def lake(self) -> Lake:
        return Lake(str(self.lake_folder))

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
        """As `jobs/run.py --select …`, of the usual by default; with `full_refresh=(…)`, `due=True`, …"""
        overrides = {"roots.lake": str(self.lake_folder)} | asked.pop("overrides", {})
        names = (tuple(asked.pop(name, ())) for name in ("exclude", "full_refresh"))
        selection = Selection(select or self.usual, *names, only_due=asked.pop("due", False))
        return run(Request(conf=self.conf, selection=selection, overrides=overrides, **asked))

    def with_lake(self, name: str) -> Engine:
        """The same conf and landing folder over a copy of the lake, so that one state can go on in several ways."""
        shutil.copytree(self.lake_folder, self.home / "var" / name)
        return replace(self, lake_name=name)

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
        folder = self.lake_folder / layer
        return sorted(f"{layer}.{table.name}" for table in folder.iterdir()) if folder.exists() else []

    def failed(self, step: StepRecord) -> dict[str, int]:
        """Bad rows per rule of a step, those without any left out."""
        sql = "SELECT rule, failed FROM dq WHERE step_id = '{}' AND failed > 0"
        return {row["rule"]: row["failed"] for row in self.query(sql.format(step.step_id), dq="ops.dq_results")}


def age(file: Path) -> None:
    """Date a file back."""
    settled = time.time() - LONG_AGO
    os.utime(file, (settled, settled))


def heard(call: Callable[[], int]) -> tuple[int, str]:
    """Return what a call gives and what it printed, where no fixture can listen."""
    with redirect_stdout(StringIO()) as out:
        return call(), out.getvalue()


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
