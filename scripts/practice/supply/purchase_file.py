"""Purchasing's export of order lines as CSV: as ordered, then as received; later days tell what came of open ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..landing_files import CsvFiles
from ..wording import as_text, hundredths, picked, stamp
from ..world import AFTERWARDS, PURCHASES
from .demand import HUBS
from .purchase_kinds import KINDS, fits, slipped
from .rows import append, as_csv, dealt, without_overlap
from .tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from ..lines import Numbers
    from ..manifest import Expected
    from ..wording import Wording
    from ..world import World
    from .purchases import Purchases
    from .vendors import Vendors

    Texts = Callable[[Any, int], Any]

SOURCE, TABLE = "shop_purchase_orders", "silver.purchase_orders"
HEADER = (
    "order_no", "line_no", "supplier", "sku", "hub", "ordered", "promised", "received", "qty_ordered", "qty_received",
    "qty_rejected", "unit_cost", "updated_at",
)  # fmt: skip
_HEAD = ",".join(HEADER)
TWICE, REPEATED = 0.060, 0.010
"""Shares of lines that are told as ordered and as received, and that are told again as they are."""
REPEATED_LATER, STALE_LATER = 4, 2
"""Lines of the first delivery in each further one: as they are, and as they were when they were ordered."""
LONGEST_PROMISE = 60


@dataclass(frozen=True)
class Placed:
    """The lines of the first delivery, and which of them are told how."""

    lines: Purchases
    """As if everything were over."""
    kind: Numbers
    twice: NDArray[np.intp]
    repeats: NDArray[np.intp]


def placed(world: World, every: Purchases) -> Placed:
    """Deal out kinds among the lines that were ordered before the end of the first delivery."""
    lines = every.take(np.flatnonzero(every.ordered < world.days))
    known = lines.known(world.days)
    rng = world.chance(PURCHASES, 3)
    kind = dealt(rng, KINDS, fits(known), rows=len(lines))
    received = (kind == 0) & (known.received >= 0)
    twice, repeats = without_overlap(rng, received, int(len(lines) * TWICE), int(len(lines) * REPEATED))
    return Placed(lines, kind, twice, repeats)


def write_purchases(world: World, words: Wording, asked: Vendors, *, first: Placed, to: Path) -> Expected:
    """Write two exports: all lines, some only as ordered, then what became of these and a few once more."""
    files = CsvFiles(to / SOURCE, names=("purchase_orders_full.csv", "purchase_orders_changes.csv"), header=_HEAD)
    tally, texts = Tally(KINDS), _texts(world, words, asked)
    since = np.full(len(first.lines), world.days)
    since[first.twice] = 0
    append(files, 0, first.lines.known(since), texts=texts(first.kind))
    again = first.lines.take(np.concatenate([first.twice, first.repeats])).known(world.days)
    append(files, 1, again, texts=texts(np.zeros(len(again), dtype=np.int64)))
    files.finish()
    tally.fresh(first.kind)
    tally.again("older_version", len(first.twice))
    tally.again("repeat", len(first.repeats))
    return tally.expected(SOURCE, TABLE, files.files)


def write_purchases_of_day(
    world: World, words: Wording, asked: Vendors, *, every: Purchases, first: Placed, number: int, to: Path
) -> Expected:
    """Write what the `number`-th day after the first delivery tells: new orders, receipts, and a few lines again."""
    day = world.days + number - 1
    files = CsvFiles(to / SOURCE, names=(f"purchase_orders_increment-{number:04}.csv",), header=_HEAD)
    tally, texts = Tally(KINDS), _texts(world, words, asked)
    new = every.take(np.flatnonzero(every.ordered == day)).known(day + 1)
    rng = world.chance(PURCHASES, 4, number)
    kind = dealt(rng, KINDS, fits(new), rows=len(new))
    receipts = first.lines.take(came_on(first, day)).known(day + 1)
    repeats = first.lines.take(rng.permutation(first.repeats)[:REPEATED_LATER]).known(world.days)
    stale = first.lines.take(rng.permutation(first.twice)[:STALE_LATER]).known(0)
    append(files, 0, new, texts=texts(kind))
    for name, rows in (("history_receipt", receipts), ("history_repeat", repeats), ("history_stale", stale)):
        append(files, 0, rows, texts=texts(np.zeros(len(rows), dtype=np.int64)))
        tally.again(name, len(rows))
    files.finish()
    tally.fresh(kind)
    return tally.expected(SOURCE, TABLE, files.files)


def came_on(first: Placed, day: int) -> NDArray[np.intp]:
    """Return the plain lines of the first delivery that came on a day."""
    return np.flatnonzero((first.lines.received == day) & (first.kind == 0))


def _texts(world: World, words: Wording, asked: Vendors) -> Callable[[Numbers], Texts]:
    """Return what writes lines, once it knows their kinds."""
    days = [world.day(number) for number in range(world.days + AFTERWARDS + LONGEST_PROMISE)]
    iso, other = (pa.array([format(day, form) for day in days]) for form in ("%Y-%m-%d", "%d/%m/%Y"))

    def date_of(day: Numbers, supplier: Numbers) -> Any:
        """Return dates as the desk of the supplier writes them; empty for -1."""
        place = pa.array(np.maximum(day, 0))
        told = pc.if_else(pa.array(supplier % 4 == 0), other.take(place), iso.take(place))
        return pc.if_else(pa.array(day < 0), "", told)

    def of_kinds(kind: Numbers) -> Texts:
        def texts(lines: Purchases, start: int) -> Any:
            cells = _cells(words, asked, lines)
            for name in ("ordered", "promised", "received"):
                cells[name] = date_of(getattr(lines, name), lines.supplier)
            slips = slipped(lines, kind[start : start + len(lines)])
            return as_csv(HEADER, cells, slips, rows=len(lines))

        return texts

    return of_kinds


def _cells(words: Wording, asked: Vendors, lines: Purchases) -> dict[str, Any]:
    """Write every line faultlessly, but for its dates."""
    is_open = pa.array(lines.received < 0)
    return {
        "order_no": order_number(lines.order),
        "line_no": as_text(lines.line),
        "supplier": picked(asked.ids, lines.supplier),
        "sku": words.skus.take(pa.array(lines.product)),
        "hub": picked(HUBS, lines.hub),
        "qty_ordered": as_text(lines.quantity),
        "qty_received": pc.if_else(is_open, "", as_text(lines.arrived)),
        "qty_rejected": pc.if_else(is_open, "", as_text(lines.rejected)),
        "unit_cost": hundredths(lines.cents),
        "updated_at": stamp(lines.updated // 86_400, lines.updated % 86_400, words, form=0),
    }


def order_number(order: Numbers) -> Any:
    """`PO100007` of 7."""
    return pc.binary_join_element_wise("PO", as_text(order + 100_000), "")
