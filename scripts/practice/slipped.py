"""The words of the planted defects: which cell of which line reads what instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from .catalogue import CATEGORIES
from .kinds import CODE
from .lines import SETTLED_REGIONS, Lines
from .world import World

if TYPE_CHECKING:
    from numpy.typing import NDArray

REGION_SLIPS = {
    "North": ("Nroth", "Noorth", "Norht"),
    "South": ("Suoth", "Soouth", "Souht"),
    "East": ("Easst", "Eaast", "Eastt"),
    "West": ("Wesst", "Weest", "Wst"),
    "Central": ("Cetnral", "Centrall", "Cenral"),
}
"""One right spelling is nearest to each, fewer edits away than half its letters, whether case counts or not."""
REGION_SPELLINGS = {"North": "N", "South": "S", "East": "E", "West": "W", "Central": "Midlands"}
"""Other names of the regions, too far away to be found by nearness."""

NO_QUANTITY = ("abc", "two", "?")
NO_PRICE = ("free", "ask", "1.2.3")
NO_DISCOUNT = ("half", "staff")
OUTSIDE = ("1.50", "-0.10", "20")
NO_DATE = ("31/02/2024", "not a date", "0000-00-00", "2024-13-45 10:00:00")
NOT_OUR_DATE = ("1970-01-01 00:00:00", "2999-12-31 23:59:59")
NO_EMAIL = ("anna.example.com", "anna@", "@example.com", "anna at example.com", "anna@@example.com")

Slips = Callable[[Lines, World, np.random.Generator], list[str]]


def slipped(lines: Lines, world: World, rng: np.random.Generator) -> Iterator[tuple[str, NDArray[np.intp], list[str]]]:
    """Column, rows and their texts for each defect that shows in the wording."""
    for kind, columns in SLIPS.items():
        rows = np.flatnonzero(lines.kind == CODE[kind])
        if len(rows):
            there = lines.take(rows)
            yield from ((column, rows, texts(there, world, rng)) for column, texts in columns.items())


def _one_of(choices: tuple[str, ...]) -> Slips:
    return lambda lines, _world, rng: [choices[index] for index in rng.integers(len(choices), size=len(lines))]


def _blank(lines: Lines, _world: World, _rng: np.random.Generator) -> list[str]:
    return [""] * len(lines)


def _turned(lines: Lines, _world: World, _rng: np.random.Generator) -> list[str]:
    return [str(-quantity) for quantity in lines.quantity]


def _product_slips(lines: Lines, world: World, rng: np.random.Generator) -> list[str]:
    which = rng.integers(3, size=len(lines))
    return [world.catalogue.slips[product][index] for product, index in zip(lines.product, which, strict=True)]


def _region_slips(lines: Lines, _world: World, rng: np.random.Generator) -> list[str]:
    which = rng.integers(3, size=len(lines))
    regions = (SETTLED_REGIONS[region] for region in lines.region)
    return [REGION_SLIPS[region][index] for region, index in zip(regions, which, strict=True)]


def _region_spellings(lines: Lines, _world: World, _rng: np.random.Generator) -> list[str]:
    return [REGION_SPELLINGS[SETTLED_REGIONS[region]] for region in lines.region]


def _category_cases(lines: Lines, world: World, rng: np.random.Generator) -> list[str]:
    which = rng.integers(4, size=len(lines))
    categories = (CATEGORIES[world.catalogue.category[product]] for product in lines.product)
    return [
        (name.upper(), name.lower(), name.swapcase(), f" {name.upper()} ")[index]
        for name, index in zip(categories, which, strict=True)
    ]


def _dollars(lines: Lines, _world: World, _rng: np.random.Generator) -> list[str]:
    """`"$1,234.50"`, in quotes where it holds a comma."""
    texts = (f"${cents // 100:,}.{cents % 100:02}" for cents in lines.cents.tolist())
    return [f'"{text}"' if "," in text else text for text in texts]


def _negative_prices(lines: Lines, _world: World, _rng: np.random.Generator) -> list[str]:
    return [f"-{cents // 100}.{cents % 100:02}" for cents in lines.cents.tolist()]


def _percent(lines: Lines, _world: World, _rng: np.random.Generator) -> list[str]:
    return [f"{percent}%" for percent in lines.percent]


def _unknown_customers(lines: Lines, _world: World, rng: np.random.Generator) -> list[str]:
    return [f"C{9_000_001 + number}" for number in rng.integers(500, size=len(lines))]


def _unknown_products(lines: Lines, _world: World, _rng: np.random.Generator) -> list[str]:
    return [f"X{product % 40 + 1:03}" for product in lines.product]


SLIPS: Mapping[str, Mapping[str, Slips]] = {
    "return_positive": {"qty": _turned},
    "product_typo": {"product": _product_slips},
    "region_typo": {"region": _region_slips},
    "region_spelling": {"region": _region_spellings},
    "category_case": {"category": _category_cases},
    "price_currency": {"unit_price": _dollars},
    "discount_percent": {"discount": _percent},
    "email_missing": {"email": _blank},
    "email_broken": {"email": _one_of(NO_EMAIL)},
    "customer_missing": {"customer_no": _blank, "email": _blank},
    "customer_orphan": {"customer_no": _unknown_customers},
    "product_orphan": {"sku": _unknown_products, "product": _one_of(("Assortment Before The Move",))},
    "quantity_text": {"qty": _one_of(NO_QUANTITY)},
    "quantity_missing": {"qty": _blank},
    "quantity_negative": {"qty": _turned},
    "price_text": {"unit_price": _one_of(NO_PRICE)},
    "price_missing": {"unit_price": _blank},
    "price_negative": {"unit_price": _negative_prices},
    "discount_outside": {"discount": _one_of(OUTSIDE)},
    "discount_text": {"discount": _one_of(NO_DISCOUNT)},
    "date_junk": {"ordered_at": _one_of(NO_DATE)},
    "date_missing": {"ordered_at": _blank},
    "date_implausible": {"ordered_at": _one_of(NOT_OUR_DATE)},
    "order_missing": {"order_no": _blank},
    "line_missing": {"line_no": _blank},
}
"""What each kind changes in the text; kinds that are not here are written as they are."""
