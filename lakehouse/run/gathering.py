"""Facts of the moment: what the ledger says, what lies in the landing folders, which versions the tables have."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lakehouse import landing, ledger
from lakehouse.lake import row_version, stored_types
from lakehouse.landing import Known
from lakehouse.plan import Facts
from lakehouse.quarantine import pending
from lakehouse.run.days import as_of as day_of_judgement
from lakehouse.steps.context import hashes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake
    from lakehouse.landing import Arrivals
    from lakehouse.landing.values import FileState
    from lakehouse.ledger import FileRecord, StepRecord
    from lakehouse.settings import Settings, Source


def gather(lake: Lake, catalog: Catalog, settings: Settings, *, sources: Iterable[str], as_of: str = "") -> Facts:
    """Return everything that a plan is made from, looking into the folders of the named sources.

    `as_of` is the day that the user asked for, in the words of `--as-of`; empty: conf's.
    """
    steps, files = ledger.steps(lake), ledger.files(lake)
    day = as_of or settings.as_of
    matters = any(table.asks("as_of") for table in catalog.tables.values())
    return Facts(
        steps=steps,
        files=files,
        versions={name: row_version(lake, name) for name in (*catalog.order(), *decided(catalog))},
        arrivals={part.name: look(part, files, steps) for name in sources for part in catalog.sources[name].each_part},
        hashes=hashes_of(catalog, settings),
        last_release=ledger.newest_release(lake),
        schemas={name: stored_types(lake, name) for name in catalog.order() if lake.exists(name)},
        as_of=day_of_judgement(settings, lake, day, now=ledger.now()).told() if matters else {},
        day_is_asked=bool(as_of),
        day_follows_sales=day == "data",
        pending={
            f"{name}@{source}": found.rows
            for name in catalog.order()
            if name.startswith("silver.")
            for source, found in pending(lake, name).items()
        },
        now=ledger.now(),
        zone=settings.zone,
    )


def decided(catalog: Catalog) -> tuple[str, ...]:
    """Return the tables of what people decided that marts read: a new decision is news to them as new rows are."""
    read = {name for table in catalog.order() for name in catalog.table(table).inputs.values()}
    return tuple(sorted(name for name in read if name.startswith("app.")))


def look(source: Source, files: Iterable[FileRecord], steps: Iterable[StepRecord]) -> Arrivals:
    """Compare the source's folder with the files that are known; what a changed mapping may read counts as new."""
    mapped_otherwise = read_otherwise(source, steps)
    known = [
        Known(file.path, file.size, file.modified_at, file.sha256, cast("FileState", file.state))
        for file in files
        if file.source == source.name
        and file.state not in {"void", "waiting"}
        and not (file.state == "set_aside" and mapped_otherwise)
    ]
    return landing.look(source, known, now=ledger.now())


def read_otherwise(source: Source, steps: Iterable[StepRecord]) -> bool:
    """Whether the source's YAML changed since it last landed files."""
    landed = [record for record in steps if record.table == source.bronze]
    return bool(landed) and landed[-1].inputs.get("source_hash") != source.hash
