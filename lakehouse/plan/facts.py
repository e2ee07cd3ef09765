"""What a plan is made from: ledger, versions and arrivals, asked of in the plan's own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lakehouse.landing import Arrivals
from lakehouse.ledger import ANEW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from pyspark.sql.types import DataType

    from lakehouse.ledger import FileRecord, Release, StepRecord
    from lakehouse.settings import Source

NOTHING = Arrivals()


@dataclass(frozen=True)
class Facts:
    """State of the lake and of the landing folders at the start of a run."""

    steps: tuple[StepRecord, ...] = ()
    files: tuple[FileRecord, ...] = ()
    versions: Mapping[str, int | None] = field(default_factory=dict)
    """Of each table the oldest version with the rows that it has now: keeping it in order makes no news."""
    arrivals: Mapping[str, Arrivals] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Contract, rules, build and params of each table; for Silver also `<table>@<source>`."""
    last_release: Release | None = None
    schemas: Mapping[str, Mapping[str, DataType]] = field(default_factory=dict)
    """Columns of each Silver and Gold table that exists, as they are stored."""
    as_of: Mapping[str, str] = field(default_factory=dict)
    """Day of judgement by system, as the ledger keeps it; of what lies in the lake before the run."""
    day_is_asked: bool = False
    """The user named the day, so that marts of other days are due."""
    day_follows_sales: bool = False
    """New rows of `silver.sales` may move it."""
    pending: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Quarantined rows of `<table>@<source>` by what people decided since: fix, replay, waive, expire."""
    now: datetime | None = None
    """The moment that decides whose turn it is; None: everybody's."""
    zone: str = "UTC"
    """In which days and turns begin."""

    def unfinished(self) -> tuple[StepRecord, ...]:
        """Steps that an earlier run left behind."""
        return tuple(record for record in self.steps if not record.is_finished)

    @cached_property
    def begun(self) -> tuple[StepRecord, ...]:
        """Steps about all history or some days that ended before they were audited; no plan would find them again."""
        silver = (r for r in self.steps if r.table.startswith("silver.") and r.state != "skipped")
        newest = {(record.table, record.source): record for record in silver}
        return tuple(r for r in newest.values() if (r.inputs.get("full") or r.inputs.get("days")) and _begins_anew(r))

    def of(self, table: str) -> Sequence[StepRecord]:
        """Steps of a table, oldest first."""
        return self._by_table.get(table, ())

    def done(self, table: str) -> tuple[StepRecord, ...]:
        """Finished steps of a table, oldest first."""
        return tuple(record for record in self.of(table) if record.state == "done")

    def last_done(self, table: str) -> StepRecord | None:
        """Newest finished step of a table."""
        return next((record for record in reversed(self.of(table)) if record.state == "done"), None)

    def is_open(self, table: str) -> bool:
        """Whether a step of a table was left unfinished, so that nobody tells yet what it committed."""
        return any(not record.is_finished for record in self.of(table))

    def has_newer(self, table: str, read: int | None) -> bool:
        """Whether a table has rows that were not there when `read` was its version; None: it did not exist then."""
        return is_newer(self.versions.get(table), read)

    def landed(self, source: str) -> tuple[int, ...]:
        """Batches of a source, or of one of its other parts, that lie in Bronze and passed its audit."""
        return tuple(sorted(r.inputs["batch"] for r in self._landings.get(source, ()) if r.books.published))

    def lacking(self, source: Source) -> tuple[Source, ...]:
        """Return the other parts of a source of which nothing has landed, so that its rows cannot be read yet."""
        return tuple(part for part in source.beside.values() if not self.landed(part.name))

    def parts(self, source: Source) -> dict[str, Any]:
        """Return what there is of the other parts of a source: batches, and files in them that people gave up."""
        return {part.name: self._content(part.name) for part in source.beside.values()}

    def parts_before(self, table: str, source: Source) -> dict[str, Any] | None:
        """Return what there was of them when the rows of a source were last judged; None: the same, or none was."""
        judged = (r for r in reversed(self.done(table)) if r.source == source.name or r.inputs.get("full"))
        known = next(judged, None) if source.beside and self.consumed(table, source.name) else None
        if known is None:
            return None
        now, then = self.parts(source), known.inputs.get("parts", {}).get(source.name, {})
        before = {name: then.get(name, {"batches": [], "without": []}) for name in now}
        return None if before == now else before

    def _content(self, part: str) -> dict[str, Any]:
        given_up = [(f.batch_id, f.path) for f in self.files if f.source == part and f.state == "discarded"]
        return {"batches": list(self.landed(part)), "without": [list(place) for place in sorted(given_up)]}

    def consumed(self, table: str, source: str) -> frozenset[int]:
        """Batches of a source that a finished step of the table has judged."""
        return frozenset(batch for record in self.done(table) for batch in _batches(record, source))

    def blocked(self, table: str, source: str) -> tuple[StepRecord, ...]:
        """Blocked steps of a source whose batches wait still, and its newest one if it judged rows again."""
        consumed, again = self.consumed(table, source), self.held_again(table, source)
        records = (record for record in self.of(table) if record.state == "blocked")
        return tuple(record for record in records if record is again or set(_batches(record, source)) - consumed)

    def held_again(self, table: str, source: str) -> StepRecord | None:
        """Newest step of a source if a gate held what it judged again because another part was delivered."""
        mine = (r for r in reversed(self.of(table)) if r.source == source or r.inputs.get("full"))
        newest = next((record for record in mine if record.state in {"done", "blocked"}), None)
        is_held = newest is not None and newest.state == "blocked" and not newest.inputs.get("days")
        return newest if is_held and newest and source in newest.inputs.get("parts_before", {}) else None

    def is_hopeless(self, table: str, source: str) -> bool:
        """Whether judging rows again, and nothing besides, was held before and would be held for the same reasons."""
        held = self.held_again(table, source)
        return held is not None and not _batches(held, source) and not self.may_pass_now(held, source)

    def waiting(self, table: str, source: str) -> tuple[int, ...]:
        """Batches to judge now: not judged before, and not held unless something about them changed."""
        held = {
            batch
            for record in self.blocked(table, source)
            if not self.may_pass_now(record, source)
            for batch in _batches(record, source)
        }
        settled = self.consumed(table, source) | held
        return tuple(batch for batch in self.landed(source) if batch not in settled)

    def may_pass_now(self, blocked: StepRecord, source: str) -> bool:
        """Whether rules, conf, code or other parts changed since, or a file of it was withdrawn or discarded."""
        if judged_by(blocked, source) != self.hashes.get(f"{blocked.table}@{source}"):
            return True
        parts = blocked.inputs.get("parts", {}).get(source, {})
        if any(self._content(name) != content for name, content in parts.items()):
            return True
        batches = {*_batches(blocked, source), *blocked.inputs.get("again", {}).get(source, ())}
        mine = [f for f in self.files if f.source == source and f.batch_id in batches]
        corrected = {found.path for found in self.arrivals.get(source, NOTHING).corrected}
        known = set(blocked.inputs.get("set_apart", ()))
        apart = {f.sha256 for f in mine if f.state in {"withdrawn", "discarded"}}
        return bool(apart - known) or any(f.path in corrected for f in mine)

    def held_sources(self, feeds: Mapping[str, str]) -> tuple[str, ...]:
        """Sources of which a gate holds rows back; `feeds` maps source to table."""
        return tuple(sorted(source for source, table in feeds.items() if self.blocked(table, source)))

    @cached_property
    def _landings(self) -> Mapping[str, Sequence[StepRecord]]:
        bronze = (table for table in self._by_table if table.startswith("bronze."))
        found: dict[str, list[StepRecord]] = {}
        for record in (record for table in bronze for record in self.done(table)):
            found.setdefault(record.source, []).append(record)
        return found

    @cached_property
    def _by_table(self) -> Mapping[str, Sequence[StepRecord]]:
        found: dict[str, list[StepRecord]] = {}
        for record in self.steps:
            found.setdefault(record.table, []).append(record)
        return found


def is_newer(version: int | None, read: int | None) -> bool:
    """Whether a version has rows that one that was read had not; None: there was no table."""
    return version is not None and (read is None or read < version)


def judged_by(record: StepRecord, source: str) -> str | None:
    """Return the hash of what judged the rows of a source; a full refresh keeps one for each of its sources."""
    found: str | None = record.inputs.get("hashes", {}).get(source, record.inputs.get("hash"))
    return found


def delivered_since(record: StepRecord, source: str, files: Iterable[FileRecord]) -> tuple[str, ...]:
    """Return the files of other parts that made a step judge rows of a source again, each by its path."""
    before = record.inputs.get("parts_before", {}).get(source, {})
    now = record.inputs.get("parts", {}).get(source, {})
    new = {(part, batch) for part in before for batch in now[part]["batches"] if batch not in before[part]["batches"]}
    return tuple(dict.fromkeys(file.path for file in files if (file.source, file.batch_id) in new))


def _begins_anew(record: StepRecord) -> bool:
    return record.state in {"claimed", "staged"} or (record.state == "failed" and record.error.endswith(ANEW))


def _batches(record: StepRecord, source: str) -> tuple[int, ...]:
    return tuple(record.inputs.get("batches", {}).get(source, ()))
