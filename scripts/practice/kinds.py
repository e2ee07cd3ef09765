"""What can be wrong with a fresh order line, how often it is planted, and what has to become of it."""

from __future__ import annotations

from dataclasses import dataclass

NO_AMOUNT = ("gross_amount.not_null", "net_amount.not_null")
NO_DAY = ("sold_at.not_null", "sold_on.not_null")


@dataclass(frozen=True)
class Kind:
    """One kind of line. `breaks` non-empty: quarantined, by all of these rules; else published."""

    name: str
    share: float
    """Of the fresh lines of a delivery."""
    breaks: tuple[str, ...] = ()
    corrects: str = ""
    warns: tuple[str, ...] = ()


PLAIN = Kind("plain", 0.0)

KINDS = (
    PLAIN,
    Kind("return_marked", 0.0200),
    Kind("return_positive", 0.0020, corrects="quantity.derived"),
    Kind("product_typo", 0.0060, corrects="product_name.near"),
    Kind("region_typo", 0.0050, corrects="region.near"),
    Kind("region_spelling", 0.0020, corrects="region.spellings"),
    Kind("region_ambiguous", 0.0005),
    Kind("category_case", 0.0100),
    Kind("price_currency", 0.0100, corrects="unit_price.number"),
    Kind("discount_percent", 0.0020, corrects="discount_rate.number"),
    Kind("email_missing", 0.0200),
    Kind("email_broken", 0.0030, warns=("customer_email.cleared",)),
    Kind("customer_missing", 0.0100, warns=("customer_id.not_null",)),
    Kind("customer_orphan", 0.0030, warns=("customer_id.refers_to",)),
    Kind("product_orphan", 0.0020, warns=("product_id.refers_to",)),
    Kind("quantity_zero", 0.0020, warns=("quantity_not_zero", "net_amount_not_zero")),
    Kind("price_zero", 0.0010, warns=("net_amount_not_zero",)),
    Kind("quantity_text", 0.0020, breaks=("quantity.parses", "quantity.not_null", *NO_AMOUNT)),
    Kind("quantity_missing", 0.0020, breaks=("quantity.not_null", *NO_AMOUNT)),
    Kind("quantity_negative", 0.0020, breaks=("returns_are_marked",)),
    Kind("price_text", 0.0010, breaks=("unit_price.parses", *NO_AMOUNT)),
    Kind("price_missing", 0.0010, breaks=NO_AMOUNT),
    Kind("price_negative", 0.0010, breaks=("price_not_negative",)),
    Kind("discount_outside", 0.0030, breaks=("discount_rate.between",)),
    Kind("discount_text", 0.0005, breaks=("discount_rate.parses",)),
    Kind("date_junk", 0.0040, breaks=("sold_at.parses", *NO_DAY)),
    Kind("date_missing", 0.0010, breaks=NO_DAY),
    Kind("date_implausible", 0.0005, breaks=("sold_at_plausible",)),
    Kind("order_missing", 0.0005, breaks=("order_id.not_null",)),
    Kind("line_missing", 0.0005, breaks=("line_id.not_null",)),
)

CODE = {kind.name: code for code, kind in enumerate(KINDS)}

SMALLEST = 500
"""Fresh lines in a row from which on every kind is planted at least once."""


def planted(kind: Kind, fresh: int) -> int:
    """How many of `fresh` lines are of this kind."""
    count = int(kind.share * fresh + 0.5)
    return max(count, 1) if kind.share and fresh >= SMALLEST else count
