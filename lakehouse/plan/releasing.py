"""Which Gold versions a release names: a group enters as one, built from the same Silver versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.plan.turns import can_be_built, is_live

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from lakehouse.catalog import Catalog
    from lakehouse.plan.facts import Facts
    from lakehouse.table import Table


BUILT = ("silver", "gold")
"""Layers whose versions belong together; what people decide meanwhile keeps no release back."""


def next_tables(catalog: Catalog, facts: Facts) -> dict[str, int]:
    """Return the versions of a release made now; a group that is not consistent keeps its last released ones."""
    released = dict(facts.last_release.tables) if facts.last_release else {}
    groups: dict[str, list[Table]] = {}
    for name in catalog.order():
        if name.startswith("gold.") and not is_live(catalog.table(name)):
            groups.setdefault(catalog.table(name).release_group, []).append(catalog.table(name))
    for group, members in groups.items():
        slow = slower(catalog, group)
        if built := consistent([member for member in members if can_be_built(member, facts)], facts, slow=slow):
            released |= built
    return released


def slower(catalog: Catalog, group: str) -> frozenset[str]:
    """Return the marts of other release groups that keep to a time of their own."""
    tables = (catalog.table(name) for name in catalog.order())
    return frozenset(table.name for table in tables if table.refresh and table.release_group != group)


def consistent(members: Sequence[Table], facts: Facts, *, slow: Collection[str] = ()) -> dict[str, int]:
    """Return the group's newest versions when all were built from the same Silver versions, else nothing.

    What came to a member through one of the `slow` tables may be older: these keep to a time of their own.
    """
    seen: dict[str, int | None] = {}
    versions: dict[str, int] = {}
    for member in members:
        last = facts.last_done(member.name)
        if last is None or last.version_after is None:
            return {}
        for name, version in roots(member.name, facts, slow=slow):
            is_told = version is not None or facts.versions.get(name) is None
            if not is_told or seen.setdefault(name, version) != version:
                return {}
        versions[member.name] = last.version_after
    return versions


def roots(name: str, facts: Facts, *, slow: Collection[str] = ()) -> Iterator[tuple[str, int | None]]:
    """Yield the tables of Silver that a table goes back to, each with the oldest version that has the rows it shows.

    A mart that read all the rows which an input has was built from what that input is now: where a change went
    unnoticed, building it again would change nothing. None: the table did not exist, or nobody tells the version.
    Through `slow` inputs nobody looks, and what people decided goes back to nothing.
    """
    if name.startswith("silver."):
        yield name, facts.versions.get(name)
    elif facts.is_open(name):
        yield name, None
    elif last := facts.last_done(name):
        noted = last.inputs.get("roots", {})
        read_from = last.inputs.get("versions", {})
        for given in (each for each in read_from if each.partition(".")[0] in BUILT and each not in slow):
            if not facts.has_newer(given, read_from[given]):
                yield from roots(given, facts, slow=slow)
            elif given.startswith("silver."):
                yield given, noted.get(given)
            else:
                yield from noted.items()


def one_of_each(found: Iterable[tuple[str, int | None]]) -> dict[str, int | None]:
    """Return each table's version; None where it is more than one."""
    told: dict[str, int | None] = {}
    for name, version in found:
        told[name] = version if told.get(name, version) == version else None
    return told
