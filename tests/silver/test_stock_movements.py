"""Stock movements: what leaves the stock is negative however it was told, and a day is that of the business."""

from __future__ import annotations

import pytest

from lakehouse.catalog import load_catalog, rules_of
from lakehouse.errors import ConfigError
from lakehouse.quality import verdict, with_helpers
from lakehouse.settings.values import Mapped, Read, Source
from lakehouse.silver.stock_movements import stock_movements

MOVED = {"source": "feed", "moved_at": "2024-03-02 03:00:00", "zone": "America/New_York", "product_id": "P1",
         "location_id": "HUB-1", "_broken": []}  # fmt: skip
MOVEMENTS = {
    "sale": ({"kind": "sale", "quantity": "-3"}, "-3", []),
    "sale told as positive": ({"kind": "sale", "quantity": "3"}, "-3", []),
    "write-off told as positive": ({"kind": "write_off", "quantity": "0.5"}, "-0.5", []),
    "receipt": ({"kind": "receipt", "quantity": "24"}, "24", []),
    "return": ({"kind": "return", "quantity": "1"}, "1", []),
    "empty shelf": ({"kind": "count", "quantity": "0"}, "0", []),
    "negative receipt": ({"kind": "receipt", "quantity": "-24"}, "-24", ["inward_not_negative"]),
    "negative return": ({"kind": "return", "quantity": "-1"}, "-1", ["inward_not_negative"]),
    "negative count": ({"kind": "count", "quantity": "-1"}, "-1", ["count_not_negative"]),
    "another kind": ({"kind": "transfer", "quantity": "5"}, "5", ["kind.one_of"]),
    "no kind": ({"kind": None, "quantity": "5"}, "5", ["kind.not_null"]),
    "no quantity": ({"kind": "sale"}, None, ["quantity.not_null"]),
    "nothing sold": ({"kind": "sale", "quantity": "0"}, "0", []),
    "unknown product": ({"kind": "sale", "quantity": "-1", "product_id": "P9"}, "-1", []),
    "no place": ({"kind": "sale", "quantity": "-1", "location_id": None}, "-1", ["location_id.not_null"]),
    "another century": (
        {"kind": "sale", "quantity": "-1", "moved_at": "1970-01-01 12:00:00"}, "-1", ["moved_at_plausible"]
    ),
}  # fmt: skip


def test_what_leaves_the_stock_is_negative_and_what_cannot_be_is_set_aside(rows, assert_rows):
    told = [{"movement_id": name, **MOVED, **movement} for name, (movement, _, _) in MOVEMENTS.items()]
    known = {"silver.products": rows("silver.products", [{"product_id": "P1"}])}
    rules = rules_of(stock_movements)
    built = stock_movements(rows=rows("silver.stock_movements", told))
    judged = verdict(with_helpers(built, rules, known), rules)
    assert_rows(
        judged.selectExpr("*", "array_join(_broken, ',') AS broke"),
        [
            {"movement_id": name, "quantity": quantity, "broke": ",".join(broken),
             "moved_on": "1970-01-01" if name == "another century" else "2024-03-01"}
            for name, (_, quantity, broken) in MOVEMENTS.items()
        ],
    )  # fmt: skip


def test_a_source_has_to_say_how_much_moved():
    told = tuple(Mapped(name, origin=name) for name in ("movement_id", "moved_at", "product_id", "location_id", "kind"))
    hub = Source(
        "hub", "Movements.", "me", Read("csv", "/landing/*.csv"), feeds=stock_movements.name, system="s", map=told
    )
    with pytest.raises(ConfigError, match=r"map\.quantity: is missing: silver\.stock_movements needs it"):
        load_catalog((hub,))
