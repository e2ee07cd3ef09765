"""How often a mart is built: the words of a contract's `refresh`, and whose turn it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lakehouse.errors import Problem
from lakehouse.settings import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lakehouse.catalog.found import Found
    from lakehouse.table import Table

LIVE = "live"
FORMS = ("every 5 minutes", "every 2 hours", "daily at 00:30", LIVE)
WORDS = sorted({word for form in FORMS for word in form.split() if word.isalpha()})
EVERY = re.compile(r"every ([1-9]\d*) (minutes?|hours?)")
DAILY = re.compile(r"daily at ([01]\d|2[0-3]):([0-5]\d)")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Refresh:
    """How often a mart is built: with every run, by turns that begin on the clock, or by the live stream alone."""

    every: timedelta = timedelta()
    """Length of a turn; none: every run. Turns are counted from midnight, so that `every 2 hours` is 00:00, 02:00, …"""
    begins: timedelta = timedelta()
    """How long after midnight the first turn of a day begins."""
    is_live: bool = False

    def turn(self, now: datetime, zone: str) -> datetime:
        """Return when the newest turn began, in UTC. A mart is due when it was last built before that."""
        return self._turn(now, zone)[0]

    def next_turn(self, now: datetime, zone: str) -> datetime:
        """Return when the next turn begins, in UTC."""
        return self._turn(now, zone)[1]

    def _turn(self, now: datetime, zone: str) -> tuple[datetime, datetime]:
        if not self.every:
            return now, now
        there = now.astimezone(ZoneInfo(zone))
        local, fold = there.replace(tzinfo=None, fold=0), there.fold if self.every < DAY else 0
        first = datetime.combine(local, time()) + self.begins
        begun = first + (local - first) // self.every * self.every
        after = min(begun + self.every, first + DAY)
        turn, following = _utc(begun, zone, fold), _utc(after, zone, fold)
        if (
            following <= now
        ):  # in the hour that a clock repeats: a day has one turn, which began in the first of the two
            turn, following = following, _utc(after + self.every, zone, fold)
        if turn > now:  # in the hour that a clock leaves out: told by the clock as it goes since
            turn = _utc(begun, zone, 1)
        return min(turn, now), following


def _utc(local: datetime, zone: str, fold: int) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def refresh_of(table: Table) -> Refresh:
    """Read a contract's `refresh`. Raises ValueError for words that are none of FORMS."""
    return _read(table.refresh)


def _read(words: str) -> Refresh:
    if not words:
        return Refresh()
    if words == LIVE:
        return Refresh(is_live=True)
    if found := DAILY.fullmatch(words):
        return Refresh(DAY, timedelta(hours=int(found[1]), minutes=int(found[2])))
    if found := EVERY.fullmatch(words):
        unit = found[2].rstrip("s") + "s"
        length = timedelta(**{unit: int(found[1])})
        if length <= DAY:
            return Refresh(length)
    raise ValueError(words)


def refresh_problems(each: Found, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """What is wrong with a table's `refresh`, by itself and beside the tables that it goes with."""
    table = each.table
    try:
        refresh_of(table)
    except ValueError:
        what = f"{table.refresh!r} is no refresh; one is {', '.join(map(repr, FORMS))} or '' for every run"
        yield Problem(each.file, "refresh", what, _meant(table.refresh))
        return
    if table.refresh and table.layer != "gold":
        yield Problem(each.file, "refresh", f"{table.refresh!r} is for marts; rows are judged as they arrive")
    elif table.layer == "gold":
        yield from _company(each, tables)


def _company(each: Found, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A release takes the marts of a group together, so one that is built later would hold back all others."""
    table = each.table
    group = [other for other in tables.values() if other.layer == "gold" and other.release_group == table.release_group]
    others = sorted(other.name for other in group if other.refresh != table.refresh)
    if table.refresh and others:
        what = f"{table.release_group!r} is shared with {others[0]}, which has another refresh and would wait for it"
        yield Problem(each.file, "release_group", what, table.short_name)


def _meant(words: str) -> str:
    """Return the refresh that misspelled words come closest to, or the form of one."""
    spelled = [word if word[:1].isdigit() else nearest(word, WORDS) for word in words.lower().split()]
    try:
        _read(" ".join(spelled))
    except ValueError:
        return nearest(words, FORMS)
    return " ".join(spelled)
