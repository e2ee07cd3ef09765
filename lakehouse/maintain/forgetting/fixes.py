"""What people's fixes say of whom a row is about, where what was delivered does not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.lake import literal
from lakehouse.maintain.forgetting.reading import IDENTITY, emails_of, reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lakehouse.lake import Lake
    from lakehouse.maintain.forgetting.reading import Feed, Place
    from lakehouse.settings.values import Mapped

AT_ONCE = 1_000
"""Texts in one question."""
FIXES = """
    SELECT event_id, batch_id, row_id, "values" FROM a
    WHERE action = 'fix' AND "table" = {table} AND source = {source} AND ({named}) ORDER BY "at", event_id
"""
MEANINGS = "SELECT typed, {reading} AS meant FROM (VALUES {texts}) AS given(typed)"
NUMBERED = "SELECT _batch_id, _row_id FROM b WHERE ({places}) AND {number} IS NOT NULL"


@dataclass(frozen=True)
class Fix:
    """One decision that says whom a row is about."""

    event_id: str
    place: Place
    said: Mapping[str, str | None]
    """Number and addresses of a person by column, as the source means what was typed."""


def fixes_of(lake: Lake, feed: Feed) -> tuple[Fix, ...]:
    """Return the fixes of a source's rows that name anybody, oldest first."""
    if not lake.exists(quarantine_actions.name):
        return ()
    columns = (IDENTITY, *emails_of(feed.table))
    named = " OR ".join(f'strpos("values", {literal(json.dumps(column))}) > 0' for column in columns)
    sql = FIXES.format(table=literal(feed.table.name), source=literal(feed.source.name), named=named)
    rows = lake.read(sql, a=quarantine_actions.name).to_pylist()
    typed = [{c: text for c, text in json.loads(row["values"]).items() if c in columns} for row in rows]
    meant = {
        column: meanings(lake, feed.source.mapped(column), {each[column] for each in typed if column in each})
        for column in columns
    }
    return tuple(
        Fix(row["event_id"], (row["batch_id"], row["row_id"]), {c: meant[c][text] for c, text in each.items()})
        for row, each in zip(rows, typed, strict=True)
    )


def meanings(lake: Lake, mapped: Mapped | None, texts: Iterable[str]) -> dict[str, str | None]:
    """Return what a source means by texts that people typed for a column; nothing where it maps none."""
    listed = sorted(texts)
    found: dict[str, str | None] = dict.fromkeys(listed)
    if mapped is None:
        return found
    for first in range(0, len(listed), AT_ONCE):
        values = ", ".join(f"({literal(text)})" for text in listed[first : first + AT_ONCE])
        sql = MEANINGS.format(reading=reading(mapped, "typed"), texts=values)
        found |= {row["typed"]: row["meant"] for row in lake.read(sql).to_pylist()}
    return found


def standing(fixes: Iterable[Fix]) -> dict[Place, dict[str, str | None]]:
    """Return what each fixed row says now: of several fixes of one column the newest."""
    found: dict[Place, dict[str, str | None]] = {}
    for fix in fixes:
        found.setdefault(fix.place, {}).update(fix.said)
    return found


def addresses_in(said: Mapping[str, str | None]) -> set[str]:
    """Return the addresses that a fix gives, in small letters."""
    return {text.lower() for column, text in said.items() if column != IDENTITY and text}


def fixed_places(
    lake: Lake, feed: Feed, fixes: Sequence[Fix], *, customer: str, emails: Iterable[str]
) -> tuple[Place, ...]:
    """Return the rows that are a person's by what was fixed: their number, or their address where none is given."""
    now = standing(fixes)
    numbered = {place for place, said in now.items() if said.get(IDENTITY) == customer}
    known = set(emails)
    addressed = {place for place, said in now.items() if not said.get(IDENTITY) and addresses_in(said) & known}
    if addressed:
        sql = NUMBERED.format(
            places=stands_in(sorted(addressed), "_batch_id", "_row_id"), number=feed.reads(lake, IDENTITY)
        )
        rows = lake.read(sql, b=feed.source.bronze).to_pylist()
        addressed -= {(row["_batch_id"], row["_row_id"]) for row in rows}
    return tuple(sorted(numbered | addressed))


def stands_in(places: Sequence[Place], batch: str, row: str) -> str:
    """Return the condition for some places in Bronze."""
    batches: dict[int, list[int]] = {}
    for number, place in places:
        batches.setdefault(number, []).append(place)
    each = (f"({batch} = {number} AND {row} IN ({', '.join(map(str, rows))}))" for number, rows in batches.items())
    return " OR ".join(each)
