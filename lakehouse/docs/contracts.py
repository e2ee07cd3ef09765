"""What a contract says, in words: types, write modes, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.rules import (
    Cleared,
    Contiguous,
    Covers,
    NoOverlap,
    OneCurrent,
    Parses,
    Reconciles,
    RefersTo,
    Satisfies,
    Unique,
)
from lakehouse.table import Append, History, Merge, Replace

if TYPE_CHECKING:
    from lakehouse.rules import Rule
    from lakehouse.table import Table


def written(table: Table) -> str:
    """Say how rows come into a table."""
    match table.write:
        case Append():
            return "appended; nothing is ever changed"
        case Replace(by=by):
            return (
                f"replaced by {', '.join(by)}: a change there rebuilds that and nothing else" if by else "built whole"
            )
        case Merge(newest=newest):
            return f"merged by key; the newest wins, by {', '.join(newest)}"
        case History(key=key, sequence=sequence):
            return f"every version of {', '.join(key)} is kept, in the order of {sequence}"


def refreshed(table: Table) -> str:
    """Say how often a mart is built."""
    if table.layer != "gold":
        return ""
    return {"": "with every run", "live": "live, by the stream"}.get(table.refresh, table.refresh)


def says(rule: Rule) -> str:
    """Say what a rule asks for."""
    match rule.helper:
        case RefersTo(columns=columns, table=table, theirs=theirs):
            named = f" as {', '.join(theirs)}" if theirs != columns else ""
            return f"{', '.join(columns)} (with system) is found in {table}{named}"
        case Reconciles(column=column, table=table, theirs=theirs, where=where, keys=keys):
            per = f", per {', '.join(keys)}" if keys else ", key by key"
            return f"sums of {column} equal those of {theirs} in {table}{f' where {where}' if where else ''}{per}"
        case Covers(column=column, table=table, theirs=theirs, where=where):
            return f"every {theirs} of {table}{f' where {where}' if where else ''} is found in {column}"
        case Contiguous():
            return "versions of a key follow each other without overlap or gap"
        case OneCurrent():
            return "the last version of a key, and no other, is current"
        case NoOverlap():
            return "no two versions of a key are valid at one moment"
        case _:
            return says_of_a_row(rule)


def says_of_a_row(rule: Rule) -> str:
    """Say what a rule asks of a row by itself, or among the rows of its step."""
    match rule.helper:
        case Unique(columns=columns):
            return f"no two rows share {', '.join(columns)}"
        case Parses(column=column):
            return f"what was delivered could become the type of {column}"
        case Cleared(column=column, pattern=pattern):
            return f"{column} matches {pattern}, else it is set to NULL"
        case Satisfies(condition=condition):
            return condition
        case _:
            return rule.good
