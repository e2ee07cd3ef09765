"""The CRM's exports: customers as JSON lines, with the names, addresses and versions such systems have."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from .landing_files import arriving
from .manifest import Expected, FileRows
from .season import REGIONS
from .world import CRM, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from .lines import Numbers

CITIES = {
    "North": ("Northport", "Kingsmoor"), "South": ("Southwick", "Marisol"), "East": ("Eastbrook", "Harborview"),
    "West": ("Westfield", "Redwood Falls"), "Central": ("Midvale", "Crossroads"),
}  # fmt: skip
SEGMENTS = ("consumer", "business", "home office")
AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
INCOMES = ("under 35k", "35-49k", "50-74k", "75-99k", "100k and more")
NO_EMAIL = ("{name}.example.com", "{name}@", "{name} at example.com")
NO_PHONE = ("n/a", "12", "call me")

SHARES = {
    "plain": 0.0, "name_casing": 0.10, "email_broken": 0.02, "email_missing": 0.03, "phone_broken": 0.02,
    "phone_missing": 0.05, "newer_later": 0.06, "older_later": 0.01,
}  # fmt: skip
WARNS = {"email_broken": "email.cleared", "phone_broken": "phone.cleared"}
WITHOUT_ID = 0.001


def write_customers(world: World, to: Path) -> Expected:
    """Write two exports of the CRM: everybody, then newer (and some older) versions, one record twice."""
    kinds = _kinds(world)
    paths = ("shop_customers/customers_full.jsonl", "shop_customers/customers_changes.jsonl")
    rows = [_write(to / path, records) for path, records in zip(paths, _exports(world, kinds), strict=True)]
    planted = {name: int((kinds == code).sum()) for code, name in enumerate(SHARES)}
    without_id = _without_id(world)
    return Expected(
        source="shop_customers", table="silver.customers",
        files=tuple(FileRows(path, count) for path, count in zip(paths, rows, strict=True)),
        planted=planted | {"id_missing": without_id, "repeat": 1},
        read=sum(rows), published=len(world.people) + planted["newer_later"] + planted["older_later"],
        quarantined=without_id, duplicate=1, superseded=0,
        quarantined_by={"customer_id.not_null": without_id},
        warned={rule: planted[kind] for kind, rule in WARNS.items()},
    )  # fmt: skip


def _exports(world: World, kinds: Numbers) -> tuple[Iterator[str], Iterator[str]]:
    names = tuple(SHARES)
    every = range(len(world.people))

    def full() -> Iterator[str]:
        for number in every:
            yield _line(_record(world, number, names[kinds[number]], newer=names[kinds[number]] == "older_later"))
        for number in range(_without_id(world)):
            yield _line({**_record(world, number, "plain", newer=False), "id": None})

    def changes() -> Iterator[str]:
        for number in every:
            if names[kinds[number]] in ("newer_later", "older_later"):
                yield _line(_record(world, number, "plain", newer=names[kinds[number]] == "newer_later"))
        once_more = int(np.flatnonzero(kinds == 0)[0])
        yield _line(_record(world, once_more, "plain", newer=False))

    return full(), changes()


def _record(world: World, number: int, kind: str, *, newer: bool) -> Mapping[str, Any]:
    """One customer as exported; `newer`: the version of half a year later, after a move."""
    rng = np.random.default_rng([world.seed, CRM, number])
    region = REGIONS[world.people.home[number]]
    name, city = world.people.names[number], CITIES[region][int(rng.integers(2)) ^ newer]
    joined = datetime(world.start.year, world.start.month, world.start.day) - timedelta(  # noqa: DTZ001  a plain date
        days=int(rng.integers(1, 2_000))
    )
    record = {
        "id": world.people.ids[number],
        "name": _cased(name, number) if kind == "name_casing" else name,
        "email": world.people.emails[number],
        "phone": _phone(rng),
        "address": {
            "street": f"{rng.integers(1, 400)} {name.split()[1]} Street",
            "postcode": f"{rng.integers(10**5):05}",
        },
        "city": city,
        "region": region,
        "segment": SEGMENTS[rng.integers(len(SEGMENTS))],
        "age_band": AGES[rng.integers(len(AGES))],
        "income_band": INCOMES[rng.integers(len(INCOMES))],
        "household_size": int(rng.integers(1, 6)),
        "joined": f"{joined:%Y-%m-%d}",
        "updated_at": f"{joined + timedelta(days=183 * newer, seconds=36_000 + number % 3_600):%Y-%m-%dT%H:%M:%SZ}",
    }
    return _spoiled(record, kind, number)


def _spoiled(record: dict[str, Any], kind: str, number: int) -> Mapping[str, Any]:
    if kind == "email_broken":
        record["email"] = NO_EMAIL[number % 3].format(name=record["name"].split()[0].lower())
    if kind == "phone_broken":
        record["phone"] = NO_PHONE[number % 3]
    if kind.endswith("_missing"):
        del record[kind.removesuffix("_missing")]
    return record


def _phone(rng: np.random.Generator) -> str:
    """A number of the range kept for fiction, in one of the ways people write it."""
    area, line = int(rng.integers(201, 990)), int(rng.integers(100, 200))
    return (f"+1 {area} 555 0{line}", f"({area}) 555-0{line}", f"{area}.555.0{line}")[rng.integers(3)]


def _cased(name: str, number: int) -> str:
    return (name.upper(), name.lower(), f"  {name} ")[number % 3]


def _kinds(world: World) -> Numbers:
    """Kind of each customer, as an index into SHARES."""
    count = len(world.people)
    kinds = np.zeros(count, dtype=np.int64)
    counts = [int(share * count) for share in SHARES.values()]
    kinds[world.chance(CRM).permutation(count)[: sum(counts)]] = np.repeat(np.arange(len(SHARES)), counts)
    return kinds


def _without_id(world: World) -> int:
    return max(int(len(world.people) * WITHOUT_ID), 1)


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record) + "\n"


def _write(path: Path, records: Iterator[str]) -> int:
    rows = 0
    with arriving(path) as file:
        for record in records:
            file.write(record.encode())
            rows += 1
    return rows
