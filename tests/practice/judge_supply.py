"""What becomes of the rows of supply and currency, worked out row by row from the files alone, in plain Python."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from practice.judge import Sums, Verdict, moment, number, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from practice.judge import Lake, Version

    Row = Mapping[str, str]

NO_SUMS = Sums("", "", 0, Decimal(0))
KINDS = {"receipt", "sale", "return", "write_off", "count"}
SPELLINGS = {"sold": "sale", "goods in": "receipt", "scrapped": "write_off"}
COUNTRIES = {"UK", "USA"}
MONEY = re.compile(r"^(?:\$|USD )(-?[\d,]+\.\d\d)$")


@dataclass(frozen=True)
class Partners:
    """What the reference tables hold."""

    suppliers: frozenset[str]
    products: frozenset[str]


@dataclass
class Judged:
    """One row: its key and age, and which rules say what of it."""

    key: tuple[str, ...]
    told: str
    good: dict[str, bool] = field(default_factory=dict)
    corrected: dict[str, bool] = field(default_factory=dict)
    warned: dict[str, bool] = field(default_factory=dict)


def judge_supply(source: str, paths: Iterable[Path], lake: Lake, known: Partners) -> Verdict:
    """Judge the rows of one delivery of a source and bring `lake` up to date."""
    verdict = Verdict()
    batch: dict[tuple[str, ...], list[Version]] = defaultdict(list)
    for path in paths:
        for row in _rows(path):
            verdict.read += 1
            judged = JUDGES[source](row, known)
            broken = [rule for rule, good in judged.good.items() if not good]
            verdict.quarantined += bool(broken)
            verdict.quarantined_by.update(broken)
            if not broken:
                verdict.corrected.update(rule for rule, happened in judged.corrected.items() if happened)
                verdict.warned.update(rule for rule, happened in judged.warned.items() if happened)
                batch[judged.key].append((judged.told, tuple(row.items()), NO_SUMS))  # type: ignore[arg-type]
    for key, versions in batch.items():
        settle(key, versions, lake, verdict)
    return verdict


def _rows(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        return list(csv.DictReader(text.splitlines()))
    told = [json.loads(line) for line in text.splitlines()]
    return [{key: "" if value is None else str(value) for key, value in record.items()} for record in told]


def _supplier(row: Row, _: Partners) -> Judged:
    lead, pack, least = (number(row[name]) for name in ("lead_days", "pack", "minimum_order"))
    email, phone = row.get("email", ""), re.sub(r"[^0-9+]", "", row["phone"])
    return Judged(
        (row["id"],), row["updated_at"],
        {
            "supplier_id.not_null": bool(row["id"]),
            "lead_time_days.parses": lead is not None,
            "lead_time_days.between": lead is None or lead >= 0,
            "pack_size_positive": pack is not None and pack > 0,
        },
        {"country.spellings": row["country"] in COUNTRIES},
        {
            "email.cleared": bool(email) and "@" not in email,
            "phone.cleared": len(phone) < 7,
            "minimum_not_negative": least is not None and least < 0,
        },
    )  # fmt: skip


def _order(row: Row, known: Partners) -> Judged:
    told = {name: _day(row[name]) for name in ("ordered", "promised", "received")}
    ordered, promised, received = told.values()
    asked, came, bad = (number(row[f"qty_{name}"]) for name in ("ordered", "received", "rejected"))
    signed = MONEY.match(row["unit_cost"])
    cost = number(signed[1].replace(",", "")) if signed else number(row["unit_cost"])
    return Judged(
        (row["order_no"], row["line_no"]), row["updated_at"],
        {
            "purchase_order_id.not_null": bool(row["order_no"]),
            "line_id.not_null": bool(row["line_no"]),
            **{f"{name}_on.parses": day is not None or not row[name] for name, day in told.items()},
            "ordered_on.not_null": ordered is not None,
            "ordered_on_plausible": ordered is None or 1990 <= ordered.year < 2100,
            "quantity_ordered.parses": asked is not None or not row["qty_ordered"],
            "quantity_ordered.not_null": asked is not None,
            "quantity_ordered_not_negative": asked is None or asked >= 0,
            "quantities_not_negative": (came is None or came >= 0) and (bad is None or bad >= 0),
            "rejected_was_received": came is None or bad is None or bad <= came,
            "unit_cost.parses": cost is not None or not row["unit_cost"],
            "unit_cost.not_null": cost is not None,
            "cost_not_negative": cost is None or cost >= 0,
        },
        {"unit_cost.number": signed is not None},
        {
            "quantity_ordered_not_zero": asked == 0,
            "received_not_before_order": bool(received and ordered and received < ordered),
            "promised_not_before_order": bool(promised and ordered and promised < ordered),
            "received_not_more_than_ordered": asked is not None and came is not None and came > asked,
            "supplier_id.not_null": not row["supplier"],
            "supplier_id.refers_to": bool(row["supplier"]) and row["supplier"] not in known.suppliers,
            "product_id.refers_to": row["sku"] not in known.products,
        },
    )  # fmt: skip


def _movement(row: Row, known: Partners) -> Judged:
    at, units, written = moment(row["moved_at"]), number(row["qty"]), row["kind"].strip()
    kind = SPELLINGS.get(written.lower(), written.lower())
    inward, outward = kind in ("receipt", "return"), kind in ("sale", "write_off")
    return Judged(
        (row["movement_no"],), row["updated_at"],
        {
            "movement_id.not_null": bool(row["movement_no"]),
            "moved_at.parses": at is not None or not row["moved_at"],
            "moved_at.not_null": at is not None,
            "moved_on.not_null": at is not None,
            "moved_at_plausible": at is None or 1990 <= at.year < 2100,
            "product_id.not_null": bool(row["sku"]),
            "location_id.not_null": bool(row["hub"]),
            "kind.not_null": bool(kind),
            "kind.one_of": not kind or kind in KINDS,
            "quantity.parses": units is not None or not row["qty"],
            "quantity.not_null": units is not None,
            "inward_not_negative": not inward or units is None or units >= 0,
            "count_not_negative": kind != "count" or units is None or units >= 0,
        },
        {"kind.spellings": written.lower() in SPELLINGS, "quantity.derived": outward and (units or 0) > 0},
        {"quantity_not_zero": kind != "count" and units == 0, "product_id.refers_to": row["sku"] not in known.products},
    )  # fmt: skip


def _rate(row: Row, _: Partners) -> Judged:
    rate, day = number(row["rate"]), _day(row["day"])
    return Judged(
        (row["base"], row["currency"].upper(), row["day"]), row["published_at"],
        {
            "base_currency.not_null": bool(row["base"]),
            "currency.matches": len(row["currency"]) == 3,
            "rated_on.parses": day is not None,
            "rated_on.not_null": day is not None,
            "rate.parses": rate is not None or not row["rate"],
            "rate.not_null": rate is not None,
            "rate_positive": rate is None or rate > 0,
        },
    )  # fmt: skip


JUDGES: Mapping[str, Callable[[Row, Partners], Judged]] = {
    "shop_suppliers": _supplier,
    "shop_purchase_orders": _order,
    "shop_stock_movements": _movement,
    "exchange_rates": _rate,
}


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a plain date
        except ValueError:
            continue
    return None
