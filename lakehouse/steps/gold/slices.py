"""The slices of a mart that a step builds: the keys that its inputs touched since it last read them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pyarrow.fs import FileSystem
from pyspark.sql import functions as F
from pyspark.sql.types import StructField, StructType

from lakehouse.table import DATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyspark.sql import Column, DataFrame

    from lakehouse.lake import Key
    from lakehouse.table import Table

NOTE = "_slices.json"
"""Beside the staged rows: whoever publishes them replaces these slices."""


@dataclass(frozen=True)
class Slices:
    """Some values of a mart's `by` columns, in order."""

    by: tuple[str, ...]
    keys: tuple[Key, ...]

    @classmethod
    def of(cls, by: Iterable[str], keys: Iterable[Key]) -> Slices:
        """Put touched keys in order; one with a NULL is none: nothing joins it, and no mart has a row of it."""
        return cls(tuple(by), tuple(sorted(key for key in keys if None not in key)))

    @classmethod
    def everything(cls) -> Slices:
        """The one slice of a mart without `by`: the whole of it."""
        return cls((), ((),))

    def values(self) -> dict[str, tuple[Any, ...]]:
        """Values of each column, whatever the others are."""
        return {name: tuple(sorted({key[place] for key in self.keys})) for place, name in enumerate(self.by)}

    def drive(self, table: Table) -> bool:
        """Whether rows of a table can be told apart by these keys."""
        return set(self.by) <= set(table.column_names)

    def inside(self, rows: DataFrame) -> DataFrame:
        """Return the rows of these slices."""
        if not self.by:
            return rows
        return rows.where(self._holds()) if len(self.by) == 1 else rows.join(self._frame(rows), [*self.by], "left_semi")

    def inside_since(self, rows: DataFrame, day: str) -> DataFrame:
        """Return the rows with one of the keys whose `day` is not before the date that the last of `by` gives it."""
        named = [*self.by[:-1]]
        first: dict[Key, Key] = {}
        for key in self.keys:
            first.setdefault(key[:-1], key)
        kinds = StructType([*(rows.schema[name] for name in named), StructField("_since", DATE)])
        frame = F.broadcast(rows.sparkSession.createDataFrame(list(first.values()), kinds))
        earliest = min((key[-1] for key in self.keys), default=None)
        found = rows.where(F.col(day) >= F.lit(earliest)).join(frame, named)
        return found.where(F.col(day) >= F.col("_since")).drop("_since")

    def outside(self, rows: DataFrame) -> DataFrame:
        """Return the rows of all other slices."""
        if not self.by:
            return rows.where("false")
        return (
            rows.where(~self._holds()) if len(self.by) == 1 else rows.join(self._frame(rows), [*self.by], "left_anti")
        )

    def _holds(self) -> Column:
        return F.col(self.by[0]).isin([key[0] for key in self.keys])

    def _frame(self, rows: DataFrame) -> DataFrame:
        kinds = StructType([rows.schema[name] for name in self.by])
        return F.broadcast(rows.sparkSession.createDataFrame(list(self.keys), kinds))


def note_slices(slices: Slices | None, folder: str) -> None:
    """Write down beside the staged rows which slices they are; None: the whole table."""
    told = slices and {"by": slices.by, "keys": [[_plain(value) for value in key] for key in slices.keys]}
    files, path = FileSystem.from_uri(folder)
    with files.open_output_stream(f"{path}/{NOTE}") as out:
        out.write(json.dumps(told).encode())


def noted_slices(table: Table, folder: str) -> Slices | None:
    """Read what `note_slices` wrote."""
    files, path = FileSystem.from_uri(folder)
    with files.open_input_stream(f"{path}/{NOTE}") as opened:
        told = json.loads(opened.read())
    if told is None:
        return None
    dated = [field.dataType.typeName() == "date" for field in (table.schema()[name] for name in told["by"])]
    keys = [tuple(date.fromisoformat(v) if d else v for v, d in zip(key, dated, strict=True)) for key in told["keys"]]
    return Slices.of(told["by"], keys)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
