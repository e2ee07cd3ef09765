"""Keeps count of what a lake must make of the order lines, while they are written."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from .kinds import KINDS
from .lines import SETTLED_REGIONS, Lines, Numbers
from .manifest import Control, Expected, FileRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .world import World

PUBLISHED = np.array([not kind.breaks for kind in KINDS])
LINES, UNITS, NET = range(3)


class Books:
    """Running counts of one delivery; memory does not grow with its rows."""

    def __init__(self, world: World) -> None:
        days = [world.day(number) for number in range(len(world.month))]
        self._months = sorted({f"{day:%Y-%m}" for day in days})
        self._month_of_day = np.array([self._months.index(f"{day:%Y-%m}") for day in days])
        self._kinds = np.zeros(len(KINDS), dtype=np.int64)
        self._control = self._no_sums()
        self._given_way = self._no_sums()
        self.planted: Counter[str] = Counter()

    def fresh(self, lines: Lines) -> None:
        """Book lines delivered for the first time."""
        self._kinds += np.bincount(lines.kind, minlength=len(KINDS))
        self._book(self._control, lines.take(np.flatnonzero(PUBLISHED[lines.kind])), sign=1)

    def repeats(self, name: str, rows: int) -> None:
        """Book lines delivered once more as they were; `name` is their kind."""
        self.planted[name] += rows

    def correction(self, old: Lines, new: Lines) -> None:
        """Book newer versions of lines of this delivery."""
        self.planted["correction"] += len(new)
        self._book(self._control, old, sign=-1)
        self._book(self._control, new, sign=1)

    def history_correction(self, old: Lines, new: Lines) -> None:
        """Book newer versions of lines of an earlier delivery."""
        self.planted["history_correction"] += len(new)
        self._book(self._given_way, old, sign=1)
        self._book(self._control, new, sign=1)

    def expected(self, files: Iterable[FileRows]) -> Expected:
        """Close the books."""
        seen = self.planted
        duplicate = seen["repeat_soon"] + seen["repeat_late"] + seen["history_repeat"]
        superseded = seen["correction"] + seen["history_stale"]
        published = int(self._kinds[PUBLISHED].sum()) + seen["history_correction"]
        quarantined = int(self._kinds[~PUBLISHED].sum())
        rules = [(kind.breaks, (kind.corrects,) * bool(kind.corrects), kind.warns) for kind in KINDS]
        broken, corrected, warned = ([rule[role] for rule in rules] for role in range(3))
        return Expected(
            source="shop_sales", table="silver.sales", files=tuple(files),
            planted={kind.name: int(count) for kind, count in zip(KINDS, self._kinds, strict=True)} | dict(seen),
            read=published + quarantined + duplicate + superseded,
            published=published, quarantined=quarantined, duplicate=duplicate, superseded=superseded,
            replaced=seen["history_correction"],
            quarantined_by=self._by_rule(broken),
            corrected=self._by_rule(corrected),
            warned=self._by_rule(warned),
            control=self._closed(self._control), given_way=self._closed(self._given_way),
        )  # fmt: skip

    def _no_sums(self) -> Numbers:
        return np.zeros((3, len(self._months), len(SETTLED_REGIONS)), dtype=np.int64)

    def _book(self, sums: Numbers, lines: Lines, *, sign: int) -> None:
        place = (self._month_of_day[lines.day], lines.region)
        np.add.at(sums[LINES], place, sign)
        np.add.at(sums[UNITS], place, sign * lines.quantity)
        np.add.at(sums[NET], place, sign * lines.net)

    def _by_rule(self, rules_of_kinds: list[tuple[str, ...]]) -> Mapping[str, int]:
        counts: Counter[str] = Counter()
        for rules, rows in zip(rules_of_kinds, self._kinds.tolist(), strict=True):
            counts.update(dict.fromkeys(rules, rows))
        return {rule: counts[rule] for rule in sorted(counts)}

    def _closed(self, sums: Numbers) -> tuple[Control, ...]:
        return tuple(
            Control(month, region, int(lines), int(units), f"{Decimal(int(net)).scaleb(-4):.4f}")
            for month, of_month in zip(self._months, sums.transpose(1, 2, 0), strict=True)
            for region, (lines, units, net) in zip(SETTLED_REGIONS, of_month, strict=True)
            if lines
        )
