"""Take a person out of each layer: rows about nobody else are deleted, others lose what says who it was."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyarrow.fs import FileSelector, FileSystem, FileType

from lakehouse import ledger
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.lake import count_rows, delete_rows, literal, set_values
from lakehouse.maintain.forgetting.finding import places_of
from lakehouse.maintain.forgetting.fixes import stands_in
from lakehouse.maintain.forgetting.reading import IDENTITY, Feed, Place, lists_people
from lakehouse.quarantine import quarantine_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lakehouse.lake import Lake
    from lakehouse.maintain.forgetting.finding import Person
    from lakehouse.table import Table

Places = dict[str, list[Place]]
ENGINE_COLUMNS = ("_batch_id", "_file", "_row_id", "_ingested_at")
STAGING = "staging"
NOTHING = "CAST(NULL AS VARCHAR)"
LEFT = """
    SELECT _batch_id, _file, count(*) FILTER (WHERE {meant} IS NOT TRUE) AS rows FROM b
    GROUP BY _batch_id, _file HAVING count(*) FILTER (WHERE {meant}) > 0
"""


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


def placed(lake: Lake, table: str, where: str) -> str:
    """Say a condition on rows of Silver by where they stand in Bronze.

    A table's log keeps the words of a condition, which may not name the person.
    """
    sql = f"SELECT DISTINCT source, _batch_id, _row_id FROM t WHERE {where}"  # noqa: S608 — quoted
    found: dict[str, list[Place]] = {}
    for row in lake.read(sql, t=table).to_pylist():
        found.setdefault(row["source"], []).append((row["_batch_id"], row["_row_id"]))
    return " OR ".join(standing_in(source, rows) for source, rows in found.items()) or "false"


def standing_in(source: str, places: Sequence[Place], *, batch: str = "_batch_id", row: str = "_row_id") -> str:
    """Return the condition for some places of one source."""
    return f"(source = {literal(source)} AND ({stands_in(places, batch, row)}))"


def from_silver(lake: Lake, tables: Sequence[Table], person: Person, *, dry_run: bool) -> Iterator[Taken]:
    """Delete the person from lists of people; other rows keep their money and lose customer and address."""
    for table in tables:
        blank = None if lists_people(table) else dict.fromkeys(personal_of(table), NOTHING)
        where = placed(lake, table.name, person.is_theirs(table))
        rows = take(lake, table.name, where, blank=blank, dry_run=dry_run)
        yield Taken(table.name, rows, "rows" if blank is None else "names in rows")


def from_bronze(lake: Lake, person: Person, *, dry_run: bool) -> Iterator[Taken]:
    """The same for rows as delivered; those that stay keep what is mapped and says nothing personal.

    The fixes that name the person go with the rows of their source, the lists of people last: addresses are from there.
    """
    fixes = 0
    for feed in person.feeds:
        blank = None if feed.lists_people else dict.fromkeys(told_of(lake, feed), NOTHING)
        if blank is None and not dry_run:
            recount(lake, feed, person.is_meant(lake, feed))
        places = stands_in(places_of(lake, person, feed), "_batch_id", "_row_id") or "false"
        rows = take(lake, feed.source.bronze, places, blank=blank, dry_run=dry_run)
        yield Taken(feed.source.bronze, rows, "rows" if blank is None else "names in rows")
        fixes += from_fixes(lake, person, feed, dry_run=dry_run)
    yield Taken(quarantine_actions.name, fixes, "fixes")


def recount(lake: Lake, feed: Feed, meant: str) -> None:
    """Record how many rows each file will have left: the books of files that people gave up go by this number.

    Before the rows are deleted, since a second call after a killed one still has to find them.
    """
    rows = lake.read(LEFT.format(meant=meant), b=feed.source.bronze).to_pylist()
    left = {(row["_batch_id"], row["_file"]): row["rows"] for row in rows}
    mine = [file for file in ledger.deliveries(lake) if file.source == feed.source.name]
    fewer = [replace(f, rows=left[f.batch_id, f.path]) for f in mine if (f.batch_id, f.path) in left]
    ledger.correct_files(lake, fewer)


def told_of(lake: Lake, feed: Feed) -> list[str]:
    """Return the columns of Bronze that may say who somebody is: personal ones, and all that nobody has mapped."""
    personal = personal_of(feed.table)
    mine = [mapped for mapped in feed.source.map if mapped.column in feed.table.column_names]
    kept = {mapped.origin for mapped in mine} - {mapped.origin for mapped in mine if mapped.column in personal}
    headers = lake.column_comments(feed.source.bronze)
    return [name for name, header in headers.items() if name not in ENGINE_COLUMNS and not {name, header} & kept]


def personal_of(table: Table) -> list[str]:
    """Return the columns of a contract that say who somebody is."""
    return [IDENTITY, *(column.name for column in table.columns if column.pii)]


def from_held(lake: Lake, person: Person, where: Places, *, dry_run: bool) -> Iterator[Taken]:
    """Take the person's text out of the quarantine, and out of what was decided about their rows.

    Fixes that say whose a row is stay until its row in Bronze goes: a second call after a killed one goes by them.
    """
    decided = Taken(quarantine_actions.name, 0)
    for feed in person.feeds:
        mine = where[feed.source.name]
        if not mine:
            continue
        name, source = quarantine_of(feed.table.name).name, feed.source.name
        blank = None if feed.lists_people else {"raw": "'{}'"}
        yield Taken(name, take(lake, name, standing_in(source, mine), blank=blank, dry_run=dry_run))
        said = standing_in(source, mine, batch="batch_id", row="row_id")
        if told := [fix.event_id for fix in person.told(feed)]:
            said += f" AND NOT {is_among(told)}"
        rows = take_typed(lake, said, kept_typed(feed), dry_run=dry_run)
        decided = Taken(decided.table, decided.rows + rows, "decisions")
    yield decided


def from_fixes(lake: Lake, person: Person, feed: Feed, *, dry_run: bool) -> int:
    """Take the person out of the fixes of a source that name them; return how many fixes."""
    fixed, told = person.fixed[feed.source.name], person.told(feed)
    own = [fix.event_id for fix in told if fix.place in fixed]
    put_right = [fix.event_id for fix in told if fix.place not in fixed]
    both = ((own, kept_typed(feed)), (put_right, {*feed.table.column_names} - {IDENTITY}))
    return sum(take_typed(lake, is_among(events), kept, dry_run=dry_run) for events, kept in both if events)


def kept_typed(feed: Feed) -> set[str]:
    """Return the columns whose corrected texts stay: those of a row that outlives its customer and name nobody."""
    return set() if feed.lists_people else {*feed.table.column_names} - {*personal_of(feed.table)}


def is_among(events: Iterable[str]) -> str:
    """Return the condition for some decisions."""
    return f"event_id IN ({', '.join(map(literal, events))})"


def take_typed(lake: Lake, where: str, kept: set[str], *, dry_run: bool) -> int:
    """Take what people typed out of decisions, since it may name whom a row is about; return how many decisions.

    Notes, and corrected texts but of the columns kept: without these a row that stays would break its rules once more.
    """
    blank = {"values": typed_left(lake, where, kept), "note": "''"} if not dry_run else {}
    return take(lake, quarantine_actions.name, where, blank=blank, dry_run=dry_run)


def typed_left(lake: Lake, where: str, kept: set[str]) -> str:
    """Return the SQL for what is left of the corrected texts of some decisions."""
    if not lake.exists(quarantine_actions.name):
        return "''"
    sql = f'SELECT event_id, "values" FROM a WHERE ({where}) AND "values" <> \'\''  # noqa: S608 — quoted
    cases = []
    for row in lake.read(sql, a=quarantine_actions.name).to_pylist():
        left = {column: text for column, text in json.loads(row["values"]).items() if column in kept}
        cases.append(f"WHEN {literal(row['event_id'])} THEN {literal(json.dumps(left, ensure_ascii=False))}")
    return f'CASE event_id {" ".join(cases)} ELSE "values" END' if cases else '"values"'


def staging(lake: Lake, *, dry_run: bool) -> Taken:
    """Delete every staged row: no step is open, and a blocked one stages its rows again when it is tried again."""
    store, root = FileSystem.from_uri(lake.staging(""))
    folders = [f for f in store.get_file_info(FileSelector(root, allow_not_found=True)) if f.type == FileType.Directory]
    if not dry_run:
        for folder in folders:
            store.delete_dir(folder.path)
    return Taken(STAGING, len(folders), "folders")
