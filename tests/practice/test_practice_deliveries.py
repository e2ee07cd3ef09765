"""Deliveries of the practice shop: the same every time, and what their manifests say is what their files hold."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from practice.judge import Known, Lake, Verdict, control, judge

from scripts.practice.deliveries import generate, generate_increment
from scripts.practice.manifest import Expected, Manifest, read

if TYPE_CHECKING:
    from pathlib import Path

LINES, SEED = 5_000, 7


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("landing")


@pytest.fixture(scope="module")
def first(landing: Path) -> Manifest:
    return generate(lines=LINES, seed=SEED, to=landing)


@pytest.fixture(scope="module")
def later(landing: Path, first: Manifest) -> dict[int, Manifest]:
    return {number: generate_increment(number, rows=2_000, lines=LINES, seed=SEED, to=landing) for number in (1, 2, 64)}


@pytest.fixture(scope="module")
def known(landing: Path, first: Manifest) -> Known:
    products = pq.read_table(landing / "shop_products" / "products.parquet").to_pylist()
    customers = {record["id"] for record in crm_records(landing) if record["id"]}
    ids, names = (frozenset(product[column] for product in products) for column in ("product_id", "name"))
    return Known(frozenset(customers), ids, names)


@pytest.fixture(scope="module")
def judged(landing: Path, first: Manifest, known: Known) -> tuple[Verdict, Lake]:
    lake: Lake = {}
    return judge(files_of(first.source("shop_sales"), landing), lake, known), lake


def crm_records(landing: Path) -> list[dict[str, object]]:
    files = sorted((landing / "shop_customers").iterdir(), reverse=True)
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def files_of(expected: Expected, landing: Path) -> list[Path]:
    return [landing / file.path for file in expected.files]


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def says(expected: Expected) -> Verdict:
    return Verdict(
        expected.read, expected.published, expected.quarantined, expected.duplicate, expected.superseded,
        expected.replaced, Counter(expected.quarantined_by), Counter(expected.corrected), Counter(expected.warned),
    )  # fmt: skip


def sums(expected: Expected) -> dict[tuple[str, str], tuple[int, int, Decimal]]:
    return {(part.month, part.region): (part.lines, part.units, Decimal(part.net_amount)) for part in expected.control}


def test_same_arguments_give_the_same_bytes_and_another_seed_others(landing, first, later, tmp_path):
    again, other = tmp_path / "again", tmp_path / "other"
    generate(lines=LINES, seed=SEED, to=again)
    for number in (1, 2, 64):
        generate_increment(number, rows=2_000, lines=LINES, seed=SEED, to=again)
    generate(lines=LINES, seed=8, to=other)
    assert hashes(again) == hashes(landing)
    shop, supply = 12 + 3 + 2 + 1, 2 + 2 + 5 + 1 + 3 * 3
    assert len(hashes(again)) == shop + supply + 4, "sales, increments, customers, products; supply; manifests"
    assert not set(hashes(other).values()) & set(hashes(landing).values())


def test_every_sales_row_is_judged_as_the_manifest_says(first, judged):
    verdict, lake = judged
    assert verdict == says(first.source("shop_sales"))
    assert control(lake) == sums(first.source("shop_sales"))


@pytest.mark.parametrize("order", [(1, 2, 64), (64, 2, 1)])
def test_increments_in_any_order_are_judged_as_their_manifests_say(landing, later, known, judged, order):
    lake = dict(judged[1])
    for number in order:
        before, expected = control(lake), later[number].source("shop_sales")
        assert judge(files_of(expected, landing), lake, known) == says(expected)
        net_before, net_after = (sum(net for _, _, net in each.values()) for each in (before, control(lake)))
        gone = replace(expected, control=expected.given_way)
        assert net_after == net_before + expected.net_amount - gone.net_amount


def test_increment_has_each_sort_of_line(later):
    expected = later[1].source("shop_sales")
    assert expected.read == 2_000
    assert {kind: expected.planted[kind] for kind in ("history_correction", "history_repeat", "history_stale")} == {
        "history_correction": 20, "history_repeat": 10, "history_stale": 2,
    }  # fmt: skip
    assert expected.replaced == 20
    assert 10 <= expected.planted["late"] <= 40


def test_counts_written_down(first):
    sales = first.source("shop_sales")
    assert (sales.read, sales.published, sales.quarantined, sales.duplicate, sales.superseded) == (
        5_000, 4_832, 93, 50, 25,
    )  # fmt: skip
    assert sales.quarantined_by["quantity.not_null"] == 20
    assert sales.corrected["product_name.near"] == 30
    assert sales.planted["repeat_late"] == 25


def test_every_manifest_balances(first, later):
    for manifest in (first, *later.values()):
        for source in manifest.sources:
            outcomes = source.published + source.quarantined + source.duplicate + source.superseded
            assert source.read == outcomes == sum(file.rows for file in source.files)


def test_manifest_read_back_is_the_same(landing, first, later):
    assert read(landing / "_manifest.json") == first
    assert read(landing / "_manifest-increment-0002.json") == later[2]


def test_manifest_names_every_landing_file_with_its_rows(landing, first):
    for file in first.source("shop_sales").files:
        assert len((landing / file.path).read_text().splitlines()) == file.rows + 1, file.path
    told = {file.path for source in first.sources for file in source.files}
    there = {str(path.relative_to(landing)) for path in landing.glob("*/*") if "increment" not in path.name}
    assert told == there


def test_some_repeats_come_in_another_file(landing, first):
    files_of_key: dict[str, set[str]] = {}
    for file in first.source("shop_sales").files:
        for line in (landing / file.path).read_text().splitlines()[1:]:
            files_of_key.setdefault(line, set()).add(file.path)
    assert sum(len(files) > 1 for files in files_of_key.values()) >= 20


def test_customers_are_what_the_manifest_says(landing, first):
    expected, records = first.source("shop_customers"), crm_records(landing)
    texts = Counter(json.dumps(record) for record in records)
    versions = Counter(record["id"] for record in map(json.loads, texts) if record["id"])
    assert len(records) == expected.read
    assert sum(versions.values()) == expected.published
    assert sum(texts.values()) - len(texts) == expected.duplicate == 1
    planted = expected.planted["newer_later"] + expected.planted["older_later"]
    assert sum(versions.values()) - len(versions) == planted > 0 == expected.superseded
    assert sum(record["id"] is None for record in records) == expected.quarantined
    emails = [str(record["email"]) for record in records if "email" in record]
    assert sum("@" not in email or email.endswith("@") for email in emails) == expected.warned["email.cleared"]
    phones = [str(record["phone"]) for record in records if "phone" in record]
    assert sum(len(phone) < 8 for phone in phones) == expected.warned["phone.cleared"]


def test_products_are_typed_and_counted(landing, first):
    table, expected = pq.read_table(landing / "shop_products" / "products.parquet"), first.source("shop_products")
    assert [str(table.schema.field(name).type) for name in ("price", "updated_at")] == [
        "decimal128(10, 2)", "timestamp[us, tz=UTC]",
    ]  # fmt: skip
    assert len(set(table["product_id"].to_pylist())) == 720
    assert table.num_rows - 720 == expected.planted["older_price"] == 24
    assert (expected.published, expected.superseded) == (744, 0)


def test_december_is_the_peak_and_saturday_the_best_day(judged):
    lake = judged[1]
    months = Counter(line.month for _, _, line in lake.values())
    assert months.most_common(1)[0][0] == "2024-12"
    web = [version[1] for version in lake.values() if version[1][11] == "web"]
    days = Counter(datetime.fromisoformat(row[3]).strftime("%A") for row in web if row[3][4] == "-")
    assert days.most_common(1)[0][0] == "Saturday"


def test_days_start_and_file_size_are_the_callers(tmp_path):
    told = generate(lines=600, seed=1, to=tmp_path, start=date(2025, 3, 1), days=3, file_per="day")
    assert [file.path for file in told.source("shop_sales").files] == [
        f"shop_sales/shop_sales_2025-03-0{day}.csv" for day in (1, 2, 3)
    ]


@pytest.mark.parametrize(("lines", "days"), [(0, 1), (1, 0)])
def test_nothing_to_write_is_refused(tmp_path, lines, days):
    with pytest.raises(ValueError, match="1 or more"):
        generate(lines=lines, seed=1, to=tmp_path, days=days)


def test_one_line_is_enough(tmp_path):
    assert generate(lines=1, seed=1, to=tmp_path).source("shop_sales").published == 1


def test_increment_of_a_long_history_speaks_of_the_newest_million_lines(tmp_path):
    """What three years of 2,732 lines a day are followed by; the first of them are not even written."""
    asked = {"lines": 3_000_000, "seed": SEED, "start": date(2022, 1, 1), "days": 1_096}
    generate_increment(1, rows=1_000, to=tmp_path, **asked)
    [file] = (tmp_path / "shop_sales").iterdir()
    told = [row["updated_at"][:4] for row in csv.DictReader(file.read_text().splitlines())]
    assert {"2024", "2025"} <= set(told) <= {"2023", "2024", "2025"}
    assert told.count("2023") <= 2
