"""Rules to verdict, outcome and counts: what becomes of each row."""

from lakehouse.quality.facts import Fact, facts_of
from lakehouse.quality.helpers import verdict, with_helpers, with_unique
from lakehouse.quality.outcome import is_published, with_outcome

__all__ = ["Fact", "facts_of", "is_published", "verdict", "with_helpers", "with_outcome", "with_unique"]
