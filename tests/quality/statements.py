"""A table that keeps every version of its things, rows that speak of them, and what is made of these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pyspark.sql import Row
from pyspark.sql import functions as F

from lakehouse.lake import stored_schema
from lakehouse.quality import is_published, statements_of, with_timeline, with_versions
from lakehouse.rules import contiguous, one_current
from lakehouse.table import INSTANT, INTEGER, STRING, VALIDITY, Column, History, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import SparkSession

THINGS = Table(
    "silver.things",
    grain=("system", "id", "valid_from_at"),
    columns=(
        Column("system", STRING, "System."),
        Column("source", STRING, "Feed."),
        Column("id", STRING, "Key."),
        Column("value", INTEGER, "What it says."),
        Column("updated_at", INSTANT, "Version."),
        *VALIDITY,
    ),
    write=History(key=("system", "id"), sequence="updated_at", track=("value",)),
)
RULES = (contiguous("system", "id"), one_current("system", "id"))
ROW = (
    "system string, source string, id string, value int, updated_at timestamp, valid_from_at timestamp, "
    "valid_to_at timestamp, is_current boolean, is_deleted boolean, _batch_id bigint, _file string, _row_id bigint, "
    "_sequence_at timestamp, _arrival bigint, _broken array<string>, _corrected array<string>, _repeated boolean, "
    "_stale boolean, _remembers boolean, _comes_in boolean"
)
EVER = datetime(1900, 1, 1, tzinfo=UTC)
START = datetime(2024, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """What one row says: a value, or None for a deletion, at an hour (None: the oldest) of a feed that names it."""

    id: str
    value: int | None
    hour: int | None
    batch: int = 1
    place: int = 1
    broken: bool = False
    repeated: bool = False
    stale: bool = False
    source: str = "a"
    file: str = "f"

    def row(self) -> tuple[Any, ...]:
        said_at = at(self.hour)
        return (
            "shop", self.source, self.id, self.value, said_at, said_at or EVER, None, False, self.value is None,
            self.batch, self.file, self.place, said_at or EVER, self.batch, ["x"] if self.broken else [], [],
            self.repeated, self.stale, True, True,
        )  # fmt: skip


def at(hour: int | None) -> datetime | None:
    return None if hour is None else START + timedelta(hours=hour)


def hour_of(moment: datetime | None) -> int | None:
    """Hours since the start; -1 for ever, None for an open end."""
    if moment is None:
        return None
    moment = moment.astimezone(UTC)
    return -1 if moment == EVER else int((moment - START).total_seconds() // 3600)


def judged(
    spark: SparkSession, said: Sequence[Said], table: Sequence[Row] | None = None, *, again: Sequence[int] = ()
) -> list[Row]:
    """Rows with their outcome, and the versions of their keys; `again`: batches of the table that are judged again.

    Fails where versions overlap, leave a gap or have more than one current one: by the rules that the gate reads.
    """
    rows = spark.createDataFrame([each.row() for each in said], ROW)
    known = None
    if table is not None:
        replaced = F.col("_batch_id").isin(list(again)) if again else F.lit(col=False)
        stored = spark.createDataFrame(table, stored_schema(THINGS))
        known = statements_of(stored, THINGS).withColumns({"_arrival": F.col("_batch_id"), "_is_replaced": replaced})
    found = with_timeline(with_versions(rows, THINGS, known), RULES, among=is_published()).collect()
    assert [row for row in found if not all(row[rule.helper_column] for rule in RULES)] == []
    return found


def after(found: Sequence[Row], table: Sequence[Row] = ()) -> list[Row]:
    """The table once the versions are in it; of keys that no row speaks of, nothing changes."""
    names = stored_schema(THINGS).fieldNames()
    touched = {row["id"] for row in found if row["_outcome"] in ("published", "kept", "gone")}
    new = [Row(**{name: row[name] for name in names}) for row in found if row["_outcome"] in ("published", "kept")]
    return new + [row for row in table if row["id"] not in touched]


def outcomes(found: Sequence[Row]) -> dict[str, list[tuple[int | None, int | None, str]]]:
    """By key: value, hour and outcome of each row that came in."""
    told: dict[str, list[tuple[int | None, int | None, str]]] = {}
    came_in = [row for row in found if row["_outcome"] not in ("kept", "gone")]
    for row in sorted(came_in, key=lambda row: (row["id"], row["_batch_id"], row["_row_id"])):
        told.setdefault(row["id"], []).append((row["value"], hour_of(row["_sequence_at"]), row["_outcome"]))
    return told


Version = tuple[int | None, int | None, int | None, bool]


def versions(table: Sequence[Row]) -> dict[str, list[Version]]:
    """By key: value (None: deleted), from, to and whether it is current, in order."""
    told: dict[str, list[Version]] = {}
    for row in sorted(table, key=lambda row: (row["id"], row["valid_from_at"])):
        span = (hour_of(row["valid_from_at"]), hour_of(row["valid_to_at"]))
        assert row["is_deleted"] == (row["value"] is None)
        told.setdefault(row["id"], []).append((row["value"], *span, row["is_current"]))
    return told
