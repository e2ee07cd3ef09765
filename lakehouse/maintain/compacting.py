"""Join small files where there are many, cut those that merges filled with many months, so that a merge reads few."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.lake import data_files, join_files
from lakehouse.ledger import Upkeep
from lakehouse.table import DATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lakehouse.lake import DataFile, Lake
    from lakehouse.table import Table

MANY = 8
"""As many small files are left alone: joining them would cost more than it saves before the next ones come."""
SMALL = 16_000_000
"""Bytes; below it, opening a file on an object store takes longer than reading it."""
SMALL_BY_MONTH = 4_000_000
"""The same for tables whose files begin with a month: those are smaller by intent, so that a merge rewrites little."""
MIXED = 12_000_000
"""Bytes from which a file of several months, as merges leave them, gives several files that are worth one."""
TARGET = 128_000_000
"""Bytes that are joined at once and held in memory, where they take about ten times as much; Delta's own usual size."""


def compact(lake: Lake, name: str, table: Table | None, *, dry_run: bool = False) -> str:
    """Join the small files of a table by need and cut the mixed ones; say what was done, empty when nothing was."""
    column, month = nearness(table), by_month_of(table)
    found = data_files(lake, name, column)
    groups = to_join(found, small=SMALL_BY_MONTH if month else SMALL)
    cut = to_cut(found) if month else []
    joined = [file for group in groups for file in group]
    if not joined and not cut:
        return ""
    if dry_run:
        return f"would {told('join', joined, cut)}"
    before = lake.version(name)
    made = join_files(lake, name, [*groups, *([file] for file in cut)], by_month_of=month)
    size = sum(file.size for file in (*joined, *cut))
    upkeep = Upkeep(name, "compact", before, lake.version(name), files=len(joined) + len(cut), bytes=size)
    ledger.note_upkeep(lake, upkeep)
    return f"{told('joined', joined, cut)} into {made}"


def told(verb: str, joined: Sequence[DataFile], cut: Sequence[DataFile]) -> str:
    """Say how many files are joined and how many cut: `joined 9 files, cut 1 file`."""
    done = ((verb, joined), ("cut", cut))
    return ", ".join(f"{what} {len(files)} file{'s' * (len(files) != 1)}" for what, files in done if files)


def nearness(table: Table | None) -> str:
    """Return the column whose bounds say which files lie near each other; Bronze, without contract, has batches."""
    return by_month_of(table) or (table.grain[0] if table else "_batch_id")


def by_month_of(table: Table | None) -> str:
    """Return the date column by which merges of a table find their files; empty where there is none."""
    if table is None:
        return ""
    dates = {column.name for column in table.columns if column.type == DATE}
    return next((name for name in (table.prune, *table.by) if name in dates), "")


def to_join(
    files: Sequence[DataFile], *, small: int = SMALL, many: int = MANY, target: int = TARGET
) -> list[list[DataFile]]:
    """Return groups of small files that lie near each other; none unless there are many. Pure.

    Files without bounds come last. A group is no larger than `target` bytes.
    """
    loose = [file for file in files if file.size < small]
    if len(loose) <= many:
        return []
    groups: list[list[DataFile]] = [[]]
    for file in sorted(loose, key=place):
        if groups[-1] and sum(each.size for each in groups[-1]) + file.size > target:
            groups.append([])
        groups[-1].append(file)
    return [group for group in groups if len(group) > 1]


def to_cut(files: Sequence[DataFile]) -> list[DataFile]:
    """Return large files of rows of more than one month. Pure."""
    dated = [file for file in files if file.size >= MIXED and isinstance(file.low, date)]
    return [file for file in dated if (file.low.year, file.low.month) != (file.high.year, file.high.month)]


def place(file: DataFile) -> tuple[bool, str, int, str]:
    """Order of files by what they hold, then by name; a batch number is ordered as a number."""
    number = file.low if isinstance(file.low, int) else 0
    return file.low is None, "" if isinstance(file.low, int) else str(file.low), number, file.path
