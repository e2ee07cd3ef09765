"""What a rule is: both readings of one statement, and the helper column that some of them are judged by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Severity = Literal["warn", "quarantine", "block"]


@dataclass(frozen=True)
class Satisfies:
    """Helper column: the Spark SQL condition itself."""

    condition: str


@dataclass(frozen=True)
class Parses:
    """Helper column: false where a delivered value could not become the column's type."""

    column: str


@dataclass(frozen=True)
class Cleared:
    """Helper column: false where the value broke `pattern` and was set to NULL."""

    column: str
    pattern: str


@dataclass(frozen=True)
class Unique:
    """Helper column: false on rows that share `columns` with another row that would be published."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class RefersTo:
    """Helper column: false where (system and) `columns` are not found as `theirs` in `table`."""

    columns: tuple[str, ...]
    table: str
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class Reconciles:
    """Table rule: sums of `column` equal sums of `theirs` in `table` (rows that meet `where`), key by key."""

    column: str
    table: str
    theirs: str
    where: str
    keys: tuple[str, ...] = ()
    """Empty: the part of the grain that both tables carry."""
    before: tuple[str, str] | None = None
    """A day of theirs, and the day here, the same in all rows of a system, before which it must lie; None: any day."""


@dataclass(frozen=True)
class Covers:
    """Table rule: every value of `theirs` in `table` is a value of `column` here."""

    column: str
    table: str
    theirs: str
    where: str = ""
    """Of the other table, only rows that meet it."""


@dataclass(frozen=True)
class Contiguous:
    """Helper column: false where the versions of a `key` that would be published overlap or leave a gap."""

    key: tuple[str, ...]


@dataclass(frozen=True)
class OneCurrent:
    """Helper column: false where not exactly the last version of a `key` is current; none is where that one deletes."""

    key: tuple[str, ...]


@dataclass(frozen=True)
class NoOverlap:
    """Helper column: false where a version of a `key` is valid still when the next one begins; gaps may be."""

    key: tuple[str, ...]


Helper = Satisfies | Parses | Cleared | Unique | RefersTo | Reconciles | Covers | Contiguous | OneCurrent | NoOverlap
TABLE_RULES = (Reconciles, Covers)


@dataclass(frozen=True)
class Rule:
    """One statement of what is valid. `good` is Spark SQL, true when valid; NULL passes."""

    id: str
    columns: tuple[str, ...]
    good: str
    expectation: str
    args: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity | None = None
    tolerate: float = 0.0
    helper: Helper | None = None

    @property
    def helper_column(self) -> str:
        """Name of the boolean column that staging carries for this rule; empty when it needs none."""
        return "" if self.helper is None else helper_column(self.id)

    @property
    def of_table(self) -> bool:
        """Whether the rule judges the table as a whole rather than each row."""
        return isinstance(self.helper, TABLE_RULES)


def helper_column(rule_id: str) -> str:
    """`_grain_unique` of `grain.unique`."""
    return "_" + rule_id.replace(".", "_")
