"""From a Gold row to the lines behind it, and from each line to file, row and text as delivered. No Spark."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lakehouse import ledger
from lakehouse.catalog import driving_input, leads
from lakehouse.errors import LakehouseError
from lakehouse.export.delivered import as_json, bronze_of, selected, shown_headers
from lakehouse.export.fixed import fixed_columns
from lakehouse.export.tables import shown_columns
from lakehouse.lake import literal
from lakehouse.table import CORRECTED, PROVENANCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake, Pinned
    from lakehouse.ledger import Release, StepRecord
    from lakehouse.table import Table

TRACE = "trace"
AMOUNT = "net_amount"
FILES_TOLD = 10
BESIDE = ("batch", "file", "row", "corrected", "delivered")
"""Columns of a trace after those of the line: where it lies in Bronze, what was put right, the text as delivered."""


@dataclass(frozen=True)
class Hop:
    """A table on the way back, at the version that was read."""

    table: Table
    version: int
    alias: str


@dataclass(frozen=True)
class Trace:
    """The way from some rows of a mart to lines of Silver."""

    lake: Lake
    hops: tuple[Hop, ...]
    where: str

    @property
    def lines(self) -> Hop:
        """The table of Silver at the end of the way."""
        return self.hops[-1]

    def rows_of(self, place: int) -> str:
        """Return the SQL for the rows of one table on the way."""
        hop = self.hops[place]
        if place == 0:
            return f"SELECT * FROM {hop.alias}" + (f" WHERE {self.where}" if self.where else "")  # noqa: S608
        earlier = self.hops[place - 1].table
        said = leads(earlier, hop.table)
        optional = {column.name for column in earlier.columns if column.nullable}
        keys = ", ".join(f"{name} AS key_{number}" for number, name in enumerate(said))
        meets = " AND ".join(
            f"{here} {'IS NOT DISTINCT FROM' if name in optional else '='} key_{number}"
            for number, (name, here) in enumerate(said.items())
        )
        found = f"SELECT {keys} FROM ({self.rows_of(place - 1)})"  # noqa: S608 — our own words and the user's condition
        return f"SELECT {hop.alias}.* FROM {hop.alias} LEFT SEMI JOIN ({found}) ON {meets}"  # noqa: S608

    def ask(self, columns: str, *, more: str = "", place: int = -1, **others: str) -> pa.Table:
        """Return columns of the rows of one table on the way, by default of the lines; they are called `l`."""
        pinned: dict[str, Pinned] = {hop.alias: (hop.table.name, hop.version) for hop in self.hops}
        sql = f"SELECT {columns} FROM ({self.rows_of(place % len(self.hops))}) l {more}"  # noqa: S608
        try:
            return self.lake.read(sql, **(pinned | others))
        except LakehouseError:
            raise
        except Exception as error:
            first = self.hops[0].table
            names = ", ".join(first.column_names)
            raise LakehouseError(f"{first.name}: cannot trace {self.where!r}: {error}. Its columns: {names}") from error


def way_back(lake: Lake, catalog: Catalog, table: Table, *, release: Release, where: str) -> Trace:
    """Return the way from a released mart to Silver, at the versions that its steps read."""
    steps = ledger.steps(lake)
    hops = [Hop(table, release.tables[table.name], "t0")]
    while hops[-1].table.layer == "gold":
        here = hops[-1]
        name = driving_input(here.table, catalog.tables)
        version = built_from(here, steps).get(name or "")
        if name is None or version is None or name.startswith("ops."):
            raise LakehouseError(f"{here.table.name} does not say which rows it comes from, so it cannot be traced")
        hops.append(Hop(catalog.table(name), version, f"t{len(hops)}"))
    return Trace(lake, tuple(hops), where)


def built_from(hop: Hop, steps: Sequence[StepRecord]) -> Mapping[str, int | None]:
    """Return the versions that the step read which gave a mart its rows at a version."""
    made = [
        step
        for step in steps
        if step.table == hop.table.name and step.version_after is not None and step.version_after <= hop.version
    ]
    return made[-1].inputs.get("versions", {}) if made else {}


def write_trace(trace: Trace, catalog: Catalog, to: Path, *, values: bool) -> str:
    """Write the lines behind some Gold rows as `trace_<mart>.csv`; return what to say of it.

    `values`: whether to show columns and delivered texts that may name people.
    """
    columns = shown_columns(trace.lines.table, values=values)
    kept = ", ".join([*columns, *PROVENANCE, *([CORRECTED] if keeps_corrections(trace) else [])])
    by_place = ", ".join(("source", *PROVENANCE))
    lines = trace.ask(kept, more=f"ORDER BY {by_place}")
    fixed = fixed_columns(trace)
    file = to / f"trace_{trace.hops[0].table.short_name}.csv"
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow([*columns, *BESIDE])
        for line, text in zip(rows_of(lines), delivered(trace, catalog, lines, values=values), strict=True):
            place = (line["source"], line["_batch_id"], line["_row_id"])
            corrected = ", ".join([*(line.get(CORRECTED) or ()), *fixed.get(place, ())])
            rows.writerow([*(line[n] for n in columns), *(line[n] for n in PROVENANCE), corrected, text])
    return "\n".join([str(file), *summary(trace, lines)])


def keeps_corrections(trace: Trace) -> bool:
    """Whether the lines say what was corrected; those of an older lake do not."""
    schema = trace.lake.open(trace.lines.table.name, trace.lines.version).schema()
    return any(field.name == CORRECTED for field in schema.fields)


def rows_of(lines: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield rows one by one, holding few at a time."""
    for batch in lines.to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()


def delivered(trace: Trace, catalog: Catalog, lines: pa.Table, *, values: bool) -> Iterator[str]:
    """Yield the text as delivered of each line, in their order."""
    for source in sorted(set(lines.column("source").to_pylist())):
        headers = shown_headers(trace.lake, catalog, source, table=trace.lines.table, values=values)
        meet = "LEFT JOIN b ON l._batch_id = b._batch_id AND l._row_id = b._row_id"
        mine = f"{meet} WHERE l.source = {literal(source)} ORDER BY l._batch_id, l._file, l._row_id"
        yield from as_json(trace.ask(selected(headers), more=mine, b=bronze_of(catalog, source)), headers)


def summary(trace: Trace, lines: pa.Table) -> list[str]:
    """Say how many Gold rows led to how many lines, what both add up to, and where the lines were delivered."""
    first, *between = trace.hops
    amounts = [total(trace, place) for place in (0, -1)]
    gold = trace.ask("count(*) AS rows", place=0).to_pylist()[0]["rows"]
    way = ", ".join(f"{hop.table.name} version {hop.version}" for hop in between)
    listed = Counter(zip(*(lines.column(name).to_pylist() for name in ("source", "_file")), strict=True))
    files = [f"  {source}: {file}, {count:,} lines" for (source, file), count in sorted(listed.items())]
    return [
        f"{first.table.name} version {first.version}: {gold:,} rows{amounts[0]}",
        f"from {way}: {lines.num_rows:,} lines{amounts[1]}",
        *files[:FILES_TOLD],
        *[f"  and {len(files) - FILES_TOLD:,} more files"] * (len(files) > FILES_TOLD),
    ]


def total(trace: Trace, place: int) -> str:
    """Say what the rows of one table on the way add up to, where they are money."""
    if AMOUNT not in trace.hops[place].table.column_names:
        return ""
    found = trace.ask(f"sum({AMOUNT}) AS amount", place=place).to_pylist()[0]["amount"]
    return f", {AMOUNT} {found or Decimal(0):,.2f}"
