"""Checks the tables: each yields what is wrong with one declaration, none stops the others."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from typing import TYPE_CHECKING

from lakehouse.catalog.derived import rules_of
from lakehouse.catalog.driving import unseen_changes
from lakehouse.catalog.graph import cycle, direct_needs, judging
from lakehouse.catalog.refresh import refresh_problems
from lakehouse.catalog.traced import driving_input
from lakehouse.errors import Problem
from lakehouse.rules import Covers, Reconciles, RefersTo
from lakehouse.settings import nearest
from lakehouse.table import VALIDITY, History, Merge, Replace, columns_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from lakehouse.catalog.found import Found
    from lakehouse.rules import Rule
    from lakehouse.table import Table

    Tables = Mapping[str, Table]

BUILT = ("silver", "gold")
READABLE = {"silver": ("silver",), "gold": ("silver", "gold", "app", "ops"), "app": (), "ops": ()}
NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
ASKED = ("params", "as_of")


def problems_of(found: Sequence[Found]) -> Iterator[Problem]:
    """Everything wrong with the declared tables."""
    tables = {each.table.name: each.table for each in found}
    first: dict[str, str] = {}
    for each in found:
        if each.table.name in first:
            yield Problem(
                each.file, each.table.name, f"is declared a second time; the first is in {first[each.table.name]}"
            )
        first.setdefault(each.table.name, each.file)
        yield from _name(each)
        for check in (
            _columns,
            _mentioned,
            _written,
            _inputs,
            unseen_changes,
            _rules,
            _build,
            _traced,
            refresh_problems,
        ):
            yield from check(each, tables)
    circle = cycle(direct_needs(tables, ()))
    if circle:
        file = first.get(circle[0], "")
        yield Problem(file, circle[0], "needs itself: " + " needs ".join(circle))


def _name(each: Found) -> Iterator[Problem]:
    table, file = each.table, each.file
    folder = file.split("/")[1]
    if not NAME.fullmatch(table.name):
        yield Problem(file, table.name, "is no table name; it is <layer>.<name> in small letters, digits and _")
    elif table.layer != folder:
        yield Problem(file, table.name, f"stands in the folder {folder}", f"{folder}.{table.short_name}")
    elif folder in BUILT and table.short_name != each.module.rpartition(".")[2]:
        stem = each.module.rpartition(".")[2]
        yield Problem(file, table.name, "is not named like its file", f"{folder}.{stem}")
    if not table.doc.strip():
        yield Problem(file, table.name, "has no description: the first line of the build's docstring states the grain")


def _columns(each: Found, _: Tables) -> Iterator[Problem]:
    table, file = each.table, each.file
    for name, times in Counter(table.column_names).items():
        if times > 1:
            yield Problem(file, f"columns.{name}", f"is declared {times} times")
    for column in table.columns:
        if not column.doc.strip():
            yield Problem(file, f"columns.{column.name}", "has no description")
    if not table.grain:
        yield Problem(file, "grain", "is empty: it names the columns that tell rows apart")


def _unknown(names: Collection[str], table: Table, *, file: str, key: str) -> Iterator[Problem]:
    """Names that are not columns of `table`."""
    for name in names:
        if name not in table.column_names:
            yield Problem(file, f"{key}.{name}", f"is not a column of {table.name}", nearest(name, table.column_names))


def _mentioned(each: Found, _: Tables) -> Iterator[Problem]:
    table = each.table
    for key, names in (
        ("grain", table.grain),
        ("partition_by", table.partition_by),
        ("derives", table.derives),
        ("amends", table.amends),
        ("recovers", table.recovers),
    ):
        yield from _unknown(names, table, file=each.file, key=key)


def _written(each: Found, tables: Tables) -> Iterator[Problem]:
    table, file, write = each.table, each.file, each.table.write
    match write:
        case Replace(by=by) if by:
            yield from _unknown(by, table, file=file, key="write.by")
            for column in table.columns:
                if column.name in by and column.nullable:
                    yield Problem(
                        file, f"write.by.{column.name}", "may be NULL, and rows of a NULL key are never found"
                    )
            inputs = [tables[name] for name in table.inputs.values() if name in tables]
            if not any(set(by) <= set(given.column_names) for given in inputs):
                yield Problem(file, "write.by", f"{', '.join(by)}: no input carries all of them, so none can drive it")
        case Merge(newest=newest, prune=prune):
            yield from _unknown(newest, table, file=file, key="write.newest")
            yield from _unknown((prune,) * bool(prune), table, file=file, key="write.prune")
        case History(key=key, sequence=sequence, track=track):
            yield from _unknown(key, table, file=file, key="write.key")
            yield from _unknown((sequence,), table, file=file, key="write.sequence")
            yield from _unknown(track, table, file=file, key="write.track")
            if table.grain != (*key, "valid_from_at"):
                yield Problem(file, "grain", f"of a history is its key and valid_from_at: {(*key, 'valid_from_at')}")
            yield from _versions(each, write)
        case _:
            pass


def _versions(each: Found, write: History) -> Iterator[Problem]:
    """What a table that keeps versions must have, and what it could not keep."""
    table, file = each.table, each.file
    if table.columns[-len(VALIDITY) :] != VALIDITY:
        yield Problem(file, "columns", "of a history end with *VALIDITY, which says when a version is valid")
    kept = {"source", write.sequence, *write.key, *write.track, *(column.name for column in VALIDITY)}
    for name in table.column_names:
        if name not in kept:
            yield Problem(file, f"write.track.{name}", "is missing: what is not tracked is lost when it is said again")


def _inputs(each: Found, tables: Tables) -> Iterator[Problem]:
    table, file = each.table, each.file
    readable = READABLE.get(table.layer, ())
    for alias, name in table.inputs.items():
        if name not in tables:
            yield Problem(file, f"inputs.{alias}", f"{name!r} is no table", nearest(name, tables))
        elif tables[name].layer not in readable:
            yield Problem(file, f"inputs.{alias}", f"{name} cannot be read by a table of {table.layer}")
    for alias, look_up in table.looks_up.items():
        if alias not in table.inputs:
            yield Problem(file, f"looks_up.{alias}", "is not one of the inputs", nearest(alias, table.inputs))
        elif table.inputs[alias] in tables:
            given = tables[table.inputs[alias]]
            yield from _unknown(columns_of(look_up), given, file=file, key=f"looks_up.{alias}")


def _traced(each: Found, tables: Tables) -> Iterator[Problem]:
    table = each.table
    yield from _unknown(table.traces, table, file=each.file, key="traces")
    known = [tables[name] for name in table.inputs.values() if name in tables]
    if table.layer == "gold" and known and driving_input(table, tables) is None:
        lost = ", ".join(sorted(set(table.grain) - set(table.traces) - set(known[0].column_names)))
        yield Problem(
            each.file, "traces", f"{lost}: no input carries it, so no row leads back; say how in traces={{…}}"
        )


def _rules(each: Found, tables: Tables) -> Iterator[Problem]:
    table, file = each.table, each.file
    for rule_id, times in Counter(rule.id for rule in rules_of(table)).items():
        if times > 1:
            yield Problem(file, f"rules.{rule_id}", f"is the id of {times} rules; give the others a name")
    for rule in table.rules:
        yield from _unknown(rule.columns, table, file=file, key=f"rules.{rule.id}")
        yield from _referred(rule, each, tables)
        if rule.severity == "quarantine" and table.layer != "silver":
            yield Problem(file, f"rules.{rule.id}", "cannot quarantine: only Silver sets rows aside", "block")
    for name in sorted((judging(table) - {table.name}) & set(tables)):
        if tables[name].layer not in READABLE.get(table.layer, ()):
            yield Problem(file, "rules", f"{name} cannot be read by a table of {table.layer}")


def _referred(rule: Rule, each: Found, tables: Tables) -> Iterator[Problem]:
    """What a rule says about another table."""
    key, helper = f"rules.{rule.id}", rule.helper
    if not isinstance(helper, RefersTo | Reconciles | Covers):
        return
    if helper.table not in tables:
        yield Problem(each.file, key, f"{helper.table!r} is no table", nearest(helper.table, tables))
        return
    theirs = helper.theirs if isinstance(helper, RefersTo) else (helper.theirs,)
    yield from _unknown(theirs, tables[helper.table], file=each.file, key=key)
    if isinstance(helper, Reconciles) and helper.before:
        for day, side in zip(helper.before, (tables[helper.table], each.table), strict=True):
            yield from _unknown((day,), side, file=each.file, key=key)
    shared = ("system",) if isinstance(helper, RefersTo) else helper.keys if isinstance(helper, Reconciles) else ()
    for side in (each.table, tables[helper.table]):
        yield from _unknown(shared, side, file=each.file, key=key)


def _build(each: Found, _: Tables) -> Iterator[Problem]:
    table, file = each.table, each.file
    if (table.build is not None) != (table.layer in BUILT):
        what = "has no build" if table.build is None else f"has a build; tables of {table.layer} take rows as they come"
        yield Problem(file, table.name, what)
    if table.build is None:
        return
    given = inspect.signature(table.build).parameters
    expected = {*table.inputs, *(("rows",) if table.layer == "silver" else ())}
    for name, parameter in given.items():
        if name in ASKED and parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            yield Problem(file, f"build.{name}", "must be keyword-only: it stands after a bare *")
        if name not in ASKED and name not in expected:
            yield Problem(file, f"build.{name}", "is not one of the inputs", nearest(name, expected | set(ASKED)))
    for name in sorted(expected - set(given)):
        yield Problem(file, f"build.{name}", "is an input that the build does not take", nearest(name, given))
