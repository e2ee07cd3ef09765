"""Write whole deliveries of the practice business: the first one, and what comes after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from .books import Books
from .crm import write_customers
from .erp import write_products
from .history import MOST_INCREMENTS, Recalled, asked, recalled, superseding
from .landing_files import CsvFiles
from .manifest import Expected, Manifest
from .sales import Delivery, cut, deliver, fresh_rows
from .season import line_ends
from .supply.telling import sold_at_first, sold_on_day, write_day, write_first
from .wording import HEADER, Wording, wording, written
from .world import World, world

if TYPE_CHECKING:
    from pathlib import Path

    from .lines import Numbers
    from .supply.sold import Sold

SYSTEM = "shop"
FilePer = Literal["month", "day"]


@dataclass(frozen=True)
class Shop:
    """One business and its first delivery; everything else follows from these values."""

    lines: int
    """Rows of order lines in the first delivery, repeats and corrections included."""
    seed: int
    start: date = date(2024, 1, 1)
    days: int = 366
    file_per: FilePer = "month"


def generate(
    *, lines: int, seed: int, to: Path, start: date = Shop.start, days: int = Shop.days,
    file_per: FilePer = Shop.file_per, manifest: Path | None = None,
) -> Manifest:  # fmt: skip
    """Write the first delivery under `to` and its manifest (default: `to/_manifest.json`, which no source reads).

    The same arguments give the same bytes. Memory does not grow with `lines`. Files of the same name are replaced.
    """
    shop = Shop(lines, seed, start, days, file_per)
    business = _founded(shop)
    words, sold = wording(business), sold_at_first(business)
    sales = _first_sales(shop, business, words, sold=sold, to=to)
    sources = (sales, write_customers(business, to), write_products(business, to))
    supply = write_first(business, words, sold, lines=lines, to=to)
    told = Manifest(SYSTEM, seed, lines, 0, (*sources, *supply), business.unusual.told(business.day))
    told.write(manifest or to / "_manifest.json")
    return told


def generate_increment(
    number: int, *, rows: int, lines: int, seed: int, to: Path, start: date = Shop.start, days: int = Shop.days,
    manifest: Path | None = None,
) -> Manifest:  # fmt: skip
    """Write the `number`-th day after the first delivery: `rows` order lines in one file, and what supply tells.

    `lines`, `seed`, `start` and `days` are those of the first delivery. What is expected holds for a lake that has
    published it, whatever other increments it has. Manifest by default: `to/_manifest-increment-<number>.json`.
    """
    if not 1 <= number <= MOST_INCREMENTS:
        raise ValueError(f"increment {number}: has to be 1 to {MOST_INCREMENTS}")
    shop = Shop(lines, seed, start, days)
    business = _founded(shop)
    words, sold = wording(business), sold_on_day(business, number)
    sales = _later_sales(shop, business, words, number=number, rows=rows, sold=sold, to=to)
    supply = write_day(business, words, sold, lines=lines, number=number, to=to)
    told = Manifest(SYSTEM, seed, lines, number, (sales, *supply))
    told.write(manifest or to / f"_manifest-increment-{number:04}.json")
    return told


def _founded(shop: Shop) -> World:
    if shop.lines < 1 or shop.days < 1:
        raise ValueError(f"lines {shop.lines}, days {shop.days}: each has to be 1 or more")
    return world(shop.seed, shop.lines, start=shop.start, days=shop.days)


def _first_sales(shop: Shop, business: World, words: Wording, *, sold: Sold, to: Path) -> Expected:
    names, file_of_day = _file_names(shop, business)
    files, books = _files(to, names), Books(business)
    deliver(business, words, _first(shop, business, file_of_day), files=files, books=books, sold=sold)
    files.finish()
    return books.expected(files.files)


def _first(shop: Shop, business: World, file_of_day: Numbers) -> Delivery:
    parts = cut(0, shop.lines)
    ends = line_ends(shop.start, shop.days, fresh_rows(parts), busy=business.unusual.busy)
    return Delivery(0, parts, line_ends=ends, first_day=0, file_of_day=file_of_day)


def _file_names(shop: Shop, business: World) -> tuple[tuple[str, ...], Numbers]:
    """Names in order, and the number of the file that each day goes into."""
    form = "%Y-%m" if shop.file_per == "month" else "%Y-%m-%d"
    of_day = [format(business.day(number), form) for number in range(shop.days)]
    stems = sorted(set(of_day))
    return tuple(f"shop_sales_{stem}.csv" for stem in stems), np.array([stems.index(stem) for stem in of_day])


def _files(to: Path, names: tuple[str, ...]) -> CsvFiles:
    return CsvFiles(to / "shop_sales", names=names, header=",".join(HEADER))


def _later_sales(
    shop: Shop, business: World, words: Wording, *, number: int, rows: int, sold: Sold, to: Path
) -> Expected:
    first_day = shop.days + number - 1
    files, books = _files(to, (f"shop_sales_increment-{number:04}.csv",)), Books(business)
    first = _first(shop, business, np.zeros(shop.days, dtype=np.int64))
    history = recalled(business, first, asked(rows), increment=number)
    parts = cut(number, rows - history.found.rows)
    ends = np.array([fresh_rows(parts)])
    today = Delivery(number, parts, line_ends=ends, first_day=first_day, file_of_day=np.zeros(0, dtype=np.int64))
    deliver(business, words, today, files=files, books=books, sold=sold)
    _tell_history(business, words, history, first_day=first_day, number=number, files=files, books=books)
    files.finish()
    return books.expected(files.files)


def _tell_history(
    business: World, words: Wording, history: Recalled, *,
    first_day: int, number: int, files: CsvFiles, books: Books,
) -> None:  # fmt: skip
    """Add what a further delivery says about the lines of the first one."""
    new = superseding(history.corrections, number, first_day + 1)
    books.history_correction(history.corrections, new)
    books.repeats("history_repeat", len(history.repeats))
    books.repeats("history_stale", len(history.stale))
    for lines in (new, history.repeats, history.stale):
        files.append(0, written(lines, business, words, stream=(0,)))
