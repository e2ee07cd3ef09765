"""What maintenance says: one table, then what was pruned and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.plan import aligned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lakehouse.lake import Space
    from lakehouse.maintain.checking import Finding

SIZES = ("rows", "files", "MB", "older MB", "versions", "oldest")


@dataclass(frozen=True)
class Line:
    """One table: what it takes up, where that was asked for, and what was done."""

    name: str
    space: Space | None = None
    done: str = ""

    def cells(self) -> tuple[str, ...]:
        """As text, without what was not asked for."""
        return (self.name, *(cells_of(self.space) if self.space else ()), self.done)


def cells_of(space: Space) -> tuple[str, ...]:
    """Return the sizes of a table as text; versions that can be read are counted."""
    live, older = (f"{size / 1e6:,.1f}" for size in (space.live_bytes, space.older_bytes))
    readable = space.version - space.oldest + 1
    return (f"{space.rows:,}", f"{space.files:,}", live, older, str(readable), str(space.oldest))


def told(lines: Sequence[Line], pruned: Sequence[str], findings: Sequence[Finding] | None) -> str:
    """Return everything that is to be said."""
    measured = any(line.space for line in lines)
    shown = [line for line in lines if measured or line.done]
    parts = []
    if shown:
        sizes = SIZES if measured else ()
        head = ("table", *sizes, "done" if any(line.done for line in lines) else "")
        parts.append(aligned([head, *(line.cells() for line in shown)], right=range(1, 1 + len(sizes))))
    parts += pruned
    if findings is not None:
        parts += [said(finding) for finding in findings] or ["checked: every table is what its contract says"]
    return "\n".join(parts) or "nothing to do"


def said(finding: Finding) -> str:
    """Return a finding as one line."""
    kind = "warning" if finding.warns else "failed"
    examples = f": {', '.join(finding.examples)}" if finding.examples else ""
    return f"{kind}: {finding.table} {finding.rule}, {finding.count:,} times{examples}"
