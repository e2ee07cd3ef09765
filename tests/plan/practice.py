"""A catalog of seven tables and two sources, and ledger records, written by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lakehouse.catalog import Catalog
from lakehouse.landing import Arrivals, Found
from lakehouse.ledger import Books, FileRecord, Release, StepRecord
from lakehouse.plan import Facts
from lakehouse.settings.values import Mapped, Read, Source
from lakehouse.table import STRING, Column, Merge, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

AT = datetime(2024, 3, 1, tzinfo=UTC)


def table(name: str, *inputs: str, **declared: Any) -> Table:
    return Table(
        name,
        grain=("id",),
        columns=(Column("id", STRING, "Key."),),
        inputs={each.partition(".")[2]: each for each in inputs},
        write=Merge() if name.startswith("silver.") else Table.__dataclass_fields__["write"].default_factory(),
        **declared,
    )


def source(name: str, feeds: str) -> Source:
    read = Read(format="csv", path=f"/landing/{name}/*.csv")
    return Source(name, "Rows.", "me", read, feeds=feeds, system=name, map=(Mapped("id", origin="id"),))


TABLES = (
    table("silver.sales"),
    table("silver.products"),
    table("gold.facts", "silver.sales", "silver.products"),
    table("gold.cube", "gold.facts"),
    table("gold.months", "gold.cube"),
    table("gold.weeks", "gold.cube", release_group="slow"),
)
SOURCES = (source("shop", "silver.sales"), source("web", "silver.sales"), source("goods", "silver.products"))
CATALOG = Catalog({each.name: each for each in TABLES}, {each.name: each for each in SOURCES})


def found(path: str, sha256: str = "new", size: int = 1_000_000) -> Found:
    return Found(path, size, AT, sha256)


def arrived(*files: Found, corrected: tuple[Found, ...] = ()) -> Arrivals:
    return Arrivals(new=files, corrected=corrected)


def file(name: str, batch: int, state: str = "landed", sha256: str = "old") -> FileRecord:
    return FileRecord("shop", f"/landing/shop/{name}", 10, AT, sha256, state, batch)


def record(table: str, state: str = "done", *, source: str = "", **more: Any) -> StepRecord:
    number = more.pop("number", 1)
    return StepRecord("run-1", f"run-1-{number:02}", table, source, state, **more)


def landed(source: str, batch: int, rows: int = 5) -> StepRecord:
    return record(f"bronze.{source}", source=source, inputs={"batch": batch}, books=Books(read=rows, published=rows))


def judged(source: str, *batches: int, state: str = "done", **inputs: Any) -> StepRecord:
    silver = CATALOG.sources[source].feeds
    held = {"batches": {source: list(batches)}, "hash": "as before"} | inputs
    return record(silver, state, source=source, inputs=held, version_after=0)


def built(
    table: str,
    versions: Mapping[str, int],
    *,
    version: int = 1,
    roots: Mapping[str, int] | None = None,
    number: int = 1,
) -> StepRecord:
    inputs = {
        "versions": dict(versions),
        "hash": "as before",
        "roots": dict(roots or {"silver.sales": 4, "silver.products": 2}),
    }
    return record(table, inputs=inputs, version_after=version, number=number)


VERSIONS = {"silver.sales": 4, "silver.products": 2, "gold.facts": 1, "gold.cube": 1, "gold.months": 1, "gold.weeks": 1}
HASHES = dict.fromkeys((*VERSIONS, "silver.sales@shop", "silver.sales@web", "silver.products@goods"), "as before")
MARTS = (
    built("gold.facts", {"silver.sales": 4, "silver.products": 2}),
    built("gold.cube", {"gold.facts": 1}),
    built("gold.months", {"gold.cube": 1}),
    built("gold.weeks", {"gold.cube": 1}),
)
RELEASED = Release(1, "run-1", AT, {"gold.facts": 1, "gold.cube": 1, "gold.months": 1, "gold.weeks": 1})


def settled(*more: StepRecord, **changed: Any) -> Facts:
    """A lake where everything that arrived was judged, built and released."""
    steps = (landed("shop", 1), landed("goods", 1), judged("shop", 1), judged("goods", 1), *MARTS, *more)
    known = {"steps": steps, "versions": VERSIONS, "hashes": HASHES, "last_release": RELEASED}
    return Facts(**(known | changed))
