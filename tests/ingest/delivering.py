"""Sources and files for tests of ingest: write literals, read them all at once, look at the rows of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING

from lakehouse import ingest
from lakehouse.landing import look
from lakehouse.settings.values import Mapped, Read, ReadOptions, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pyspark.sql import SparkSession

    from lakehouse.ingest import Delivered

Row = dict[str, str]


@dataclass(frozen=True)
class Case:
    """One delivered file: its bytes, and the rows it gives or why it is set aside; `says` is part of a warning."""

    name: str
    content: bytes
    rows: Sequence[Row] | None = None
    reason: str = ""
    says: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of a whole batch, by file name."""

    delivered: Delivered
    rows: Mapping[str, list[Row]] = field(default_factory=dict)
    row_ids: Sequence[int] = ()

    def reasons(self) -> dict[str, str]:
        return {aside.file.path.rpartition("/")[2]: aside.reason for aside in self.delivered.set_aside}

    def warnings_of(self, name: str) -> list[str]:
        return [warning for warning in self.delivered.warnings if f"/{name}: " in warning]


def source(folder: Path, kind: str = "csv", *, wants: Sequence[str] = (), **said: object) -> Source:
    """A source whose mapped headers are `wants`; words of ReadOptions and Source by name."""
    options = {word: said.pop(word) for word in list(said) if word in ReadOptions.__dataclass_fields__}
    mapped = tuple(Mapped(f"column_{n}", origin) for n, origin in enumerate(wants))
    read = Read(kind, f"{folder}/**", ReadOptions(**options))
    return Source("shop", "", "", read, "silver.sales", "shop", mapped, settle_seconds=0, **said)


def deliver(
    folder: Path, files: Mapping[str, bytes], spark: SparkSession, *, known: Sequence[str] = (), **said: object
) -> Outcome:
    """Write the files, find them as landing does (equal contents too), read them in one batch, collect every row."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shop = source(folder, **said)
    arrivals = look(shop, (), now=datetime.now(UTC))
    return outcome(ingest.read(shop, (*arrivals.new, *arrivals.repeated), spark, known_columns=known))


def outcome(delivered: Delivered) -> Outcome:
    """Collect a batch the way Bronze takes it: frames united by name."""
    if not delivered.frames:
        return Outcome(delivered)
    united = reduce(lambda a, b: a.unionByName(b, allowMissingColumns=True), delivered.frames)
    rows: dict[str, list[Row]] = {found.path.rpartition("/")[2]: [] for found in delivered.files}
    collected = sorted(united.collect(), key=lambda row: row["_row_id"])
    for row in collected:
        values = {name: value for name, value in row.asDict().items() if value is not None}
        del values["_row_id"]
        rows[values.pop("_file").rpartition("/")[2]].append(values)
    return Outcome(delivered, rows, [row["_row_id"] for row in collected])


def judge(case: Case, seen: Outcome) -> None:
    """The file gave its rows, or was set aside for its reason; and was warned of where it should be."""
    if case.rows is None:
        reason = seen.reasons().get(case.name, "it was read")
        assert case.reason, "a case without rows states its reason"
        assert case.reason in reason
        assert f"/{case.name} is set aside: " in reason
        assert "\n" not in reason
        return
    assert seen.reasons().get(case.name) is None
    assert seen.rows[case.name] == list(case.rows)
    said = seen.warnings_of(case.name)
    assert any(case.says in warning for warning in said) if case.says else said == []
