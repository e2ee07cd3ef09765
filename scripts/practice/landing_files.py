"""Landing files, written one after the other under a name that no reader picks up until they are whole."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from .manifest import FileRows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def arriving(path: Path) -> Iterator[BinaryIO]:
    """Open `<path>.part` for writing; it takes its name when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("wb") as file:
        yield file
    unfinished.replace(path)


class CsvFiles:
    """The CSV files of one delivery, in the order of their numbers; rows may be kept for a later file."""

    def __init__(self, folder: Path, *, names: tuple[str, ...], header: str) -> None:
        self._folder, self._names, self._header = folder, names, header
        self._rows: dict[int, int] = {}
        self._kept: list[tuple[int, Any]] = []
        self._open: BinaryIO | None = None

    @property
    def files(self) -> tuple[FileRows, ...]:
        """Every file begun so far."""
        return tuple(FileRows(f"{self._folder.name}/{self._names[at]}", rows) for at, rows in self._rows.items())

    def keep_for(self, number: int, rows: Any) -> None:
        """Deliver rows at the start of file `number` or, where there is none, at the end of the last one."""
        self._kept.append((number, rows))

    def append(self, number: int, rows: Any) -> None:
        """Add rows to file `number`; the files before it are finished."""
        if number not in self._rows:
            self._begin(number)
        self._write(rows)

    def finish(self) -> None:
        """Deliver what was kept and finish the last file."""
        for _, rows in self._kept:
            self._write(rows)
        self._kept = []
        self._end()

    def _begin(self, number: int) -> None:
        self._end()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._open = self._unfinished(number).open("wb")
        self._open.write(self._header.encode() + b"\n")
        self._rows[number] = 0
        due = [rows for target, rows in self._kept if target <= number]
        self._kept = [(target, rows) for target, rows in self._kept if target > number]
        for rows in due:
            self._write(rows)

    def _end(self) -> None:
        if self._open is not None:
            self._open.close()
            number = next(reversed(self._rows))
            self._unfinished(number).replace(self._folder / self._names[number])
            self._open = None

    def _unfinished(self, number: int) -> Path:
        return self._folder / (self._names[number] + ".part")

    def _write(self, rows: Any) -> None:
        if self._open is None:
            raise ValueError("no file is open: append rows before finish")
        self._rows[next(reversed(self._rows))] += len(rows)
        self._open.write(text_bytes(rows))


def text_bytes(rows: Any) -> memoryview:
    """All texts of an Arrow string array, end to end, without a copy."""
    if not len(rows):
        return memoryview(b"")
    _, offsets, data = rows.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[rows.offset : rows.offset + len(rows) + 1]
    return memoryview(data)[ends[0] : ends[-1]]
