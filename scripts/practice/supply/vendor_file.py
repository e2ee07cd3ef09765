"""Purchasing's export of suppliers: JSON lines, some told twice, some with what such lists have wrong."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..landing_files import arriving
from ..manifest import Expected, FileRows
from ..people import FIRST, LAST
from .vendors import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ..world import World
    from .vendors import Vendors

PLACES = (
    ("Rotterdam", "Netherlands"), ("Leeds", "United Kingdom"), ("Columbus", "United States"), ("Porto", "Portugal"),
    ("Hamburg", "Germany"), ("Toronto", "Canada"), ("Lyon", "France"), ("Austin", "United States"),
)  # fmt: skip
SHORT_COUNTRY = {"United Kingdom": "UK", "United States": "USA"}

KIND_OF: Mapping[int, str] = {
    2: "email_broken", 5: "phone_broken", 7: "email_missing", 9: "contact_casing", 10: "country_spelled",
    17: "country_spelled",
}  # fmt: skip
"""Kind of supplier, by number; the others are plain."""
NEWER_LATER, OLDER_LATER, REPEATED = (1, 4, 8, 12, 16, 20), (18,), (3,)
BROKEN: tuple[Mapping[str, Any], ...] = (
    {"id": None},
    {"id": "V901", "lead_days": "two weeks"},
    {"id": "V902", "pack": 0},
)
"""What stands in records that are set aside."""


def write_suppliers(world: World, asked: Vendors, to: Path) -> Expected:
    """Write two exports: everybody, then newer (and some older) versions, one record twice."""
    full = [_record(world, asked, number, older=number in NEWER_LATER) for number in range(len(asked))]
    full += [{**_record(world, asked, 0, older=False), **broken} for broken in BROKEN]
    changes = [_record(world, asked, number, older=False) for number in (*NEWER_LATER, *REPEATED)]
    changes += [_record(world, asked, number, older=True) for number in OLDER_LATER]
    paths = ("shop_suppliers/suppliers_full.jsonl", "shop_suppliers/suppliers_changes.jsonl")
    rows = [_write(to / path, records) for path, records in zip(paths, (full, changes), strict=True)]
    planted = {name: list(KIND_OF.values()).count(name) for name in dict.fromkeys(KIND_OF.values())}
    plain = len(asked) - len(KIND_OF)
    return Expected(
        source="shop_suppliers", table="silver.suppliers",
        files=tuple(FileRows(path, count) for path, count in zip(paths, rows, strict=True)),
        planted={"plain": plain, **planted, "newer_later": len(NEWER_LATER), "older_later": len(OLDER_LATER),
                 "repeat": len(REPEATED), "id_missing": 1, "lead_time_text": 1, "pack_zero": 1},
        read=sum(rows), published=len(asked), quarantined=len(BROKEN), duplicate=len(REPEATED),
        superseded=len(NEWER_LATER) + len(OLDER_LATER),
        quarantined_by={"lead_time_days.parses": 1, "pack_size_positive": 1, "supplier_id.not_null": 1},
        corrected={"country.spellings": planted["country_spelled"]},
        warned={"email.cleared": planted["email_broken"], "phone.cleared": planted["phone_broken"]},
    )  # fmt: skip


def _record(world: World, asked: Vendors, number: int, *, older: bool) -> Mapping[str, Any]:
    """One supplier as exported; `older`: as they were half a year before, slower by some days."""
    first, last = FIRST[number * 7 % len(FIRST)], LAST[number * 11 % len(LAST)]
    city, country = PLACES[number % len(PLACES)]
    opening = datetime(world.start.year, world.start.month, world.start.day, 9, number)  # noqa: DTZ001  told as UTC
    record = {
        "id": asked.ids[number],
        "name": NAMES[number],
        "contact": f"{first} {last}",
        "email": f"{first}.{last}@{NAMES[number].split()[0]}.example.com".lower(),
        "phone": f"+1 {210 + number} 555 01{number:02}",
        "city": city,
        "country": country,
        "lead_days": int(asked.lead_days[number]) + 3 * older,
        "minimum_order": int(asked.minimum[number]),
        "pack": int(asked.pack[number]),
        "updated_at": f"{opening - timedelta(days=20 + 183 * older):%Y-%m-%dT%H:%M:%SZ}",
    }
    return _spoiled(record, KIND_OF.get(number, "plain"))


def _spoiled(record: dict[str, Any], kind: str) -> Mapping[str, Any]:
    match kind:
        case "email_broken":
            record["email"] = record["email"].replace("@", " at ")
        case "email_missing":
            del record["email"]
        case "phone_broken":
            record["phone"] = "ask the desk"
        case "contact_casing":
            record["contact"] = record["contact"].upper()
        case "country_spelled":
            record["country"] = SHORT_COUNTRY[record["country"]]
        case _:
            pass
    return record


def _write(path: Path, records: Iterable[Mapping[str, Any]]) -> int:
    rows = 0
    with arriving(path) as file:
        for record in records:
            file.write((json.dumps(record) + "\n").encode())
            rows += 1
    return rows
