"""The stock system's export of movements as CSV: a file per month, a file of corrections, a file per further day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..history import MOST_INCREMENTS
from ..landing_files import CsvFiles
from ..wording import as_text, picked, stamp
from ..world import MOVEMENTS
from . import movements
from .demand import HUBS
from .movement_kinds import KINDS, fits, slipped
from .movements import Movements, of_day, of_shelves, receipts, start_of
from .purchase_file import came_on, order_number
from .rows import append, as_csv, dealt, without_overlap
from .tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..lines import Numbers
    from ..manifest import Expected
    from ..wording import Wording
    from ..world import World
    from .purchase_file import Placed
    from .sold import Sold

SOURCE, TABLE = "shop_stock_movements", "silver.stock_movements"
HEADER = ("movement_no", "moved_at", "sku", "hub", "kind", "qty", "reference", "updated_at")
LETTERS = ("R", "S", "B", "W", "C")
"""What numbers of movements begin with, by kind."""
REPEATED, CORRECTED = 0.005, 0.005
AGAIN_LATER = 5
"""Receipts of the first delivery that a further one repeats, and that it corrects."""
_HEAD = ",".join(HEADER)


def write_movements(world: World, words: Wording, sold: Sold, *, first: Placed, rate: Numbers, to: Path) -> Expected:
    """Write every movement since the stock system was introduced, some of them again, and corrections of some."""
    came = receipts(first.lines, first_day=start_of(world), end=world.days)
    shelves = of_shelves(world, sold, came, rate=rate)
    slip = dealt(world.chance(MOVEMENTS, 0, 1), KINDS, fits(shelves), rows=len(shelves))
    rows, slips = came.followed_by(shelves), np.concatenate([_slips_of_receipts(world, came), slip])
    tally = Tally(KINDS)
    tally.fresh(slips)
    plain = (slips == 0) & (rows.kind == movements.SALE)
    counts = int(len(shelves) * REPEATED), int(len(shelves) * CORRECTED)
    repeats, corrected = without_overlap(world.chance(MOVEMENTS, 0, 2), plain, *_at_most(plain, counts))
    tally.again("repeat", len(repeats))
    tally.again("correction", len(corrected))
    place = np.concatenate([np.arange(len(rows)), repeats])
    files = _write(world, words, rows.take(place), slips=slips[place], newer=_newer(rows.take(corrected)), to=to)
    return tally.expected(SOURCE, TABLE, files.files)


def write_movements_of_day(
    world: World, words: Wording, sold: Sold, *, first: Placed, number: int, to: Path
) -> Expected:
    """Write what the `number`-th day after the first delivery tells of the hubs."""
    day = world.days + number - 1
    files = CsvFiles(to / SOURCE, names=(f"stock_movements_increment-{number:04}.csv",), header=_HEAD)
    came = receipts(first.lines.take(came_on(first, day)), first_day=day, end=day + 1)
    rows = came.followed_by(of_day(world, sold, number))
    slip = dealt(world.chance(MOVEMENTS, number, 1), KINDS, fits(rows), rows=len(rows))
    repeats, corrected = _recalled(world, first, number)
    tally = Tally(KINDS)
    tally.fresh(slip)
    tally.noted("late", int((rows.day < day).sum()))
    tally.again("history_repeat", len(repeats))
    tally.again("history_correction", len(corrected))
    append(files, 0, rows, texts=_texts(words, slip))
    again = repeats.followed_by(_newer(corrected, at=day * 86_400 + 82_800))
    append(files, 0, again, texts=_texts(words, np.zeros(len(again), dtype=np.int64)))
    files.finish()
    return tally.expected(SOURCE, TABLE, files.files)


def _slips_of_receipts(world: World, came: Movements) -> Numbers:
    """Deal out kinds among receipts by themselves, so that they are known without any other movement."""
    return dealt(world.chance(MOVEMENTS, 0, 3), KINDS, fits(came), rows=len(came))


def _recalled(world: World, first: Placed, number: int) -> tuple[Movements, Movements]:
    """Draw receipts of the first delivery again: of odd place to repeat, of even place to correct, once in all."""
    came = receipts(first.lines, first_day=start_of(world), end=world.days)
    plain = _slips_of_receipts(world, came) == 0
    pair, odd = np.divmod(np.arange(len(came)), 2)
    rng = world.chance(MOVEMENTS, number, 2)
    own = np.flatnonzero(plain & (odd == 0) & (pair % MOST_INCREMENTS == number - 1))
    repeats = rng.permutation(np.flatnonzero(plain & (odd == 1)))
    return came.take(repeats[:AGAIN_LATER]), came.take(rng.permutation(own)[:AGAIN_LATER])


def _newer(rows: Movements, at: int | None = None) -> Movements:
    """Corrections: one unit less or, of a single one, two; told a day later or at a second since the start."""
    size = np.abs(rows.quantity)
    quantity = np.sign(rows.quantity) * np.where(size > 1, size - 1, 2)
    return rows.changed(quantity=quantity, updated=rows.updated + 86_400 if at is None else np.full(len(rows), at))


def _at_most(among: Numbers, counts: tuple[int, int]) -> tuple[int, int]:
    """Return these counts, less where there are too few rows."""
    half = int(among.sum()) // 2
    return min(counts[0], half), min(counts[1], half)


def _write(world: World, words: Wording, rows: Movements, *, slips: Numbers, newer: Movements, to: Path) -> CsvFiles:
    """Write movements in order of time, each into the file of its month, and corrections into one of their own."""
    month_of = [f"{world.day(day):%Y-%m}" for day in range(world.days)]
    months = sorted(set(month_of[start_of(world) :]))
    names = (*(f"stock_movements_{month}.csv" for month in months), "stock_movements_changes.csv")
    files = CsvFiles(to / SOURCE, names=names, header=_HEAD)
    order = np.lexsort((rows.number, rows.second, rows.day))
    rows, slips = rows.take(order), slips[order]
    month = np.array([months.index(name) if name in months else 0 for name in month_of])[rows.day]
    for number in np.unique(month).tolist():
        part = np.flatnonzero(month == number)
        append(files, number, rows.take(part), texts=_texts(words, slips[part]))
    append(files, len(months), newer, texts=_texts(words, np.zeros(len(newer), dtype=np.int64)))
    files.finish()
    return files


def _texts(words: Wording, slips: Numbers) -> Callable[[Any, int], Any]:
    """Return what writes movements of these kinds."""

    def texts(rows: Movements, start: int) -> Any:
        slip = slips[start : start + len(rows)]
        return as_csv(HEADER, _cells(rows, words), slipped(rows, slip), rows=len(rows))

    return texts


def _cells(rows: Movements, words: Wording) -> dict[str, Any]:
    """Write every movement faultlessly."""
    number = pc.binary_join_element_wise("M", picked(LETTERS, rows.kind), as_text(rows.number), "")
    return {
        "movement_no": number,
        "moved_at": stamp(rows.day, rows.second, words, form=0),
        "sku": words.skus.take(pa.array(rows.product)),
        "hub": picked(HUBS, rows.hub),
        "kind": picked(movements.KINDS, rows.kind),
        "qty": as_text(rows.quantity),
        "reference": pc.if_else(pa.array(rows.order < 0), "", order_number(rows.order)),
        "updated_at": stamp(rows.updated // 86_400, rows.updated % 86_400, words, form=0),
    }
