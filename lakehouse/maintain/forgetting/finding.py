"""Where a person is: which sources name customers of a business, which of their rows are this one's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lakehouse.errors import ConfigError, LakehouseError, Problem
from lakehouse.lake import literal
from lakehouse.maintain.forgetting.fixes import addresses_in, fixed_places, fixes_of, standing, stands_in
from lakehouse.maintain.forgetting.reading import IDENTITY, Feed, emails_of
from lakehouse.settings import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake
    from lakehouse.maintain.forgetting.fixes import Fix
    from lakehouse.maintain.forgetting.reading import Place
    from lakehouse.table import Table


@dataclass(frozen=True)
class Person:
    """A customer of one business, and what is known of them."""

    system: str
    customer: str
    feeds: tuple[Feed, ...]
    """Sources whose rows may be theirs, those that list people last."""
    emails: tuple[str, ...] = ()
    """Addresses in the business's lists of customers, in small letters."""
    files: tuple[str, ...] = ()
    """Delivered files that name them."""
    fixes: Mapping[str, tuple[Fix, ...]] = field(default_factory=dict)
    """Fixes that name anybody, by source, oldest first."""
    fixed: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    """Rows that are theirs by what was fixed, by source."""

    def is_meant(self, lake: Lake, feed: Feed) -> str:
        """Return the condition on Bronze rows of a source: their number, or their address where no number is given.

        As delivered, or as people fixed it.
        """
        number = feed.reads(lake, IDENTITY)
        meant = f"{number} = {literal(self.customer)}"
        for column in emails_of(feed.table):
            if self.emails:
                listed = ", ".join(map(literal, self.emails))
                meant += f" OR ({number} IS NULL AND lower({feed.reads(lake, column)}) IN ({listed}))"
        if fixed := self.fixed.get(feed.source.name):
            meant += f" OR {stands_in(fixed, '_batch_id', '_row_id')}"
        return f"({meant})"

    def told(self, feed: Feed) -> tuple[Fix, ...]:
        """Return the fixes of a source that name them, also those that a later fix has put right."""
        mine, name = self.fixed.get(feed.source.name, ()), feed.source.name
        return tuple(f for f in self.fixes.get(name, ()) if f.place in mine or f.said.get(IDENTITY) == self.customer)

    def is_theirs(self, table: Table) -> str:
        """Return the condition on rows of a table of Silver."""
        meant = f"{IDENTITY} = {literal(self.customer)}"
        for column in emails_of(table):
            if self.emails:
                listed = ", ".join(map(literal, self.emails))
                meant += f" OR ({IDENTITY} IS NULL AND lower({column}) IN ({listed}))"
        return f"system = {literal(self.system)} AND ({meant})"


def find(lake: Lake, catalog: Catalog, *, system: str, customer: str) -> Person:
    """Return a person as far as Bronze, and what people fixed, knows them.

    Raises ConfigError for an unknown business, LakehouseError when a source's rows cannot be told apart here.
    """
    systems = {source.system for source in catalog.sources.values()}
    if system not in systems:
        raise ConfigError([Problem("forget", system, "is the system of no source", nearest(system, systems))])
    feeds = feeds_of(lake, catalog, system)
    known = Person(system, customer, feeds, fixes={feed.source.name: fixes_of(lake, feed) for feed in feeds})
    known = with_fixed(lake, known)
    emails = {email for feed in feeds if feed.lists_people for email in addresses(lake, known, feed)}
    known = with_fixed(lake, replace(known, emails=tuple(sorted(emails))))
    files = {file for feed in feeds for file in files_of(lake, known, feed)}
    return replace(known, files=tuple(sorted(files)))


def with_fixed(lake: Lake, person: Person) -> Person:
    """Add the rows that are the person's by what was fixed, as far as their addresses are known."""
    fixed = {
        feed.source.name: fixed_places(
            lake, feed, person.fixes[feed.source.name], customer=person.customer, emails=person.emails
        )
        for feed in person.feeds
    }
    return replace(person, fixed=fixed)


def feeds_of(lake: Lake, catalog: Catalog, system: str) -> tuple[Feed, ...]:
    """Return the sources of a business that name customers and have delivered.

    Raises LakehouseError for one whose adapter takes the names from elsewhere than the rows themselves: from another
    part, or from within a nested value.
    """
    mine = [source for _, source in sorted(catalog.sources.items()) if source.system == system]
    there = [source for source in mine if any(lake.exists(part.bronze) for part in source.each_part)]
    named = [feed for source in there if (feed := Feed(source, catalog.table(source.feeds))).names_people]
    if odd := [feed.source.name for feed in named if feed.source.adapter and not feed.names_them_itself(lake)]:
        raise LakehouseError(f"{', '.join(odd)}: read through an adapter, so their rows cannot be told apart in Bronze")
    return tuple(sorted(named, key=lambda feed: feed.lists_people))


def addresses(lake: Lake, person: Person, feed: Feed) -> set[str]:
    """Return every address that a list of customers ever gave for the person, as delivered or as fixed."""
    said = standing(person.fixes[feed.source.name])
    mine = places_of(lake, person, feed) if said else []
    found = {email for place in mine for email in addresses_in(said.get(place, {}))}
    for column in emails_of(feed.table):
        sql = f"SELECT DISTINCT lower({feed.reads(lake, column)}) AS email FROM b WHERE {person.is_meant(lake, feed)}"  # noqa: S608
        found |= {email for email in lake.read(sql, b=feed.source.bronze)["email"].to_pylist() if email}
    return found


def files_of(lake: Lake, person: Person, feed: Feed) -> list[str]:
    """Return the files of a source that name the person."""
    sql = f"SELECT DISTINCT _file FROM b WHERE {person.is_meant(lake, feed)}"  # noqa: S608 — quoted
    found: list[str] = lake.read(sql, b=feed.source.bronze)["_file"].to_pylist()
    return found


def places(lake: Lake, person: Person) -> dict[str, list[Place]]:
    """Return where the person's rows stand in Bronze, by source."""
    return {feed.source.name: places_of(lake, person, feed) for feed in person.feeds}


def places_of(lake: Lake, person: Person, feed: Feed) -> list[Place]:
    """Return where the person's rows of a source stand in Bronze. One person has few."""
    sql = f"SELECT _batch_id, _row_id FROM b WHERE {person.is_meant(lake, feed)}"  # noqa: S608 — quoted
    rows = lake.read(sql, b=feed.source.bronze).to_pylist()
    return [(row["_batch_id"], row["_row_id"]) for row in rows]


def silver_tables(lake: Lake, catalog: Catalog) -> tuple[Table, ...]:
    """Return the tables of Silver that name customers."""
    tables = [catalog.table(name) for name in catalog.order() if name.startswith("silver.") and lake.exists(name)]
    return tuple(table for table in tables if {"system", IDENTITY} <= set(table.column_names))


def gold_tables(lake: Lake, catalog: Catalog) -> tuple[str, ...]:
    """Return the marts that exist; which of them hold a person, the next build decides."""
    return tuple(name for name in catalog.order() if name.startswith("gold.") and lake.exists(name))
