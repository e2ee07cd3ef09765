"""Names and misspellings of the practice shop: each slip has one nearest right spelling."""

from __future__ import annotations

import numpy as np
import pytest
from practice.judge import REGIONS, edits, nearest

from scripts.practice.catalogue import catalogue, product_names
from scripts.practice.lines import AMBIGUOUS
from scripts.practice.slipped import REGION_SLIPS


def close_pairs(names: tuple[str, ...], reach: int) -> list[tuple[str, str]]:
    """Pairs that may be fewer than `reach` edits apart: too alike in the letters they are made of."""
    letters = sorted(set("".join(names)))
    counts = np.array([[name.count(letter) for letter in letters] for name in names])
    pairs = []
    for at, mine in enumerate(counts):
        more = counts[at + 1 :] - mine
        apart = np.maximum(np.clip(more, 0, None).sum(axis=1), np.clip(-more, 0, None).sum(axis=1))
        pairs += [(names[at], names[at + 1 + other]) for other in np.flatnonzero(apart < reach)]
    return pairs


def test_product_names_lie_five_edits_apart():
    names = tuple(name.lower() for name in product_names())
    assert len(set(names)) == 720
    assert [pair for pair in close_pairs(names, 5) if edits(*pair) < 5] == []


def test_slips_lie_within_two_edits_of_their_product():
    shelf = catalogue(np.random.default_rng(1))
    distances = [edits(slip, name) for name, slips in zip(shelf.names, shelf.slips, strict=True) for slip in slips]
    assert set(distances) == {1, 2}


@pytest.mark.parametrize(
    ("region", "slip"), [(region, slip) for region in sorted(REGIONS) for slip in REGION_SLIPS[region]]
)
def test_slip_of_a_region_leads_back_to_it(region, slip):
    assert nearest(slip, REGIONS) == region


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_ambiguous_region_leads_nowhere(text):
    assert edits(text, "East") == edits(text, "West") == 1
    assert nearest(text, REGIONS) == text
