"""What lies in a landing folder, and what is known of it, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

FileState = Literal["claimed", "landed", "repeated", "waiting", "set_aside", "withdrawn", "discarded"]


@dataclass(frozen=True)
class Found:
    """One delivered file: absolute local path or object-store address, size in bytes, UTC time, content hash."""

    path: str
    size: int
    modified_at: datetime
    sha256: str
    """Empty while the file waits: it is hashed once it has settled."""


@dataclass(frozen=True)
class Known:
    """The newest ledger row of one path and content."""

    path: str
    size: int
    modified_at: datetime
    sha256: str
    state: FileState


@dataclass(frozen=True)
class Arrivals:
    """What to do with the files of one source; each tuple is ordered by modification time, then path."""

    new: tuple[Found, ...] = ()
    repeated: tuple[Found, ...] = ()
    """Content that was already delivered under another name, or twice in this very look."""
    waiting: tuple[Found, ...] = ()
    """Perhaps still being written: for the next run."""
    corrected: tuple[Found, ...] = ()
    """Those of `new` whose path is known with other content."""
    touched: tuple[Found, ...] = ()
    """Known path and content with a new time or size on record: nothing to read, but worth a ledger row,
    because until the new time is known the file is hashed at every look."""
