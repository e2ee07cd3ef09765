"""Which products are bought together."""

from __future__ import annotations

import json
import random
from collections import Counter
from decimal import Decimal
from itertools import permutations

from lakehouse.business import Baskets, Business
from lakehouse.gold.product_pairs import product_pairs

SOLD = [{"product_key": key, "product_name": key.title(), "last_sold_month": "2024-03-01"} for key in "abcdef"]


def basket(order: int, *products: str, on: str = "2024-03-01", system: str = "shop") -> dict[str, object]:
    return {"order_id": f"{order}", "product_keys": json.dumps(products), "sold_on": on, "system": system}


def asked(**baskets: object) -> Business:
    return Business(baskets=Baskets(**({"least_orders": 2, "least_share": Decimal(0)} | baskets)))


def test_support_confidence_and_lift_of_the_textbook(rows, assert_rows):
    """Ten orders: bread (a) in 6, butter (b) in 4, both in 4; jam (c) in 5, with bread in 1 only."""
    baskets = [*(basket(n, "a", "b") for n in range(3)), basket(3, "a"), basket(3, "b", on="2024-03-02"),
               basket(4, "a", "c"), basket(5, "a"), *(basket(n, "c") for n in range(6, 10))]  # fmt: skip
    found = product_pairs(
        products=rows("gold.product_sales", SOLD), baskets=rows("gold.basket_cube", baskets), params=asked()
    )
    assert_rows(
        found,
        [
            {"product_key": "a", "other_product_key": "b", "product_name": "A", "other_product_name": "B", "orders": 4,
             "product_orders": 6, "other_product_orders": 4, "all_orders": 10, "support": "0.4",
             "confidence": "0.666667", "lift": "1.667"},
            {"product_key": "b", "other_product_key": "a", "product_name": "B", "other_product_name": "A", "orders": 4,
             "product_orders": 4, "other_product_orders": 6, "all_orders": 10, "support": "0.4", "confidence": 1,
             "lift": "1.667"},
        ],
    )  # fmt: skip


def test_every_frequent_pair_of_the_most_frequent_products_is_there_as_brute_force_finds_it(rows):
    chance = random.Random(7)
    drawn = [sorted({key for key in "abcdef" if chance.random() < share}) for share in (0.2, 0.5, 0.7) * 40]
    single = Counter(key for keys in drawn for key in keys)
    kept = sorted(single, key=lambda key: (-single[key], key))[:5]
    both = Counter(pair for keys in drawn for pair in permutations([key for key in keys if key in kept], 2))
    least = 34
    wanted = {(*pair, count, single[pair[0]], single[pair[1]]) for pair, count in both.items() if count >= least}
    assert 4 < len(wanted) < 20
    found = product_pairs(
        products=rows("gold.product_sales", SOLD),
        baskets=rows("gold.basket_cube", [basket(n, *keys) for n, keys in enumerate(drawn)]),
        params=asked(least_share=Decimal("0.28"), most_products=5),
    )
    told = found.select("product_key", "other_product_key", "orders", "product_orders", "other_product_orders")
    assert {tuple(row) for row in told.collect()} == wanted


def test_businesses_do_not_mix(rows):
    baskets = [basket(n, "a", "b", system=system) for n in range(2) for system in ("shop", "market")]
    baskets += [basket(n, system="market") for n in range(5, 7)]
    found = product_pairs(
        products=rows("gold.product_sales", SOLD), baskets=rows("gold.basket_cube", baskets), params=asked()
    )
    assert {(row["system"], row["orders"], row["all_orders"]) for row in found.collect()} == {
        ("shop", 2, 2), ("market", 2, 4),
    }  # fmt: skip
