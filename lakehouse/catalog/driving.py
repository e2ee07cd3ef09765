"""Checks what drives a mart: whether a change in any of its inputs finds the rows that it touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.errors import Problem
from lakehouse.table import DATE, Replace, Since, columns_of, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lakehouse.catalog.found import Found
    from lakehouse.table import LookUp, Table

    Tables = Mapping[str, Table]


def unseen_changes(each: Found, tables: Tables) -> Iterator[Problem]:
    """What keeps a change in an input of a mart with `by` from being found."""
    table = each.table
    known = {alias: tables[name] for alias, name in table.inputs.items() if name in tables}
    if table.by and set(table.by) <= set(table.column_names):
        for given in known.values():
            yield from _null_keys(each, given)
        for alias, look_up in table.looks_up.items():
            yield from _joined_by_none(each, alias, look_up, known=known)
    for alias, look_up in table.looks_up.items():
        if isinstance(look_up, Since) and alias in known:
            yield from _undated(each, look_up, known[alias], key=f"looks_up.{alias}")


def _null_keys(each: Found, given: Table) -> Iterator[Problem]:
    """Keys that may be missing in an input that drives the mart."""
    by, write = set(each.table.by), each.table.write
    is_left_out = isinstance(write, Replace) and write.leaves_out_null
    if by <= set(given.column_names) and not is_left_out:
        for name in (column.name for column in given.columns if column.name in by and column.nullable):
            what = f"may be NULL in {given.name}, and rows of a NULL key are never found"
            yield Problem(each.file, f"write.by.{name}", what)


def _joined_by_none(each: Found, alias: str, look_up: LookUp, *, known: Tables) -> Iterator[Problem]:
    """A look-up whose rows no driving row could be found by."""
    wanted = {*each.table.by, *keys_of(look_up)}
    others = [given for other, given in known.items() if other != alias]
    is_known = alias in known and set(columns_of(look_up)) <= set(known[alias].column_names)
    if is_known and not any(wanted <= set(given.column_names) for given in others):
        listed = ", ".join(sorted(wanted))
        what = f"{listed}: no other input carries all of them, so a change in {alias} would touch nothing"
        yield Problem(each.file, f"looks_up.{alias}", what)


def _undated(each: Found, look_up: Since, given: Table, *, key: str) -> Iterator[Problem]:
    """What keeps the day of a looked-up row from being compared with the days of the mart."""
    table = each.table
    days = [column for column in table.columns if column.name in table.by and column.type == DATE]
    if len(table.by) != 1 or not days:
        yield Problem(each.file, key, "says from which day on a row matters, and the mart is not replaced by one date")
    for column in given.columns:
        if column.name == look_up.day and (column.type != DATE or column.nullable):
            what = f"is no date or may be NULL in {given.name}, so nobody can tell from when on a row matters"
            yield Problem(each.file, f"{key}.{column.name}", what)
