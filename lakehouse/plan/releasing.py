"""Which Gold versions a release names: a group enters as one, built from the same Silver versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.plan.turns import is_live

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lakehouse.catalog import Catalog
    from lakehouse.plan.facts import Facts
    from lakehouse.table import Table


def next_tables(catalog: Catalog, facts: Facts) -> dict[str, int]:
    """Return the versions of a release made now; a group that is not consistent keeps its last released ones."""
    released = dict(facts.last_release.tables) if facts.last_release else {}
    groups: dict[str, list[Table]] = {}
    for name in catalog.order():
        if name.startswith("gold.") and not is_live(catalog.table(name)):
            groups.setdefault(catalog.table(name).release_group, []).append(catalog.table(name))
    for members in groups.values():
        if built := consistent([member for member in members if can_be_built(member, facts)], facts):
            released |= built
    return released


def can_be_built(table: Table, facts: Facts) -> bool:
    """Whether a mart was ever built, or has an input that exists: a lake without a catalogue has no dimension of it."""
    exists = any(facts.versions.get(name) is not None for name in table.inputs.values())
    return exists or facts.last_done(table.name) is not None


def consistent(members: Sequence[Table], facts: Facts) -> dict[str, int]:
    """Return the group's newest versions when all were built from the same Silver versions, else nothing."""
    seen: dict[str, int | None] = {}
    versions: dict[str, int] = {}
    for member in members:
        last = facts.last_done(member.name)
        if last is None or last.version_after is None:
            return {}
        for name, version in roots(member.name, facts):
            is_told = version is not None or facts.versions.get(name) is None
            if not is_told or seen.setdefault(name, version) != version:
                return {}
        versions[member.name] = last.version_after
    return versions


def roots(name: str, facts: Facts) -> Iterator[tuple[str, int | None]]:
    """Yield the tables of Silver that a table goes back to, each with the oldest version that has the rows it shows.

    A mart that read all the rows which an input has was built from what that input is now: where a change went
    unnoticed, building it again would change nothing. None: the table did not exist, or nobody tells the version.
    """
    if name.startswith("silver."):
        yield name, facts.versions.get(name)
    elif facts.is_open(name):
        yield name, None
    elif last := facts.last_done(name):
        noted = last.inputs.get("roots", {})
        for given, read in last.inputs.get("versions", {}).items():
            if not facts.has_newer(given, read):
                yield from roots(given, facts)
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
