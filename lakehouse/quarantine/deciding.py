"""Decide about quarantined rows: fix, waive, replay, expire. A decision is an event; the next run takes it up."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lakehouse import ledger
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.errors import ConfigError, LakehouseError, Problem
from lakehouse.plan import aligned
from lakehouse.quarantine.decisions import GIVEN_UP
from lakehouse.quarantine.events import Decision
from lakehouse.quarantine.listing import read_each
from lakehouse.quarantine.pending import without_pending
from lakehouse.settings import nearest, overrides_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake
    from lakehouse.quarantine.listing import Wanted

    Found = Sequence[tuple[str, Mapping[str, Any]]]

MOST = 100_000
"""Rows that one command may decide about."""
FEW = 10
"""Rows that are shown as examples."""
MEANT = """
    SELECT source, _batch_id, _row_id, _file, broken, status
    FROM q {undecided} WHERE {where} AND broken <> 'discarded' ORDER BY source, _batch_id, _row_id LIMIT {limit}
"""


def decide(
    lake: Lake,
    catalog: Catalog,
    action: str,
    *,
    wanted: Wanted,
    words: Sequence[str] = (),
    note: str = "",
    dry_run: bool = False,
) -> str:
    """Record one decision about every wanted row; return what to say. `words`: the fix, as `column=text`.

    Raises ConfigError for a column that the rows' sources do not map, LakehouseError when no row is meant, too many
    are, or it is not said why.
    """
    refuse_careless(action, wanted, words=words, note=note)
    tables = sorted(name for name, table in catalog.tables.items() if table.layer == "silver")
    found = [row for table in tables for row in meant(lake, table, action, wanted=of_status(action, wanted))]
    if not found:
        raise LakehouseError(f"no row of the quarantine is meant by {action} {wanted}")
    if len(found) > MOST:
        raise LakehouseError(f"more than {MOST:,} rows are meant; say which by --source, --rule, --file or --batch")
    fixes = overrides_of(words)
    refuse_unmapped(catalog, {row["source"] for _, row in found}, fixes)
    if not dry_run:
        lake.append(quarantine_actions, list(events(action, found, fixes, note=note)))
    return told(action, found, fixes, dry_run=dry_run)


def meant(lake: Lake, table: str, action: str, *, wanted: Wanted) -> Found:
    """Return the wanted rows of a table's quarantine.

    Rows expire by their age alone, so not over a decision that waits for the next run, unless one row is named.
    """
    undecided = without_pending(lake, table) if action == "expire" and wanted.row is None else ""
    others = {"actions": quarantine_actions.name} if undecided else {}
    sql = MEANT.format(undecided=undecided, where=wanted.condition(), limit=MOST + 1)
    return read_each(lake, [table], sql, **others)


def refuse_careless(action: str, wanted: Wanted, *, words: Sequence[str], note: str) -> None:
    """Raise LakehouseError when it is not said which rows, what or why."""
    if wanted.row is not None and (wanted.batch is None or not wanted.source):
        raise LakehouseError("--row needs --source and --batch: rows are numbered within a batch of a source")
    if wanted.batch is not None and not wanted.source:
        raise LakehouseError("--batch needs --source: batches are numbered within a source")
    if action != "expire" and not wanted.is_narrowed:
        raise LakehouseError(f"{action}: say which rows, by --source, --batch, --row, --rule, --file or --older-than")
    if action == "fix" and not words:
        raise LakehouseError('fix: say what is right, as --set column="text as it should have been delivered"')
    if action in {"fix", "waive"} and not note:
        raise LakehouseError(f"{action}: say why, with --note")


def of_status(action: str, wanted: Wanted) -> Wanted:
    """Mean open rows, unless another status or a single row is asked for; only open rows can be given up."""
    if action in GIVEN_UP:
        if wanted.status not in {"", "open"}:
            raise LakehouseError(f"{action}: only open rows can be given up, not {wanted.status} ones")
        return replace(wanted, status="open")
    return wanted if wanted.status or wanted.row is not None else replace(wanted, status="open")


def refuse_unmapped(catalog: Catalog, sources: Iterable[str], fixes: Mapping[str, str]) -> None:
    """Raise ConfigError naming each column that a source of the rows does not deliver, and the nearest that it does."""
    problems = []
    for name in sorted(sources):
        source = catalog.sources.get(name)
        known = [mapped.column for mapped in source.map] if source else []
        where = source.file if source else name
        problems += [
            Problem(where, column, f"{name} maps no such column", nearest(column, known))
            for column in fixes
            if column not in known
        ]
    if problems:
        raise ConfigError(problems)


def events(action: str, found: Found, fixes: Mapping[str, str], *, note: str) -> Iterator[dict[str, Any]]:
    """Yield one event per row: who decided what, when and why."""
    values = json.dumps(dict(fixes), ensure_ascii=False) if fixes else ""
    decision = Decision(action, note, ledger.now(), values=values)
    for table, row in found:
        place = {"batch_id": row["_batch_id"], "row_id": row["_row_id"], "file": row["_file"]}
        yield decision.event(row["source"], table=table, **place)


def told(action: str, found: Found, fixes: Mapping[str, str], *, dry_run: bool) -> str:
    """Say how many rows of which table, source and rule are meant, and show a few, without their text."""
    counts = Counter((table, row["source"], rule) for table, row in found for rule in row["broken"].split(","))
    meant = aligned([("table", "source", "rule", "rows"), *((*key, f"{n:,}") for key, n in sorted(counts.items()))])
    shown = aligned([("source", "batch", "row", "file", "status"), *(place_of(row) for _, row in found[:FEW])])
    more = f"\n… and {len(found) - FEW:,} more" if len(found) > FEW else ""
    columns = f" ({', '.join(fixes)})" if fixes else ""
    done = f"would be noted: {action}{columns}" if dry_run else f"{action}{columns} noted; the next run takes it up"
    return f"{meant}\n\n{shown}{more}\n\n{len(found):,} rows: {done}"


def place_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where a row stands and what became of it, without what it says."""
    file = row["_file"].rpartition("/")[2]
    return (row["source"], str(row["_batch_id"]), str(row["_row_id"]), file, row["status"])
