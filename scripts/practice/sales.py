"""The order lines of one delivery, part by part: fresh lines, repeats and corrections, written and booked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from .kinds import CODE
from .lines import Lines, Numbers, Part, draw
from .wording import Wording, written
from .world import ECHOES, LATENESS, World

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .books import Books
    from .landing_files import CsvFiles
    from .supply.sold import Sold

PART_ROWS = 20_000
"""Rows handled at once: what bounds memory, whatever the size of the delivery."""

REPEATED, CORRECTED, LATE = 0.010, 0.005, 0.010
SOON = 200
"""Lines within which a repeat in the same file follows."""
LONGEST_LATE = 30
"""Days."""


@dataclass(frozen=True)
class Echoes:
    """Rows of a part that are delivered again: some as they were, some corrected. No row is in both."""

    repeats: NDArray[np.intp]
    corrections: NDArray[np.intp]


@dataclass(frozen=True)
class Delivery:
    """How the order lines of one delivery are cut: into days for what happens, into files for what arrives."""

    number: int
    """0 for the first, then the number of the increment."""
    parts: tuple[tuple[Part, int, int], ...]
    """Each with its number of repeats and of corrections."""
    line_ends: Numbers
    first_day: int
    file_of_day: Numbers
    """By day since the start of the business."""


def cut(delivery: int, rows: int) -> tuple[tuple[Part, int, int], ...]:
    """Cut `rows` order lines into parts, and each into fresh ones, repeats and corrections."""
    parts, first = [], 0
    for number, start in enumerate(range(0, rows, PART_ROWS)):
        here = min(PART_ROWS, rows - start)
        repeats, corrections = int(here * REPEATED), int(here * CORRECTED)
        part = Part(delivery, number, first, here - repeats - corrections)
        parts.append((part, repeats, corrections))
        first += part.fresh
    return tuple(parts)


def fresh_rows(parts: tuple[tuple[Part, int, int], ...]) -> int:
    """Lines delivered for the first time."""
    return sum(part.fresh for part, _, _ in parts)


def fresh_lines(world: World, delivery: Delivery, part: Part) -> Lines:
    """Draw the fresh lines of a part; in a further delivery some are late."""
    lines = draw(world, part, delivery.line_ends, first_day=delivery.first_day)
    return lines if delivery.number == 0 else _some_late(world, part, lines)


def echoes(world: World, lines: Lines, cut_part: tuple[Part, int, int]) -> Echoes:
    """Choose the plain lines of a part that are delivered again."""
    part, repeats, corrections = cut_part
    rng = world.chance(ECHOES, part.delivery, part.number)
    chosen = rng.permutation(np.flatnonzero(lines.kind == CODE["plain"]))
    return Echoes(np.sort(chosen[:repeats]), np.sort(chosen[repeats : repeats + corrections]))


def deliver(world: World, words: Wording, delivery: Delivery, *, files: CsvFiles, books: Books, sold: Sold) -> None:
    """Write every part of a delivery into `files`, book it and sum up what it sold; the last file stays open."""
    for cut_part in delivery.parts:
        part = cut_part[0]
        lines = fresh_lines(world, delivery, part)
        books.fresh(lines)
        sold.add(lines)
        if delivery.number:
            books.planted["late"] += int((lines.day < delivery.first_day).sum())
        texts = written(lines, world, words, stream=(part.delivery, part.number))
        _file(world, words, cut_part, lines=lines, texts=texts, delivery=delivery, files=files, books=books)


def corrected(lines: Lines, updated: Numbers) -> Lines:
    """Newer versions of plain lines: one unit less, or two instead of one."""
    quantity = np.where(lines.quantity > 1, lines.quantity - 1, 2)
    return lines.changed(quantity=quantity, updated=updated)


def _file(
    world: World, words: Wording, cut_part: tuple[Part, int, int], *,
    lines: Lines, texts: Any, delivery: Delivery, files: CsvFiles, books: Books,
) -> None:  # fmt: skip
    """Put the fresh lines and their early repeats into their files and keep the rest for the following ones."""
    again = echoes(world, lines, cut_part)
    rng = world.chance(ECHOES, cut_part[0].delivery, cut_part[0].number, 1)
    soon, late = again.repeats[::2], again.repeats[1::2]
    old = lines.take(again.corrections)
    new = corrected(old, old.updated + rng.integers(86_400, 10 * 86_400, size=len(old)))
    books.repeats("repeat_soon", len(soon))
    books.repeats("repeat_late", len(late))
    books.correction(old, new)
    file_of_line = np.full(len(lines), 0) if delivery.number else delivery.file_of_day[lines.day]
    _keep(files, file_of_line[late], texts.take(pa.array(late)))
    _keep(files, file_of_line[again.corrections], written(new, world, words, stream=(0,)))
    _append(files, file_of_line, texts, soon=soon, after=soon + rng.integers(1, SOON, size=len(soon)))


def _append(
    files: CsvFiles, file_of_line: Numbers, texts: Any, *, soon: NDArray[np.intp], after: NDArray[np.int64]
) -> None:
    """Write the lines in order, each repeat of `soon` behind line `after`, or at the end where there is none."""
    place = np.concatenate([np.arange(len(texts)), np.minimum(after, len(texts) - 1) + 0.5])
    order = np.argsort(place, kind="stable")
    mixed = pa.concat_arrays([texts, texts.take(pa.array(soon))]).take(pa.array(order))
    file_of_row = file_of_line[place[order].astype(np.int64)]
    for number in np.unique(file_of_row):
        first, end = np.searchsorted(file_of_row, [number, number + 1])
        files.append(int(number), mixed.slice(first, end - first))


def _keep(files: CsvFiles, file_of_line: Numbers, texts: Any) -> None:
    for number in np.unique(file_of_line):
        rows = np.flatnonzero(file_of_line == number)
        files.keep_for(int(number) + 1, texts.take(pa.array(rows)))


def _some_late(world: World, part: Part, lines: Lines) -> Lines:
    """Move some orders to an earlier day; what was recorded about them keeps its time."""
    rng = world.chance(LATENESS, part.delivery, part.number)
    orders = np.unique(lines.order)
    late = rng.choice(orders, size=int(len(orders) * LATE + 0.5), replace=False)
    days = np.zeros(len(orders), dtype=np.int64)
    days[np.searchsorted(orders, late)] = rng.integers(1, LONGEST_LATE + 1, size=len(late))
    return lines.changed(day=np.maximum(lines.day - days[np.searchsorted(orders, lines.order)], 0))
