"""Compare what lies in a source's landing folder with what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lakehouse.landing.files import Listed, listing, sha256_of
from lakehouse.landing.values import Arrivals, Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from lakehouse.landing.values import Known
    from lakehouse.settings.values import Source

DELIVERED = {"claimed", "landed", "repeated", "discarded"}
"""States whose content is in Bronze, or was given up for good: the same bytes elsewhere add nothing."""
RETRIED = {"set_aside", "withdrawn"}
"""States whose content is read again when the file is delivered again."""


@dataclass(frozen=True)
class Memory:
    """What is known, by path and by content."""

    by_path: Mapping[str, tuple[Known, ...]]
    contents: frozenset[str]

    @classmethod
    def of(cls, known: Iterable[Known]) -> Memory:
        """Put known files in order; of several contents of one path the last modified is its current one."""
        by_path: dict[str, tuple[Known, ...]] = {}
        for one in sorted(known, key=lambda known: known.modified_at):
            if one.state != "waiting":
                by_path[one.path] = (*by_path.get(one.path, ()), one)
        current = (versions[-1] for versions in by_path.values())
        return cls(by_path, frozenset(one.sha256 for one in current if one.state in DELIVERED))

    def unchanged(self, listed: Listed) -> bool:
        """Whether the file lies there as it was known: same path, size and time."""
        return any(
            (one.size, one.modified_at) == (listed.size, listed.modified_at)
            for one in self.by_path.get(listed.path, ())
        )

    def current(self, path: str) -> Known | None:
        """Last known content of a path."""
        versions = self.by_path.get(path)
        return versions[-1] if versions else None


@dataclass
class _Sorted:
    """Arrivals while they are being sorted."""

    new: list[Found] = field(default_factory=list)
    repeated: list[Found] = field(default_factory=list)
    waiting: list[Found] = field(default_factory=list)
    corrected: list[Found] = field(default_factory=list)
    touched: list[Found] = field(default_factory=list)

    def frozen(self) -> Arrivals:
        """Return the finished value."""
        return Arrivals(*(tuple(part) for part in vars(self).values()))


def look(source: Source, known: Sequence[Known], *, now: datetime) -> Arrivals:
    """Sort the files of a source into new, repeated, waiting, corrected and touched; nothing is opened but to hash it.

    `known` holds the newest ledger row of each path and content; leave a row out to have its file taken as new again
    (a file set aside, once its source's conf has changed). An older version put back in place is recognised by its
    new modification time.
    """
    memory, result = Memory.of(known), _Sorted()
    for listed in listing(source.read.path):
        if is_being_written(listed, now=now, settle_seconds=source.settle_seconds):
            result.waiting.append(Found(listed.path, listed.size, listed.modified_at, ""))
        elif not memory.unchanged(listed):
            _sort_in(listed, memory, result)
    return result.frozen()


def is_being_written(listed: Listed, *, now: datetime, settle_seconds: float) -> bool:
    """Whether the name says so, or the file changed within `settle_seconds` of `now`.

    A time a moment ahead is a clock that differs; one far ahead is a clock that is wrong, and no reason to wait.
    """
    temporary = listed.name[:1] in {".", "_"} or listed.name.endswith((".tmp", ".part"))
    return temporary or abs((now - listed.modified_at).total_seconds()) < settle_seconds


def _sort_in(listed: Listed, memory: Memory, result: _Sorted) -> None:
    """Hash one settled file and put it where it belongs; a file that went away meanwhile is nobody's."""
    try:
        found = Found(listed.path, listed.size, listed.modified_at, sha256_of(listed.path))
    except FileNotFoundError:
        return
    current = memory.current(found.path)
    same = current is not None and current.sha256 == found.sha256
    if same and current is not None and current.state not in RETRIED:
        result.touched.append(found)
    elif found.sha256 in memory.contents or any(found.sha256 == other.sha256 for other in result.new):
        result.repeated.append(found)
    else:
        result.new.append(found)
        if current is not None and not same:
            result.corrected.append(found)
