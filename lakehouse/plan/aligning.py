"""Lines of words as columns of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def aligned(lines: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> str:
    """Return lines of equally many words as columns, two blanks apart; those at the `right` places end in line."""
    columns = []
    for place, words in enumerate(zip(*lines, strict=True)):
        width = max(map(len, words))
        columns.append([word.rjust(width) if place in right else word.ljust(width) for word in words])
    return "\n".join("  ".join(line).rstrip() for line in zip(*columns, strict=True))
