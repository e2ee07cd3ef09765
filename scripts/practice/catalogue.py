"""What the shop sells: 720 products of six brands in eight categories, with log-normal list prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .spelling import slips

if TYPE_CHECKING:
    from numpy.typing import NDArray

BRANDS = ("Everpine", "Halcyon", "Millbrook", "Tamarind", "Quorvana", "Stoneleigh")

NOUNS = {
    "Electronics": "Bluetooth Speaker, Wireless Headphones, Laptop Computer, Tablet Cover, Charging Station, "
    "Gaming Console, Webcam Full View, Action Camera, Smart Thermostat, Monitor Arm, Noise Cancelling Earbuds, "
    "Portable Projector, Memory Card, Mechanical Keyboard, Internet Radio",
    "Clothing": "Winter Parka, Denim Trousers, Linen Shirt, Merino Sweater, Running Tights, Leather Belt, Silk Scarf, "
    "Rain Poncho, Flannel Pyjamas, Summer Dress, Hooded Sweatshirt, Wool Gloves, Ankle Boots, Corduroy Waistcoat, "
    "Bucket Hat",
    "Grocery": "Olive Oil, Ground Coffee, Rye Crispbread, Wildflower Honey, Basmati Rice, Dark Chocolate, "
    "Oat Porridge, Tomato Passata, Green Tea Leaves, Sparkling Lemonade, Peanut Butter, Salted Pretzels, "
    "Vegetable Stock, Apricot Marmalade, Frozen Blueberries",
    "Garden": "Watering Can, Pruning Shears, Terracotta Planter, Bird Feeder, Potting Compost, Patio Lantern, "
    "Folding Deckchair, Hedge Trimmer, Lavender Seeds, Garden Hose, Rose Trellis, Charcoal Barbecue, "
    "Wheelbarrow Large, Kneeling Cushion, Greenhouse Heater",
    "Toys": "Wooden Train Set, Building Bricks, Jigsaw Puzzle, Plush Elephant, Remote Control Boat, Finger Paints, "
    "Marble Run, Doll House, Card Game Classic, Kite With Tail, Modelling Clay, Toy Xylophone, Magic Kit, "
    "Stacking Rings, Dinosaur Figures",
    "Sports": "Yoga Mat, Tennis Racket, Camping Tent, Bicycle Helmet, Climbing Rope, Swimming Goggles, "
    "Football Size Five, Resistance Bands, Hiking Backpack, Skipping Lead, Golf Umbrella, Dumbbell Pair, "
    "Badminton Net, Inflatable Kayak, Trekking Poles",
    "Beauty": "Hand Cream, Shampoo Bar, Sunscreen Lotion, Bath Salts, Beard Oil Kit, Face Serum, Lip Balm, "
    "Perfume Spray, Nail Varnish, Hair Dryer, Clay Mask, Electric Toothbrush, Cotton Pads, Shower Gel, Makeup Mirror",
    "Books": "Cookery Handbook, Travel Atlas, Crime Novel, Poetry Anthology, Illustrated Encyclopedia, "
    "History Of Ships, Astronomy Guide, Language Course, Biography Collection, Puzzle Almanac, Science Reader, "
    "Fantasy Trilogy, Art Monograph, Gardening Yearbook, Chess Openings",
}

CATEGORIES = tuple(NOUNS)

MIDDLE_PRICE = (240.0, 42.0, 4.5, 28.0, 22.0, 48.0, 14.0, 16.0)
"""Median list price of each category, in dollars."""

SPREAD = (0.90, 0.50, 0.45, 0.70, 0.55, 0.75, 0.50, 0.40)
"""Sigma of the logarithm of prices in each category."""


@dataclass(frozen=True)
class Catalogue:
    """Products in category order; every array has one entry per product."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    slips: tuple[tuple[str, str, str], ...]
    """Misspellings of each name; the right one is the nearest of all names."""
    category: NDArray[np.int8]
    brand: NDArray[np.int8]
    cents: NDArray[np.int64]
    """List price."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def per_category(self) -> int:
        """Number of products in each category, the same for all."""
        return len(self) // len(CATEGORIES)


def product_names() -> tuple[str, ...]:
    """Every name, `<brand> <noun>`, in category order. No two are fewer than five edits apart."""
    return tuple(f"{brand} {noun}" for nouns in NOUNS.values() for noun in nouns.split(", ") for brand in BRANDS)


def catalogue(rng: np.random.Generator) -> Catalogue:
    """Draw prices and the order of popularity within each category."""
    names = np.array(product_names()).reshape(len(CATEGORIES), -1)
    brand = np.tile(np.arange(len(BRANDS)), names.size // len(BRANDS)).reshape(names.shape)
    popular = rng.permuted(np.tile(np.arange(names.shape[1]), (len(CATEGORIES), 1)), axis=1)
    ordered = [str(name) for name in np.take_along_axis(names, popular, axis=1).ravel()]
    return Catalogue(
        ids=tuple(f"P{1001 + number}" for number in range(names.size)),
        names=tuple(ordered),
        slips=tuple(slips(name, rng) for name in ordered),
        category=np.repeat(np.arange(len(CATEGORIES), dtype=np.int8), names.shape[1]),
        brand=np.take_along_axis(brand, popular, axis=1).ravel().astype(np.int8),
        cents=_list_prices(rng, names.shape[1]),
    )


def _list_prices(rng: np.random.Generator, per_category: int) -> NDArray[np.int64]:
    """Log-normal prices in cents, ending in 9 as shops like them, at least 0.49."""
    drawn = rng.lognormal(np.log(MIDDLE_PRICE), SPREAD, size=(per_category, len(CATEGORIES))).T.ravel()
    return np.maximum((drawn * 10).astype(np.int64) * 10 + 9, 49)
