"""Keeps count of what a lake must make of the rows of a source, while they are written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from ..manifest import Expected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..kinds import Kind
    from ..lines import Numbers
    from ..manifest import FileRows

OUTCOME_OF: Mapping[str, str] = {
    "repeat": "duplicate",
    "older_version": "superseded",
    "correction": "superseded",
    "history_repeat": "duplicate",
    "history_stale": "superseded",
    "history_receipt": "published",
    "history_correction": "published",
}
"""What telling a row again adds to the books: of a correction and the line that it corrects, one is published."""
REPLACING = ("history_receipt", "history_correction")


class Tally:
    """Running counts of one source's delivery."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self._kinds = kinds
        self._rows = np.zeros(len(kinds), dtype=np.int64)
        self._again: Counter[str] = Counter()
        self._beside: Counter[str] = Counter()

    def fresh(self, kind: Numbers) -> None:
        """Book rows delivered for the first time, by the number of their kind."""
        self._rows += np.bincount(kind, minlength=len(self._kinds))

    def again(self, name: str, rows: int) -> None:
        """Book rows of an entity that is told more than once; `name` is one of OUTCOME_OF."""
        self._again[name] += rows

    def noted(self, name: str, rows: int) -> None:
        """Tell the manifest of a kind of fresh rows that changes no outcome."""
        self._beside[name] += rows

    def expected(self, source: str, table: str, files: Iterable[FileRows]) -> Expected:
        """Close the books."""
        counts = [(kind, int(rows)) for kind, rows in zip(self._kinds, self._rows, strict=True)]
        outcome: Counter[str] = Counter()
        for name, rows in self._again.items():
            outcome[OUTCOME_OF[name]] += rows
        for kind, rows in counts:
            outcome["quarantined" if kind.breaks else "published"] += rows
        return Expected(
            source=source, table=table, files=tuple(files),
            planted={kind.name: rows for kind, rows in counts} | dict(self._again) | dict(self._beside),
            read=outcome.total(), published=outcome["published"], quarantined=outcome["quarantined"],
            duplicate=outcome["duplicate"], superseded=outcome["superseded"],
            replaced=sum(self._again[name] for name in REPLACING),
            quarantined_by=by_rule((kind.breaks, rows) for kind, rows in counts),
            corrected=by_rule(((kind.corrects,) * bool(kind.corrects), rows) for kind, rows in counts),
            warned=by_rule((kind.warns, rows) for kind, rows in counts),
        )  # fmt: skip


def by_rule(counts: Iterable[tuple[tuple[str, ...], int]]) -> Mapping[str, int]:
    """Rows per rule, in order of the rules; those that no row met are left out."""
    found: Counter[str] = Counter()
    for rules, rows in counts:
        found.update(dict.fromkeys(rules, rows))
    return {rule: found[rule] for rule in sorted(found) if found[rule]}
