"""Suppliers, purchase orders, stock and rates of the practice shop: counted to the row, and true to each other."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq
import pytest
from practice.judge import Lake, Verdict
from practice.judge_supply import JUDGES, Partners, judge_supply

from scripts.practice.deliveries import generate, generate_increment
from scripts.practice.kinds import PLAIN, Kind
from scripts.practice.supply import movement_kinds, purchase_kinds, rates
from scripts.practice.supply.purchases import CHEAPEST, DEAREST, purchases
from scripts.practice.supply.rows import dealt
from scripts.practice.supply.vendors import NEVER_ASKED, vendors
from scripts.practice.world import world

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.practice.manifest import Expected, Manifest

LINES, SEED = 20_000, 7
SOURCES = tuple(JUDGES)


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("supply")


@pytest.fixture(scope="module")
def first(landing: Path) -> Manifest:
    return generate(lines=LINES, seed=SEED, to=landing)


@pytest.fixture(scope="module")
def later(landing: Path, first: Manifest) -> dict[int, Manifest]:
    return {number: generate_increment(number, rows=2_000, lines=LINES, seed=SEED, to=landing) for number in (1, 2, 64)}


@pytest.fixture(scope="module")
def known(landing: Path, first: Manifest) -> Partners:
    products = pq.read_table(landing / "shop_products" / "products.parquet")["product_id"].to_pylist()
    return Partners(frozenset(f"V{number:03}" for number in range(1, 25)), frozenset(products))


@pytest.fixture(scope="module")
def judged(landing: Path, first: Manifest, known: Partners) -> dict[str, tuple[Verdict, Lake]]:
    lakes: dict[str, Lake] = {source: {} for source in SOURCES}
    return {
        source: (judge_supply(source, files_of(first.source(source), landing), lakes[source], known), lakes[source])
        for source in SOURCES
    }


def files_of(expected: Expected, landing: Path) -> list[Path]:
    return [landing / file.path for file in expected.files]


def says(expected: Expected) -> Verdict:
    return Verdict(
        expected.read, expected.published, expected.quarantined, expected.duplicate, expected.superseded,
        expected.replaced, Counter(expected.quarantined_by), Counter(expected.corrected), Counter(expected.warned),
    )  # fmt: skip


def rows_of(lake: Lake) -> list[dict[str, str]]:
    return [dict(version[1]) for version in lake.values()]  # type: ignore[arg-type]


@pytest.mark.parametrize("source", SOURCES)
def test_every_row_is_judged_as_the_manifest_says(first, judged, source):
    assert judged[source][0] == says(first.source(source))


@pytest.mark.parametrize("order", [(1, 2, 64), (64, 2, 1)])
def test_increments_in_any_order_are_judged_as_their_manifests_say(landing, later, known, judged, order):
    told = 0
    for source in SOURCES:
        lake = dict(judged[source][1])
        for number in order:
            for expected in (each for each in later[number].sources if each.source == source):
                assert judge_supply(source, files_of(expected, landing), lake, known) == says(expected)
                told += 1
    assert told == 9, "orders, movements and rates of three days"


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("shop_purchase_orders", purchase_kinds.KINDS),
        ("shop_stock_movements", movement_kinds.KINDS),
        ("exchange_rates", rates.KINDS),
    ],
)
def test_every_kind_of_defect_is_planted(first, source, kinds):
    planted = first.source(source).planted
    assert [kind.name for kind in kinds if not planted[kind.name]] == []


def test_kinds_are_dealt_to_rows_that_can_be_of_them():
    kinds = (PLAIN, Kind("one", 0.1, warns=("a",)), Kind("other", 0.4))
    even = np.arange(1_000) % 2 == 0
    kind = dealt(np.random.default_rng(1), kinds, {"one": even}, rows=1_000)
    assert np.bincount(kind).tolist() == [500, 100, 400]
    assert even[kind == 1].all()


def test_an_increment_receives_what_was_open_and_orders_anew(later):
    orders, stock = (later[1].source(source) for source in ("shop_purchase_orders", "shop_stock_movements"))
    assert orders.replaced == orders.planted["history_receipt"] >= 5
    assert (orders.planted["history_repeat"], orders.planted["history_stale"]) == (4, 2)
    assert orders.published > orders.replaced
    assert stock.planted["late"] >= 5
    assert stock.replaced == stock.planted["history_correction"] == 5


def test_rates_come_on_working_days_some_of_which_are_missing(landing, first, judged, later):
    dollars = {row["day"] for row in rows_of(judged["exchange_rates"][1]) if row["currency"].upper() == "USD"}
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
    missing = [day for day in days if day.weekday() < 5 and day.isoformat() not in dollars]
    assert 3 <= len(missing) <= 15
    assert not [day for day in days if day.weekday() >= 5 and day.isoformat() in dollars]
    saturday = generate_increment(4, rows=100, lines=LINES, seed=SEED, to=landing / "saturday")
    assert "exchange_rates" not in {source.source for source in saturday.sources}


def test_rates_stay_near_their_middle(judged):
    told = [(row["currency"].upper(), float(row["rate"])) for row in rows_of(judged["exchange_rates"][1])]
    for currency, low, high in (("USD", 1.0, 1.16), ("GBP", 0.79, 0.93)):
        values = [rate for name, rate in told if name == currency]
        assert low < min(values) < max(values) < high
        assert max(values) > 1.01 * min(values)


def test_what_is_ordered_costs_less_than_it_sells_for_and_suppliers_differ():
    business = world(SEED, LINES, start=date(2024, 1, 1), days=366)
    asked, told = vendors(business), purchases(business, vendors(business), LINES)
    share = told.cents * 1_000 / business.catalogue.cents[told.product]
    dear = business.catalogue.cents[told.product] > 500
    assert (share[dear] > CHEAPEST - 5).all()
    assert (share[dear] <= DEAREST).all()
    assert NEVER_ASKED not in told.supplier
    assert {len({one for one in each if one >= 0}) for each in asked.of_product.tolist()} == {2, 3}
    late = told.received > told.promised
    assert 0.05 < late.mean() < 0.30
    punctual, slack = np.argmax(asked.on_time[:18]), np.argmin(asked.on_time[:18])
    assert late[told.supplier == punctual].mean() < late[told.supplier == slack].mean()


def test_receipts_are_what_purchase_orders_say(judged):
    orders = rows_of(judged["shop_purchase_orders"][1])
    came: Counter[tuple[str, str]] = Counter()
    for row in orders:
        if row["received"] and row["qty_received"].isdigit():
            came[row["order_no"], row["sku"]] += int(row["qty_received"]) - int(row["qty_rejected"])
    receipts = [row for row in rows_of(judged["shop_stock_movements"][1]) if row["kind"] == "receipt"]
    fits = [int(row["qty"]) == came[row["reference"], row["sku"]] for row in receipts]
    assert len(fits) > 500
    assert sum(fits) > 0.97 * len(fits), "all but those of lines with a defect"


def test_sold_stock_is_what_order_lines_say(landing, first, judged):
    told = Counter[str]()
    for file in files_of(first.source("shop_sales"), landing)[-4:]:
        for row in csv.DictReader(file.read_text().splitlines()):
            if row["type"] == "sale" and row["qty"].isdigit():
                told[row["sku"]] += int(row["qty"]) * (row["updated_at"] >= "2024-09-03")
    moved = Counter[str]()
    for row in rows_of(judged["shop_stock_movements"][1]):
        if row["kind"].strip().lower() in ("sale", "sold"):
            moved[row["sku"]] += abs(int(row["qty"]))
    known = [sku for sku in told if sku.startswith("P")]
    assert len(known) > 700
    assert abs(sum(moved[sku] for sku in known) / sum(told[sku] for sku in known) - 1) < 0.03


def test_a_few_series_fall_below_zero_and_some_end_empty_or_low(judged):
    events: dict[tuple[str, str], list[tuple[str, str, int]]] = defaultdict(list)
    for row in rows_of(judged["shop_stock_movements"][1]):
        kind, units = row["kind"].strip().lower(), int(row["qty"])
        events[row["sku"], row["hub"]].append(
            (row["moved_at"], kind, -abs(units) if kind in ("sale", "sold") else units)
        )
    below, ends = 0, []
    for series in events.values():
        level, lowest = 0, 0
        for _, kind, units in sorted(series):
            level = units if kind == "count" else level + units
            lowest = min(lowest, level)
        below += lowest < 0
        ends.append(level)
    assert 5 <= below <= 60
    assert 5 <= sum(level <= 0 for level in ends) <= 200
    assert np.median(ends) > 1


def test_supply_hardly_grows_with_the_lines_of_the_shop():
    few, many = (
        len(purchases(business, vendors(business), lines))
        for lines in (50_000, 1_000_000)
        for business in [world(SEED, lines, start=date(2024, 1, 1), days=366)]
    )
    assert few < 12_000
    assert many < 25_000


def test_a_shop_of_three_days_has_all_its_sources(tmp_path):
    told = generate(lines=600, seed=1, to=tmp_path, start=date(2025, 3, 3), days=3)
    read = {source.source: source.read for source in told.sources}
    assert read["shop_stock_movements"] >= 1_440, "everything is counted once"
    assert read["exchange_rates"] == 2 * (6 + 3), "two currencies, six working days before the start"
