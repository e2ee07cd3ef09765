"""Date patterns (`d/M/yyyy H:mm`) as regular expressions whose groups are put together to ISO text. No Spark."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTS: Mapping[str, str] = {
    "y": "year", "u": "year", "M": "month", "L": "month", "d": "day", "H": "hour", "h": "hour_of_12", "m": "minute",
    "s": "second", "S": "fraction", "a": "half", "E": "weekday",
    "X": "offset", "x": "offset", "Z": "offset", "V": "offset", "z": "offset",
}  # fmt: skip
FIXED: Mapping[str, str] = {
    "yyyy": "year", "MM": "month", "dd": "day", "HH": "hour", "mm": "minute", "ss": "second"
}  # fmt: skip
ISO_SIGNS = ((5, "-"), (8, "-"), (11, " "), (14, ":"), (17, ":"))
HOUR_OF_12 = "(0?[1-9]|1[0-2])"
OFFSET = r"(Z|UTC|GMT|[+-][0-9]{1,2}(?::?[0-9]{2})?)"
ZONE_NAME = "([A-Za-z_]+(?:/[A-Za-z_]+)*)"
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
TOKEN = re.compile(r"'([^']*)'|([A-Za-z])\2*|.", re.DOTALL)

EPOCHS: Mapping[str, str] = {
    "epoch_seconds": r"^-?[0-9]{1,11}(?:\.[0-9]{1,9})?$",
    "epoch_millis": r"^-?[0-9]{1,15}$",
}
"""Words that stand for time since 1970-01-01 UTC, and the shape of the number."""


class UnknownFormatError(ValueError):
    """A date pattern that cannot be read; its text says why."""


@dataclass(frozen=True)
class Layout:
    """Fixed places in a text, counted from 1: of the digits of each part, and of the signs between them."""

    length: int
    parts: Mapping[str, tuple[int, int]]
    """Part → first place and number of digits."""
    signs: tuple[tuple[int, str], ...]

    @property
    def is_iso(self) -> bool:
        """Whether the texts are ISO 8601 as they stand: a day, or a day and a time with minutes."""
        count = len(self.parts)
        in_order = [*self.parts] == [*FIXED.values()][:count]
        return count in (3, 5, 6) and in_order and self.signs == ISO_SIGNS[: count - 1]


@dataclass(frozen=True)
class Shape:
    """What a date pattern matches, and the number of the group that holds each part."""

    guard: str
    groups: Mapping[str, int]
    named_month: bool
    short_year: bool
    layout: Layout | None = None
    """Where the parts stand, when every text of the pattern is equally long and all digits."""

    @property
    def has_offset(self) -> bool:
        """Whether its texts name an instant by themselves."""
        return "offset" in self.groups

    @property
    def has_time(self) -> bool:
        """Whether its texts name a time of day."""
        return "hour" in self.groups or "hour_of_12" in self.groups

    @property
    def year(self) -> str:
        """Replacement text that spells the year."""
        return ("20" if self.short_year else "") + self.slot("year", "")

    def slot(self, part: str, otherwise: str) -> str:
        """Replacement text that spells a part, or `otherwise` where the pattern lacks it."""
        return f"${self.groups[part]}" if part in self.groups else otherwise


def shape_of(pattern: str) -> Shape:
    """Regular expression of a pattern; raises UnknownFormatError for unknown letters and for patterns without year."""
    guard = ""
    groups: dict[str, int] = {}
    letters: dict[str, str] = {}
    for token in TOKEN.finditer(pattern):
        text, letter = token.group(0), token.group(2)
        if not letter:
            guard += re.escape(token.group(1) if text.startswith("'") else text)
            continue
        part = part_of(letter, pattern)
        if part in groups:
            raise UnknownFormatError(f"{pattern!r} names the {part} twice")
        groups[part], letters[part] = len(groups) + 1, text
        guard += expression(part, text)
    if "year" not in groups:
        raise UnknownFormatError(f"{pattern!r} names no year (yyyy)")
    return Shape(f"^{guard}$", groups, len(letters.get("month", "")) > 2, letters["year"] == "yy", layout_of(pattern))


def layout_of(pattern: str) -> Layout | None:
    """Places of parts and signs, or None where the length of a text is not fixed or it holds more than digits."""
    place, parts, signs = 1, {}, []
    for token in TOKEN.finditer(pattern):
        text = token.group(1) if token.group(0).startswith("'") else token.group(0)
        if not text.isascii() or (token.group(2) and text not in FIXED):
            return None
        if token.group(2):
            parts[FIXED[text]] = (place, len(text))
        elif text:
            signs.append((place, text))
        place += len(text)
    return Layout(place - 1, parts, tuple(signs))


def variants(pattern: str) -> tuple[str, ...]:
    """The pattern with and without each optional part: `yyyy[-MM]` is `yyyy-MM` and `yyyy`, the longest first."""
    found = OPTIONAL.search(pattern)
    if found is None:
        return (pattern,)
    before, after = pattern[: found.start()], pattern[found.end() :]
    return variants(before + found.group(1) + after) + variants(before + after)


def part_of(letter: str, pattern: str) -> str:
    """What a pattern letter stands for."""
    if letter not in PARTS:
        raise UnknownFormatError(f"{pattern!r}: the letter {letter!r} is none of {''.join(PARTS)}")
    return PARTS[letter]


def expression(part: str, letters: str) -> str:
    """Regular expression of one part, with exactly one group."""
    by_name = {
        "year": "([0-9]{2})" if letters == "yy" else "([0-9]{4})",
        "month": "([A-Za-z]{3})[a-z]*\\.?" if len(letters) > 2 else "",
        "hour_of_12": HOUR_OF_12,
        "fraction": "([0-9]{1,9})",
        "half": "([AaPp])\\.?[Mm]\\.?",
        "weekday": "([A-Za-z]{2,9})",
        "offset": ZONE_NAME if letters[0] in "Vz" else OFFSET,
    }.get(part, "")
    return by_name or ("([0-9]{1,2})" if len(letters) == 1 else "([0-9]{2})")
