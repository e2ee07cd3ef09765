"""Rows of the ledger as frozen values."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

StepState = Literal["claimed", "staged", "audited", "published", "done", "failed", "blocked", "skipped"]
UNFINISHED = ("claimed", "staged", "audited", "published")
ANEW = "judged again under a new id"
"""Ends the error of a step that was given up before it was audited."""


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Books:
    """What became of the rows that a step read."""

    read: int = 0
    published: int = 0
    quarantined: int = 0
    duplicate: int = 0
    superseded: int = 0
    held: int = 0
    replaced: int = 0
    """Rows of the table that gave way; outside the balance."""
    corrected: int = 0
    replayed: int = 0
    """Rows of those read that an earlier step had judged."""

    @property
    def balanced(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.held + self.published + self.quarantined + self.duplicate + self.superseded


@dataclass(frozen=True)
class StepRecord:
    """State of a step; `inputs` fixes its range before it writes."""

    run_id: str
    step_id: str
    table: str
    source: str
    state: StepState
    reason: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    version_before: int | None = None
    version_after: int | None = None
    books: Books = Books()
    seconds: Decimal = Decimal(0)
    cpu_seconds: Decimal = Decimal(0)
    error: str = ""
    docs: str = ""
    counts: str = ""
    at: datetime | None = None

    @property
    def name(self) -> str:
        """`silver.sales@shop_sales`, or the table alone for a mart."""
        return f"{self.table}@{self.source}" if self.source and self.table.startswith("silver.") else self.table

    @property
    def app_id(self) -> str:
        """Transaction id of its commits."""
        return f"{self.table}:{self.step_id}"

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do for it."""
        return self.state not in UNFINISHED

    def row(self) -> dict[str, Any]:
        """As a row of `ops.steps`."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"books", "inputs", "at"}}
        return plain | asdict(self.books) | {"inputs": json.dumps(self.inputs, sort_keys=True), "at": self.at or now()}


def step_record(row: Mapping[str, Any]) -> StepRecord:
    """Read a row of `ops.steps` back."""
    books = Books(**{f.name: row.get(f.name) or 0 for f in fields(Books)})
    plain = {f.name: row[f.name] for f in fields(StepRecord) if f.name not in {"books", "inputs"}}
    return StepRecord(**plain, books=books, inputs=json.loads(row["inputs"] or "{}"))


@dataclass(frozen=True)
class FileRecord:
    """State of one delivered content of a file."""

    source: str
    path: str
    size: int
    modified_at: datetime
    sha256: str
    state: str
    batch_id: int | None = None
    rows: int | None = None
    reason: str = ""
    at: datetime | None = None
    """When it reached this state."""

    def row(self) -> dict[str, Any]:
        """As a row of `ops.files`, reached now."""
        return asdict(self) | {"at": now()}


@dataclass(frozen=True)
class Release:
    """One consistent set of Gold versions."""

    release_id: int
    run_id: str
    at: datetime
    tables: Mapping[str, int]
    held: tuple[str, ...] = ()
