"""What can be wrong with a movement, what becomes of it, and how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..kinds import PLAIN, Kind
from .movements import COUNT, RECEIPT, SALE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from ..lines import Numbers
    from .movements import Movements

    Texts = Callable[[Movements], list[str]]

NO_MOMENT = ("moved_at.parses", "moved_at.not_null", "moved_on.not_null")

KINDS = (
    PLAIN,
    Kind("sale_positive", 0.0100, corrects="quantity.derived"),
    Kind("kind_spelled", 0.0100, corrects="kind.spellings"),
    Kind("kind_case", 0.0100),
    Kind("product_orphan", 0.0010, warns=("product_id.refers_to",)),
    Kind("quantity_zero", 0.0010, warns=("quantity_not_zero",)),
    Kind("kind_unknown", 0.0020, breaks=("kind.one_of",)),
    Kind("kind_missing", 0.0005, breaks=("kind.not_null",)),
    Kind("receipt_negative", 0.0010, breaks=("inward_not_negative",)),
    Kind("count_negative", 0.0005, breaks=("count_not_negative",)),
    Kind("quantity_text", 0.0020, breaks=("quantity.parses", "quantity.not_null")),
    Kind("quantity_missing", 0.0010, breaks=("quantity.not_null",)),
    Kind("date_junk", 0.0020, breaks=NO_MOMENT),
    Kind("date_missing", 0.0005, breaks=NO_MOMENT[1:]),
    Kind("date_implausible", 0.0005, breaks=("moved_at_plausible",)),
    Kind("product_missing", 0.0005, breaks=("product_id.not_null",)),
    Kind("hub_missing", 0.0005, breaks=("location_id.not_null",)),
    Kind("number_missing", 0.0005, breaks=("movement_id.not_null",)),
)

NO_QUANTITY = ("abc", "two", "?")
NO_DATE = ("31/02/2024", "not a date", "0000-00-00", "2024-13-45 10:00:00")
OTHER_KINDS = ("transfer", "stolen")


def fits(rows: Movements) -> Mapping[str, NDArray[np.bool_]]:
    """Which movements can be of which kind; all where a kind is not named."""
    sale, counted = rows.kind == SALE, rows.kind == COUNT
    return {
        "sale_positive": sale,
        "kind_spelled": sale,
        "quantity_zero": sale,
        "receipt_negative": rows.kind == RECEIPT,
        "count_negative": counted & (rows.quantity > 0),
        "kind_unknown": ~counted,
        "quantity_text": ~counted,
        "date_junk": ~counted,
    }


def slipped(rows: Movements, slip: Numbers) -> Iterator[tuple[str, NDArray[np.intp], list[str]]]:
    """Column, rows and their texts for each defect that shows in the wording."""
    for code, each in enumerate(KINDS):
        places = np.flatnonzero(slip == code)
        if len(places) and each.name in SLIPS:
            column, texts = SLIPS[each.name]
            yield column, places, texts(rows.take(places))


def _turns(words: tuple[str, ...]) -> Texts:
    return lambda rows: [words[number % len(words)] for number in (rows.number + rows.day).tolist()]


def _turned(rows: Movements) -> list[str]:
    return [str(-quantity) for quantity in rows.quantity.tolist()]


def _unknown_products(rows: Movements) -> list[str]:
    return [f"X{product % 40 + 1:03}" for product in rows.product.tolist()]


def _loud(rows: Movements) -> list[str]:
    names = ("RECEIPT", "Sale", "RETURN", "Write_Off", " COUNT ")
    return [names[kind] for kind in rows.kind.tolist()]


SLIPS: Mapping[str, tuple[str, Texts]] = {
    "sale_positive": ("qty", _turned),
    "kind_spelled": ("kind", _turns(("sold", "Sold"))),
    "kind_case": ("kind", _loud),
    "product_orphan": ("sku", _unknown_products),
    "quantity_zero": ("qty", _turns(("0",))),
    "kind_unknown": ("kind", _turns(OTHER_KINDS)),
    "kind_missing": ("kind", _turns(("",))),
    "receipt_negative": ("qty", _turned),
    "count_negative": ("qty", _turned),
    "quantity_text": ("qty", _turns(NO_QUANTITY)),
    "quantity_missing": ("qty", _turns(("",))),
    "date_junk": ("moved_at", _turns(NO_DATE)),
    "date_missing": ("moved_at", _turns(("",))),
    "date_implausible": ("moved_at", _turns(("1970-01-01 00:00:00", "2999-12-31 23:59:59"))),
    "product_missing": ("sku", _turns(("",))),
    "hub_missing": ("hub", _turns(("",))),
    "number_missing": ("movement_no", _turns(("",))),
}
"""The cell that each kind changes, and what it reads; kinds that are not here are written as they are."""
