"""Rules to verdict, outcome and counts: what becomes of each row."""

from lakehouse.quality.facts import Fact, facts_of
from lakehouse.quality.helpers import verdict, with_helpers, with_unique
from lakehouse.quality.history import statements_of, with_versions, write_of
from lakehouse.quality.outcome import SEEN, is_published, with_outcome
from lakehouse.quality.snapshots import with_missing
from lakehouse.quality.timeline import with_timeline

__all__ = [
    "SEEN",
    "Fact",
    "facts_of",
    "is_published",
    "statements_of",
    "verdict",
    "with_helpers",
    "with_missing",
    "with_outcome",
    "with_timeline",
    "with_unique",
    "with_versions",
    "write_of",
]
