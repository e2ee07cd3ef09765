"""Who supplies the shop: 24 companies, and which two or three of them can deliver each product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..erp import SUPPLIERS as NAMED_BY_THE_ERP
from ..world import VENDORS, World

if TYPE_CHECKING:
    from ..lines import Numbers

NAMES = (
    "Alderbrook Trading", "Bexley & Sons", "Carrow Wholesale", "Dunmore Imports", "Elsworth Supply", "Fairlea Goods",
    "Granby Distribution", "Hollis Brothers", "Inverley Partners", "Jarrow Direct", "Kestrel Sourcing",
    "Larkfield Merchants", "Merrow Logistics", "Norwell Traders", "Oakhurst Depot", "Penrose Provisions",
    "Quillan Exchange", "Ravensby Stores", "Selwick Company", "Thornbury Outlet", "Umber & Vale", "Varley Warehousing",
    "Westcott Line", "Yarrow Holdings",
)  # fmt: skip
NEVER_ASKED = len(NAMES) - 1
"""The one supplier whom nobody orders from."""
PACKS = (1, 2, 4, 6, 12)


@dataclass(frozen=True)
class Vendors:
    """All suppliers; every field has one entry per supplier but the last."""

    ids: tuple[str, ...]
    lead_days: Numbers
    minimum: Numbers
    """Fewest units of a product in one order; whole packs."""
    pack: Numbers
    on_time: Numbers
    """Deliveries in a thousand that come when promised or before; as below, of what is true, not of what they say."""
    short: Numbers
    """Deliveries in a thousand that hold less than was ordered."""
    reject: Numbers
    """Deliveries in a thousand of which something is turned down."""
    level: Numbers
    """Dearer or, below zero, cheaper than others, in thousandths of the list price."""
    of_product: Numbers
    """By product: the usual supplier, another one and, or -1, a third."""

    def __len__(self) -> int:
        return len(self.ids)


def vendors(world: World) -> Vendors:
    """Draw the suppliers. Who is cheap is, on the whole, less to be relied on."""
    rng = world.chance(VENDORS)
    count = len(NAMES)
    pack = np.array(PACKS)[rng.integers(len(PACKS), size=count)]
    level = rng.integers(-40, 61, size=count)
    care = level + 40 + rng.integers(-30, 31, size=count)
    return Vendors(
        ids=tuple(f"V{number + 1:03}" for number in range(count)),
        lead_days=rng.integers(3, 29, size=count),
        minimum=pack * np.minimum(rng.integers(1, 5, size=count), np.maximum(24 // pack, 1)),
        pack=pack,
        on_time=np.clip(680 + 3 * care, 640, 980),
        short=np.clip(140 - care, 15, 160),
        reject=np.clip(110 - care, 10, 130),
        level=level,
        of_product=_of_product(rng, len(world.catalogue)),
    )


def _of_product(rng: np.random.Generator, products: int) -> Numbers:
    """Choose the suppliers of each product, all different: the one that the ERP names, and one or two others."""
    usual = np.arange(products) % NAMED_BY_THE_ERP
    first = (usual + rng.integers(1, NEVER_ASKED - 2, size=products)) % NEVER_ASKED
    second = (usual + NEVER_ASKED - 1) % NEVER_ASKED
    third = np.where(rng.random(products) < 0.5, second, -1)
    return np.stack([usual, first, third], axis=1)
