"""Which Gold versions a release names: a group enters as one, built from the same Silver versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lakehouse.catalog import Catalog
    from lakehouse.plan.facts import Facts
    from lakehouse.table import Table


def next_tables(catalog: Catalog, facts: Facts) -> dict[str, int]:
    """Return the versions of a release made now; a group that is not consistent keeps its last released ones."""
    released = dict(facts.last_release.tables) if facts.last_release else {}
    groups: dict[str, list[Table]] = {}
    for name in catalog.order():
        if name.startswith("gold."):
            groups.setdefault(catalog.table(name).release_group, []).append(catalog.table(name))
    for members in groups.values():
        if built := consistent(members, facts):
            released |= built
    return released


def consistent(members: Sequence[Table], facts: Facts) -> dict[str, int]:
    """Return the group's newest versions when all were built from the same Silver versions, else nothing."""
    seen: dict[str, int | None] = {}
    versions: dict[str, int] = {}
    for member in members:
        last = facts.last_done(member.name)
        if last is None or last.version_after is None:
            return {}
        for silver, version in facts.contents(last.inputs.get("roots", {})).items():
            if seen.setdefault(silver, version) != version:
                return {}
        versions[member.name] = last.version_after
    return versions
