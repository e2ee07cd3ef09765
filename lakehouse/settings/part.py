"""Typed words out of one map of a conf file; every mistake is kept with its file and key, none stops the reading."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from lakehouse.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from lakehouse.settings.text import Node

FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
UNITS = {"s": 1, "second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
DURATION = re.compile(r"(\d+(?:\.\d+)?) ?([a-z]+)")


def nearest(word: str, known: Collection[str]) -> str:
    """Return the known word that looks most like `word` or begins with it, or nothing when none does."""
    lowered = {each.lower(): each for each in sorted(known)}
    begun = [each for each in lowered if word and each.startswith(word.lower())]
    found = difflib.get_close_matches(word.lower(), lowered, n=1) or begun
    return lowered[found[0]] if found else ""


@dataclass(frozen=True)
class Part:
    """One map of a conf file and where it stands; mistakes go to `problems`, shared by all parts of one reading."""

    words: Mapping[str, Node]
    place: Callable[[str], str]
    """File in which a dotted key stands."""
    problems: list[Problem]
    key: str = ""

    def path(self, word: str) -> str:
        """Dotted key of `word`."""
        return f"{self.key}.{word}" if self.key else word

    def wrong(self, word: str, what: str, instead: str = "") -> None:
        """Keep one mistake about `word`."""
        key = self.path(word) if word else self.key
        self.problems.append(Problem(self.place(key), key, what, instead))

    def only(self, known: Collection[str], *, kind: str = "word here") -> Part:
        """Keep a mistake for each word that is not among `known`."""
        for word in self.words:
            if word not in known:
                self.wrong(word, f"is no {kind}", nearest(word, known))
        return self

    def has(self, word: str) -> bool:
        """Whether anything stands behind `word`."""
        return self.words.get(word) is not None

    def text(self, word: str, default: str = "") -> str:
        """Return the text of `word`, or `default` when nothing stands there."""
        node = self.words.get(word)
        if node is None:
            return default
        if isinstance(node, str):
            return node
        self.wrong(word, f"is {_shape(node)}, and one value is expected")
        return default

    def need(self, word: str, why: str) -> str:
        """Return the text of a word that must be there; `why` completes the message."""
        found = self.text(word)
        if not found and not isinstance(self.words.get(word), list | dict):
            self.wrong(word, f"is missing: {why}")
        return found

    def choice(self, word: str, allowed: Collection[str], default: str) -> Any:
        """Return one of the `allowed` words."""
        found = self.text(word, default)
        if found in allowed or found == default:
            return found
        listed = ", ".join(each for each in allowed if each)
        self.wrong(word, f"{found!r} is none of {listed}", nearest(found, allowed))
        return default

    def flag(self, word: str, default: Any) -> Any:
        """Return true or false, or `default` when nothing stands there."""
        found = self.text(word)
        if not found:
            return default
        if found.lower() not in FLAGS:
            self.wrong(word, f"{found!r} is neither true nor false")
        return FLAGS.get(found.lower(), default)

    def whole(self, word: str, default: int, *, least: int = 0) -> int:
        """Return a whole number of at least `least`."""
        found = self.text(word)
        if not found:
            return default
        if re.fullmatch(r"\d{1,9}", found) and int(found) >= least:
            return int(found)
        self.wrong(word, f"{found!r} is not a whole number of at least {least}")
        return default

    def seconds(self, word: str, default: float) -> float:
        """Return a length of time such as `2 days`, `12 hours`, `30 minutes` or `2 s`, in seconds."""
        found = self.text(word).strip()
        if not found:
            return default
        match = DURATION.fullmatch(found)
        unit = "" if match is None else match.group(2)
        size = UNITS.get(unit) or UNITS.get(unit.removesuffix("s"))
        if match is None or size is None:
            self.wrong(word, f"{found!r} is not a length of time like '2 days', '12 hours', '30 minutes' or '2 s'")
            return default
        return float(match.group(1)) * size

    def zone(self, word: str, default: str = "") -> str:
        """Return the name of a time zone."""
        found = self.text(word, default)
        try:
            return ZoneInfo(found).key if found else ""
        except (ValueError, OSError, LookupError):
            self.wrong(word, f"{found!r} is no time zone; an example is 'Europe/London'")
            return default

    def texts(self, word: str) -> tuple[str, ...]:
        """Return a list of texts; one text alone is a list of one."""
        node = self.words.get(word)
        listed = node if isinstance(node, list) else [node]
        if isinstance(node, dict) or any(isinstance(item, list | dict) for item in listed):
            self.wrong(word, "is not a list of plain values")
            return ()
        return tuple(item if isinstance(item, str) else "" for item in listed) if node is not None else ()

    def part(self, word: str) -> Part:
        """Return the map that stands behind `word`, empty when there is none."""
        node = self.words.get(word)
        if not isinstance(node, dict | None):
            self.wrong(word, f"is {_shape(node)}, and a map of words is expected")
        return Part(node if isinstance(node, dict) else {}, self.place, self.problems, self.path(word))

    def by_word(self) -> Iterator[tuple[str, str]]:
        """Each word of this map with its text."""
        for word in self.words:
            yield word, self.text(word)


def _shape(node: Node) -> str:
    if isinstance(node, list | dict):
        return "a list" if isinstance(node, list) else "a map"
    return "one value"
