"""What can be wrong with a line of a purchase order, what becomes of it, and how it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..kinds import PLAIN, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from ..lines import Numbers
    from .purchases import Purchases

    Texts = Callable[[Purchases], list[str]]

KINDS = (
    PLAIN,
    Kind("cost_currency", 0.0100, corrects="unit_cost.number"),
    Kind("cost_code", 0.0020, corrects="unit_cost.number"),
    Kind("supplier_orphan", 0.0020, warns=("supplier_id.refers_to",)),
    Kind("supplier_missing", 0.0010, warns=("supplier_id.not_null",)),
    Kind("product_orphan", 0.0020, warns=("product_id.refers_to",)),
    Kind("promised_early", 0.0020, warns=("promised_not_before_order",)),
    Kind("too_many_came", 0.0040, warns=("received_not_more_than_ordered",)),
    Kind("promised_junk", 0.0010, breaks=("promised_on.parses",)),
    Kind("ordered_junk", 0.0020, breaks=("ordered_on.parses", "ordered_on.not_null")),
    Kind("ordered_implausible", 0.0005, breaks=("ordered_on_plausible",)),
    Kind("received_junk", 0.0010, breaks=("received_on.parses",)),
    Kind("received_early", 0.0030, warns=("received_not_before_order",)),
    Kind("quantity_text", 0.0020, breaks=("quantity_ordered.parses", "quantity_ordered.not_null")),
    Kind("quantity_zero", 0.0010, warns=("quantity_ordered_not_zero",)),
    Kind("came_negative", 0.0020, breaks=("quantities_not_negative", "rejected_was_received")),
    Kind("rejected_negative", 0.0005, breaks=("quantities_not_negative",)),
    Kind("rejected_too_many", 0.0010, breaks=("rejected_was_received",)),
    Kind("cost_text", 0.0020, breaks=("unit_cost.parses", "unit_cost.not_null")),
    Kind("cost_missing", 0.0010, breaks=("unit_cost.not_null",)),
    Kind("cost_negative", 0.0010, breaks=("cost_not_negative",)),
    Kind("order_missing", 0.0005, breaks=("purchase_order_id.not_null",)),
    Kind("line_missing", 0.0005, breaks=("line_id.not_null",)),
)
WHEN_RECEIVED = (
    "too_many_came", "received_junk", "received_early", "came_negative", "rejected_negative", "rejected_too_many",
)  # fmt: skip
WHEN_OPEN = ("quantity_zero", "ordered_implausible", "promised_early")
"""Once goods came, these would break or warn about more than they mean to."""

NO_DATE = ("31/02/2024", "next week", "2024-13-01", "??")
NO_QUANTITY = ("two dozen", "abc", "1.2.3")
NO_COST = ("tbd", "on request", "1.2.3")


def fits(lines: Purchases) -> Mapping[str, NDArray[np.bool_]]:
    """Which lines can be of which kind; all where a kind is not named."""
    came = lines.received >= 0
    return dict.fromkeys(WHEN_RECEIVED, came) | dict.fromkeys(WHEN_OPEN, ~came)


def slipped(lines: Purchases, kind: Numbers) -> Iterator[tuple[str, NDArray[np.intp], list[str]]]:
    """Column, rows and their texts for each defect that shows in the wording."""
    for code, each in enumerate(KINDS):
        rows = np.flatnonzero(kind == code)
        if len(rows) and each.name in SLIPS:
            column, texts = SLIPS[each.name]
            yield column, rows, texts(lines.take(rows))


def _turns(words: tuple[str, ...]) -> Texts:
    return lambda lines: [words[(order + line) % len(words)] for order, line in _keys(lines)]


def _keys(lines: Purchases) -> Iterator[tuple[int, int]]:
    return zip(lines.order.tolist(), lines.line.tolist(), strict=True)


def _cost(form: str) -> Texts:
    """`"$1,234.50"`, in quotes where it holds a comma."""

    def texts(lines: Purchases) -> list[str]:
        told = (form.format(f"{cents // 100:,}.{cents % 100:02}") for cents in lines.cents.tolist())
        return [f'"{text}"' if "," in text else text for text in told]

    return texts


def _unknown_products(lines: Purchases) -> list[str]:
    return [f"X{product % 40 + 1:03}" for product in lines.product.tolist()]


def _too_many(lines: Purchases) -> list[str]:
    return [str(quantity + 1 + quantity // 10) for quantity in lines.quantity.tolist()]


def _more_than_came(lines: Purchases) -> list[str]:
    return [str(arrived + 1) for arrived in lines.arrived.tolist()]


def _negative_came(lines: Purchases) -> list[str]:
    return [str(-arrived) for arrived in lines.arrived.tolist()]


SLIPS: Mapping[str, tuple[str, Texts]] = {
    "cost_currency": ("unit_cost", _cost("${}")),
    "cost_code": ("unit_cost", _cost("USD {}")),
    "supplier_orphan": ("supplier", _turns(("V990", "V991"))),
    "supplier_missing": ("supplier", _turns(("",))),
    "product_orphan": ("sku", _unknown_products),
    "promised_early": ("promised", _turns(("2019-06-30",))),
    "too_many_came": ("qty_received", _too_many),
    "promised_junk": ("promised", _turns(NO_DATE)),
    "ordered_junk": ("ordered", _turns(NO_DATE)),
    "ordered_implausible": ("ordered", _turns(("1970-01-01",))),
    "received_junk": ("received", _turns(NO_DATE)),
    "received_early": ("received", _turns(("2019-07-01",))),
    "quantity_text": ("qty_ordered", _turns(NO_QUANTITY)),
    "quantity_zero": ("qty_ordered", _turns(("0",))),
    "came_negative": ("qty_received", _negative_came),
    "rejected_negative": ("qty_rejected", _turns(("-1", "-2"))),
    "rejected_too_many": ("qty_rejected", _more_than_came),
    "cost_text": ("unit_cost", _turns(NO_COST)),
    "cost_missing": ("unit_cost", _turns(("",))),
    "cost_negative": ("unit_cost", _cost("-{}")),
    "order_missing": ("order_no", _turns(("",))),
    "line_missing": ("line_no", _turns(("",))),
}
"""The cell that each kind changes, and what it reads; kinds that are not here are written as they are."""
