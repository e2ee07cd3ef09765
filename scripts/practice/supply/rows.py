"""Rows held column by column, and kinds of defects dealt out among them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..kinds import planted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from ..kinds import Kind
    from ..landing_files import CsvFiles
    from ..lines import Numbers

    Slips = Iterable[tuple[str, NDArray[np.intp], list[str]]]

CHUNK = 5_000
"""Rows written at once, so that memory does not grow with their number."""


@dataclass(frozen=True)
class Rows:
    """Base of rows column by column: every field is an array, all equally long."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def take(self, rows: NDArray[np.intp]) -> Self:
        """Return these rows, in this order."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    def changed(self, **columns: Numbers) -> Self:
        """Return the same rows with other values in the named columns."""
        return replace(self, **columns)

    def followed_by(self, *others: Self) -> Self:
        """Return these rows and then the others."""
        names = [field.name for field in fields(self)]
        return type(self)(*(np.concatenate([getattr(part, name) for part in (self, *others)]) for name in names))


def dealt(
    rng: np.random.Generator, kinds: Sequence[Kind], fits: Mapping[str, NDArray[np.bool_]], *, rows: int
) -> Numbers:
    """Return the kind of each row, as an index into `kinds`; `fits`: which rows can be of a kind, all where not named.

    The first kind is that of the rows that are left.
    """
    kind = np.zeros(rows, dtype=np.int64)
    order = rng.permutation(rows)
    for code, each in enumerate(kinds):
        free = kind[order] == 0
        can = free & fits[each.name][order] if each.name in fits else free
        kind[order[can][: planted(each, rows)]] = code
    return kind


def without_overlap(rng: np.random.Generator, among: NDArray[np.bool_], *counts: int) -> list[NDArray[np.intp]]:
    """Draw several sets of rows out of those that are `among`, none in two of them; each in order."""
    chosen = rng.permutation(np.flatnonzero(among))
    ends = np.cumsum(counts)
    return [np.sort(chosen[end - count : end]) for end, count in zip(ends, counts, strict=True)]


def append(files: CsvFiles, number: int, rows: Any, *, texts: Callable[[Any, int], Any]) -> None:
    """Add rows to a file chunk by chunk; `texts` writes a chunk, given the number of its first row."""
    for start in range(0, len(rows), CHUNK):
        files.append(number, texts(rows.take(np.arange(start, min(start + CHUNK, len(rows)))), start))


def as_csv(header: Sequence[str], cells: dict[str, Any], slips: Slips, *, rows: int) -> Any:
    """One Arrow text per row, line end included, with other words in some cells."""
    for column, places, texts in slips:
        mask = np.zeros(rows, dtype=bool)
        mask[places] = True
        cells[column] = pc.replace_with_mask(cells[column], pa.array(mask), pa.array(texts, type=pa.string()))
    last = header[-1]
    ended = cells | {last: pc.binary_join_element_wise(cells[last], "\n", "")}
    return pc.binary_join_element_wise(*[ended[name] for name in header], ",")
