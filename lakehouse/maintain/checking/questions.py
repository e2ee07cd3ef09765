"""The rules of a contract as questions in SQL: key, required values, references, sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.maintain.checking.values import Finding
from lakehouse.rules import Covers, Reconciles, RefersTo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lakehouse.maintain.checking.values import Published


def broken_rules(shown: Published) -> Iterator[Finding]:
    """Yield every broken rule of a table."""
    found = [repeated_keys(shown), *(rule for rule in missing_values(shown))]
    for rule in shown.table.rules:
        match rule.helper:
            case RefersTo():
                found.append(missing_references(shown, rule.id, rule.helper))
            case Reconciles():
                found.append(gap(shown, rule.id, rule.helper))
            case Covers():
                found.append(not_covered(shown, rule.id, rule.helper))
    yield from (finding for finding in found if finding)


def repeated_keys(shown: Published) -> Finding | None:
    """Keys that more than one row has."""
    keys = ", ".join(shown.table.grain)
    bad = f"SELECT {keys} FROM mine GROUP BY {keys} HAVING count(*) > 1"  # noqa: S608 — our own words
    return shown.finding("grain.unique", bad, shown.table.grain)


def missing_values(shown: Published) -> Iterator[Finding | None]:
    """Rows without a value that the contract requires; one look at the table for all columns."""
    required = [column.name for column in shown.table.columns if not column.nullable]
    if not required:
        return
    counts = ", ".join(f"count(*) FILTER (WHERE {name} IS NULL) AS {name}" for name in required)
    for name, count in shown.ask(f"SELECT {counts} FROM mine")[0].items():  # noqa: S608
        if count:
            yield shown.finding(f"{name}.not_null", f"SELECT * FROM mine WHERE {name} IS NULL", shown.table.grain)  # noqa: S608


def missing_references(shown: Published, rule: str, refers: RefersTo) -> Finding | None:
    """Keys that the table referred to does not have, of systems that have rows there."""
    if not shown.lake.exists(refers.table):
        return None
    pairs = " AND ".join(f"mine.{m} = o.{t}" for m, t in zip(refers.columns, refers.theirs, strict=True))
    given = " AND ".join(f"mine.{name} IS NOT NULL" for name in refers.columns)
    bad = (
        f"SELECT DISTINCT mine.system, {', '.join(f'mine.{name}' for name in refers.columns)} FROM mine"  # noqa: S608
        f" LEFT ANTI JOIN theirs o ON mine.system = o.system AND {pairs}"
        f" WHERE {given} AND mine.system IN (SELECT system FROM theirs)"
    )
    return shown.finding(rule, bad, ("system", *refers.columns), warns=True, theirs=refers.table)


def not_covered(shown: Published, rule: str, covers: Covers) -> Finding | None:
    """Values of another table that are missing here."""
    if not shown.lake.exists(covers.table):
        return None
    here, there = f"mine.{covers.column}", f"theirs.{covers.theirs}"
    also = f" AND ({covers.where})" if covers.where else ""
    bad = (
        f"SELECT DISTINCT {there} AS {covers.column} FROM theirs"  # noqa: S608
        f" LEFT ANTI JOIN mine ON {there} = {here} WHERE {there} IS NOT NULL{also}"
    )
    return shown.finding(rule, bad, (covers.column,), theirs=covers.table)


def gap(shown: Published, rule: str, sums: Reconciles) -> Finding | None:
    """Difference between the whole of this table and the whole of the one that it adds up."""
    if not shown.lake.exists(sums.table):
        return None
    sql = (
        f"SELECT (SELECT coalesce(sum({sums.column}), 0) FROM mine) AS here,"  # noqa: S608
        f" (SELECT coalesce(sum({sums.theirs}), 0) FROM {meant(sums)}) AS there"
    )
    [found] = shown.ask(sql, theirs=sums.table)
    if found["here"] == found["there"]:
        return None
    said = f"{found['here']} here, {found['there']} in {sums.table}"
    return Finding(shown.table.name, rule, 1, (said,))


def meant(sums: Reconciles) -> str:
    """Return the rows of the other table that a rule speaks of, as what stands after FROM."""
    said = [sums.where] if sums.where else []
    ends = ""
    if sums.before is not None:
        their_day, my_day = sums.before
        ends = f" JOIN (SELECT system AS judged, max({my_day}) AS ends_on FROM mine GROUP BY system) ON system = judged"  # noqa: S608
        said.append(f"{their_day} < ends_on")
    return f"theirs{ends}" + (f" WHERE {' AND '.join(f'({each})' for each in said)}" if said else "")
