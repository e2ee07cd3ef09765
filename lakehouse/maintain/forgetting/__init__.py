"""Erase a person from every layer; what is counted in money stays, without a name."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.errors import LakehouseError
from lakehouse.lake import Lake, kept_for
from lakehouse.ledger import Upkeep
from lakehouse.maintain.forgetting.finding import Person, find, gold_tables, places, silver_tables
from lakehouse.maintain.forgetting.taking import STAGING, Taken, from_bronze, from_held, from_silver, staging

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from lakehouse.catalog import Catalog
    from lakehouse.settings import Settings

__all__ = ["Forgotten", "forget"]


MARTS_FOLLOW = timedelta(days=1)


@dataclass(frozen=True)
class Forgotten:
    """What was erased, or would be."""

    text: str
    found: bool
    """Whether the person was anywhere."""


def forget(settings: Settings, catalog: Catalog, *, system: str, customer: str, dry_run: bool = False) -> Forgotten:
    """Erase a customer of a business from Bronze, Silver, quarantine, staging and decisions, as the only writer.

    Rows about the person alone are deleted; of other rows only what says who it was. Bronze and the fixes that name
    the person come last, so that a second call finds what a killed one left. Marts still hold the person until they
    are built again: the next run does that.
    Raises LakehouseError when a source of the business cannot be read here or a step is not finished,
    LeaseHeld when anybody else writes.
    """
    lake = Lake(settings.roots.lake)
    person = find(lake, catalog, system=system, customer=customer)
    if dry_run:
        taken = tuple(erase(lake, catalog, person, dry_run=True))
        return Forgotten(said(taken, person, "would be erased"), is_found(taken))
    with all_leases(lake):
        refuse_unfinished(lake)
        taken = tuple(erase(lake, catalog, person, dry_run=False))
        last = last_byte(lake, [each.table for each in taken if each.rows], catalog)
        note(lake, person, taken, last=last)
    return Forgotten(said(taken, person, "erased", last=last), is_found(taken))


def is_found(taken: Sequence[Taken]) -> bool:
    """Whether any table held the person."""
    return any(each.rows for each in taken if each.table != STAGING)


def erase(lake: Lake, catalog: Catalog, person: Person, *, dry_run: bool) -> Iterator[Taken]:
    """Take the person out of one layer after the other; yield what each held."""
    where = places(lake, person)
    yield from from_held(lake, person, where, dry_run=dry_run)
    yield staging(lake, dry_run=dry_run)
    yield from from_silver(lake, silver_tables(lake, catalog), person, dry_run=dry_run)
    yield from from_bronze(lake, person, dry_run=dry_run)


@contextmanager
def all_leases(lake: Lake) -> Iterator[None]:
    """Hold every lease that anybody ever took: of runs, and of each stream."""
    known = {"batch"}
    if lake.exists("ops.leases"):
        known |= set(lake.read("SELECT DISTINCT lease FROM l", l="ops.leases")["lease"].to_pylist())
    with ExitStack() as all_of_them:
        for name in sorted(known):
            all_of_them.enter_context(ledger.held(lake, name))
        yield


def refuse_unfinished(lake: Lake) -> None:
    """Raise LakehouseError when a step still has to publish what it staged."""
    names = sorted({step.name for step in ledger.steps(lake) if not step.is_finished})
    if names:
        raise LakehouseError(f"not finished: {', '.join(names)}. Finish first, then forget: jobs/run.py --resume")


def last_byte(lake: Lake, tables: Sequence[str], catalog: Catalog) -> datetime:
    """Return when the last file that holds the person may be deleted: what a table keeps longest, and a day for marts.

    These give way a little later, when they are built again.
    """
    touched = [name for name in {*tables, *gold_tables(lake, catalog)} if lake.exists(name)]
    return ledger.now() + max((kept_for(lake, name) for name in touched), default=timedelta()) + MARTS_FOLLOW


def note(lake: Lake, person: Person, taken: Sequence[Taken], *, last: datetime) -> None:
    """Record the act, without the person."""
    said = f"person {fingerprint(person)}; files may be deleted from {last:%Y-%m-%d} on"
    ledger.note_upkeep(lake, Upkeep("", "forget", rows=sum(each.rows for each in taken), note=said))


def fingerprint(person: Person) -> str:
    """Return what tells people apart in the record, and does not say who they are."""
    return hashlib.sha256(f"{person.system}\0{person.customer}".encode()).hexdigest()[:16]


def said(taken: Sequence[Taken], person: Person, done: str, *, last: datetime | None = None) -> str:
    """Say what was found where, when the last of it is gone, and what nobody here can erase."""
    if not is_found(taken):
        return "nothing of this customer was found"
    lines = [f"{each.table}: {each.rows:,} {each.what} {done}" for each in taken if each.rows]
    if last:
        lines.append(
            f"older versions hold the person until they are vacuumed: jobs/maintain.py vacuum deletes the last file"
            f" from {last:%Y-%m-%d} on"
        )
    delivered = sorted(person.files)
    if delivered:
        lines.append(f"{len(delivered):,} delivered files lie outside the lake and still name the person:")
        lines += [f"  {file}" for file in delivered]
    return "\n".join(lines)
