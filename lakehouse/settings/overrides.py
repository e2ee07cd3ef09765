"""`--set` words of a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence


def overrides_of(words: Sequence[str]) -> dict[str, str]:
    """Read `roots.landing=PATH` words. Raises ConfigError naming each that has no `=`."""
    wrong = [Problem("--set", word, "is not of the form key=value") for word in words if "=" not in word]
    if wrong:
        raise ConfigError(wrong)
    return {key.strip(): value for key, _, value in (word.partition("=") for word in words)}
