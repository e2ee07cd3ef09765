"""What a further delivery says about lines of the first one: repeats, corrections and versions out of date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .kinds import CODE
from .lines import joined
from .sales import Delivery, corrected, echoes, fresh_lines
from .world import HISTORY, World

if TYPE_CHECKING:
    from .lines import Lines

CORRECTED, REPEATED, STALE = 0.010, 0.005, 0.001
MOST_INCREMENTS = 64
"""Each corrects other lines, so that none meets a line that another one changed."""
PARTS = 4
"""Parts of the first delivery that are looked into, more where these hold too few lines."""
RECENT = 50
"""Newest parts of the first delivery, a million lines; nobody speaks of older ones again while these hold enough."""


@dataclass(frozen=True)
class Asked:
    """How many lines of each sort are wanted, or were found."""

    corrections: int
    repeats: int
    stale: int

    @property
    def rows(self) -> int:
        """All of them."""
        return self.corrections + self.repeats + self.stale


@dataclass(frozen=True)
class Recalled:
    """Lines of the first delivery that another one speaks of again."""

    corrections: Lines
    """As the lake has them."""
    repeats: Lines
    stale: Lines
    """Versions that the first delivery itself has corrected since."""

    @property
    def found(self) -> Asked:
        """How many there are of each sort."""
        return Asked(len(self.corrections), len(self.repeats), len(self.stale))


def asked(rows: int) -> Asked:
    """Shares of a further delivery of so many rows."""
    return Asked(int(rows * CORRECTED), int(rows * REPEATED), int(rows * STALE))


def recalled(world: World, first: Delivery, wanted: Asked, *, increment: int) -> Recalled:
    """Draw lines of the first delivery again, fewer than wanted where it has no more."""
    rng = world.chance(HISTORY, increment)
    newest = min(len(first.parts), RECENT)
    older = np.arange(newest, len(first.parts))
    parts = len(first.parts) - 1 - np.concatenate([rng.permutation(newest), older])
    found: list[Recalled] = []
    for looked, number in enumerate(parts):
        missing = _missing(wanted, found)
        if found and not missing.rows:
            break
        left = max(min(PARTS, len(parts)) - looked, 1)
        found.append(_of_part(world, first, int(number), wanted=_shared(missing, left), increment=increment))
    return Recalled(
        joined([part.corrections for part in found]),
        joined([part.repeats for part in found]),
        joined([part.stale for part in found]),
    )


def superseding(lines: Lines, increment: int, first_day: int) -> Lines:
    """Corrections of lines of the first delivery, told in the evening before `first_day`."""
    evening = first_day * 86_400 - 3_600 + (np.arange(len(lines)) + increment) % 3_600
    return corrected(lines, evening)


def _of_part(world: World, first: Delivery, number: int, *, wanted: Asked, increment: int) -> Recalled:
    rng = world.chance(HISTORY, increment, number)
    cut_part = first.parts[number]
    lines = fresh_lines(world, first, cut_part[0])
    again = echoes(world, lines, cut_part)
    plain = np.flatnonzero(lines.kind == CODE["plain"])
    untouched = rng.permutation(np.setdiff1d(plain, np.concatenate([again.repeats, again.corrections])))
    pair, odd = np.divmod(cut_part[0].first + untouched, 2)
    own = (odd == 0) & (pair % MOST_INCREMENTS == increment - 1)
    stale = rng.permutation(again.corrections)
    return Recalled(
        corrections=lines.take(untouched[own][: wanted.corrections]),
        repeats=lines.take(untouched[odd == 1][: wanted.repeats]),
        stale=lines.take(stale[: wanted.stale]),
    )


def _missing(wanted: Asked, found: list[Recalled]) -> Asked:
    have = [part.found for part in found]
    return Asked(
        wanted.corrections - sum(part.corrections for part in have),
        wanted.repeats - sum(part.repeats for part in have),
        wanted.stale - sum(part.stale for part in have),
    )


def _shared(missing: Asked, parts: int) -> Asked:
    """What one of `parts` parts has to give, rounded up."""
    return Asked(-(-missing.corrections // parts), -(-missing.repeats // parts), -(-missing.stale // parts))
