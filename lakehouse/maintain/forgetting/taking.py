"""Take a person out of each layer: rows about nobody else are deleted, others lose what says who it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyarrow.fs import FileSelector, FileSystem, FileType

from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.lake import count_rows, delete_rows, literal, set_values
from lakehouse.maintain.forgetting.reading import IDENTITY, Feed, lists_people
from lakehouse.quarantine import quarantine_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lakehouse.lake import Lake
    from lakehouse.maintain.forgetting.finding import Person
    from lakehouse.table import Table

Places = dict[str, list[tuple[int, int]]]
ENGINE_COLUMNS = ("_batch_id", "_file", "_row_id", "_ingested_at")
STAGING = "staging"
DECIDED = {"values": """CASE WHEN "values" = '' THEN '' ELSE '{}' END""", "note": "''"}
"""What a person typed about a row may name whom it is about."""
NOTHING = "CAST(NULL AS VARCHAR)"


@dataclass(frozen=True)
class Taken:
    """What one table or folder held of a person."""

    table: str
    rows: int
    what: str = "rows"


def take(lake: Lake, table: str, where: str, *, blank: Mapping[str, str] | None, dry_run: bool) -> int:
    """Delete the rows that meet a condition, or where `blank` names columns, give these other values."""
    if dry_run:
        return count_rows(lake, table, where)
    return delete_rows(lake, table, where) if blank is None else set_values(lake, table, blank, where=where)


def from_silver(lake: Lake, tables: Sequence[Table], person: Person, *, dry_run: bool) -> Iterator[Taken]:
    """Delete the person from lists of people; other rows keep their money and lose customer and address."""
    for table in tables:
        personal = [IDENTITY, *(column.name for column in table.columns if column.pii)]
        blank = None if lists_people(table) else dict.fromkeys(personal, NOTHING)
        rows = take(lake, table.name, person.is_theirs(table), blank=blank, dry_run=dry_run)
        yield Taken(table.name, rows, "rows" if blank is None else "names in rows")


def from_bronze(lake: Lake, person: Person, *, dry_run: bool) -> Iterator[Taken]:
    """The same for rows as delivered; those that stay keep what is mapped and says nothing personal."""
    for feed in person.feeds:
        where = person.is_meant(lake, feed)
        blank = None if feed.lists_people else dict.fromkeys(told_of(lake, feed), NOTHING)
        rows = take(lake, feed.source.bronze, where, blank=blank, dry_run=dry_run)
        yield Taken(feed.source.bronze, rows, "rows" if blank is None else "names in rows")


def told_of(lake: Lake, feed: Feed) -> list[str]:
    """Return the columns of Bronze that may say who somebody is: personal ones, and all that nobody has mapped."""
    personal = {IDENTITY, *(column.name for column in feed.table.columns if column.pii)}
    mine = [mapped for mapped in feed.source.map if mapped.column in feed.table.column_names]
    kept = {mapped.origin for mapped in mine} - {mapped.origin for mapped in mine if mapped.column in personal}
    headers = lake.column_comments(feed.source.bronze)
    return [name for name, header in headers.items() if name not in ENGINE_COLUMNS and not {name, header} & kept]


def from_held(lake: Lake, person: Person, where: Places, *, dry_run: bool) -> Iterator[Taken]:
    """Take the person's text out of the quarantine, and out of what was decided about their rows."""
    decided = Taken(quarantine_actions.name, 0)
    for feed in person.feeds:
        mine = where[feed.source.name]
        if not mine:
            continue
        name, source = quarantine_of(feed.table.name).name, literal(feed.source.name)
        blank = None if feed.lists_people else {"raw": "'{}'"}
        held = f"source = {source} AND ({stands_in(mine, '_batch_id', '_row_id')})"
        yield Taken(name, take(lake, name, held, blank=blank, dry_run=dry_run))
        said = f"source = {source} AND ({stands_in(mine, 'batch_id', 'row_id')})"
        rows = take(lake, quarantine_actions.name, said, blank=DECIDED, dry_run=dry_run)
        decided = Taken(decided.table, decided.rows + rows, "decisions")
    yield decided


def stands_in(places: Sequence[tuple[int, int]], batch: str, row: str) -> str:
    """Return the condition for some places in Bronze."""
    batches: dict[int, list[int]] = {}
    for number, place in places:
        batches.setdefault(number, []).append(place)
    each = (f"({batch} = {number} AND {row} IN ({', '.join(map(str, rows))}))" for number, rows in batches.items())
    return " OR ".join(each)


def staging(lake: Lake, *, dry_run: bool) -> Taken:
    """Delete every staged row: no step is open, and a blocked one stages its rows again when it is tried again."""
    store, root = FileSystem.from_uri(lake.staging(""))
    folders = [f for f in store.get_file_info(FileSelector(root, allow_not_found=True)) if f.type == FileType.Directory]
    if not dry_run:
        for folder in folders:
            store.delete_dir(folder.path)
    return Taken(STAGING, len(folders), "folders")
