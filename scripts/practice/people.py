"""Who buys: customers with a home region, an address to write to and a share of all orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .season import REGIONS, cumulative

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST = (
    "Ada", "Amir", "Anna", "Ben", "Bianca", "Carl", "Chloe", "Dara", "Diego", "Elena", "Emil", "Farid", "Grace", "Hana",
    "Hugo", "Ines", "Isaac", "Jana", "Jonas", "Kavya", "Keiko", "Lara", "Leon", "Maya", "Milan", "Nadia", "Noah",
    "Olga", "Oscar", "Priya", "Rafael", "Rosa", "Samir", "Sofia", "Tessa", "Tomas", "Vera", "Viktor", "Wen", "Zoe",
)  # fmt: skip
LAST = (
    "Abbott", "Alvarez", "Banerjee", "Becker", "Bianchi", "Brooks", "Castillo", "Chen", "Costa", "Dalton", "Dubois",
    "Eriksen", "Farrell", "Fischer", "Garcia", "Gupta", "Hansen", "Harper", "Ibrahim", "Ito", "Jansen", "Keller",
    "Khan", "Kowalski", "Larsen", "Lindgren", "Lopez", "Marino", "Mensah", "Moreau", "Nakamura", "Nguyen", "Novak",
    "Okafor", "Olsen", "Park", "Pereira", "Petrov", "Quinn", "Rahman", "Rossi", "Santos", "Schmidt", "Silva", "Sousa",
    "Tanaka", "Torres", "Ueda", "Vargas", "Virtanen", "Weber", "Yilmaz", "Young", "Zhang",
)  # fmt: skip
MAILBOXES = ("example.com", "example.org", "mail.example.net")
HOME_SHARE = (0.26, 0.22, 0.19, 0.15, 0.18)
"""Share of customers at home in each of REGIONS."""

FEWEST, MOST = 200, 100_000


@dataclass(frozen=True)
class People:
    """All customers of the shop, the most faithful first; every field has one entry per customer."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    emails: tuple[str, ...]
    home: NDArray[np.int8]
    orders_up_to: NDArray[np.float64]
    """Cumulative share of orders."""

    def __len__(self) -> int:
        return len(self.ids)


def people(rng: np.random.Generator, count: int) -> People:
    """Draw `count` customers. Orders per customer fall off as in Zipf's law, a little flatter at the top."""
    first, last = rng.integers(len(FIRST), size=count), rng.integers(len(LAST), size=count)
    box = rng.integers(len(MAILBOXES), size=count)
    names = tuple(f"{FIRST[one]} {LAST[other]}" for one, other in zip(first, last, strict=True))
    return People(
        ids=tuple(f"C{1_000_001 + number}" for number in range(count)),
        names=names,
        emails=tuple(
            f"{name.lower().replace(' ', '.')}.{number}@{MAILBOXES[box[number]]}" for number, name in enumerate(names)
        ),
        home=rng.choice(len(REGIONS), size=count, p=HOME_SHARE).astype(np.int8),
        orders_up_to=cumulative((np.arange(count) + 12.0) ** -0.8),
    )


def customers_of(lines: int) -> int:
    """How many customers stand behind so many order lines."""
    return min(max(lines // 25, FEWEST), MOST)
