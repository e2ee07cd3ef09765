"""Slips of the keyboard, within edit distance 2 of the word that was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def slips(text: str, rng: np.random.Generator) -> tuple[str, str, str]:
    """Three misspellings of `text`: a letter left out, one typed twice, two swapped. All inside a word."""
    return (
        _left_out(text, int(rng.choice(_inner(text)))),
        _doubled(text, int(rng.choice(_inner(text)))),
        _swapped(text, int(rng.choice(_uneven(text)))),
    )


def _inner(text: str) -> list[int]:
    """Positions that have a small letter on both sides, so that neither ends nor blanks are touched."""
    return [at for at in range(1, len(text) - 1) if text[at].islower() and text[at + 1].islower()]


def _uneven(text: str) -> list[int]:
    """Inner positions whose letter differs from the next one."""
    return [at for at in _inner(text) if text[at] != text[at + 1]]


def _left_out(text: str, at: int) -> str:
    return text[:at] + text[at + 1 :]


def _doubled(text: str, at: int) -> str:
    return text[: at + 1] + text[at:]


def _swapped(text: str, at: int) -> str:
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
