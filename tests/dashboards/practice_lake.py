"""A small lake with two businesses, made without Spark: what the pages read, at versions that a release names."""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lakehouse.gold.daily_sales import daily_sales
from lakehouse.gold.fct_sales import fct_sales
from lakehouse.gold.sales_cube import sales_cube
from lakehouse.lake import Lake
from lakehouse.ledger.records import Books, FileRecord, StepRecord
from lakehouse.ops.dq_results import dq_results
from lakehouse.ops.files import files
from lakehouse.ops.releases import releases
from lakehouse.ops.runs import runs
from lakehouse.ops.steps import steps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lakehouse.table import Table

NEWEST = date(2024, 3, 17)
PRODUCTS = {
    "Electronics": ("Noise-cancelling headphones", "Ultrabook 14", "Phone stand"),
    "Home": ("Linen duvet set, king", "Halo desk lamp", "Cast iron pan"),
    "Apparel": ("Trailhead hiking boots", "Merino sweater", "Rain jacket"),
    "Grocery": ("Cold brew starter kit", "Olive oil 1 l", "Oat biscuits"),
    "Beauty": ("Vitamin C serum 30 ml", "Hand cream", "Cedar soap"),
    "Sports": ("Yoga mat", "Steel bottle", "Trail backpack"),
    "Toys": ("Board game, Harbor", "Wooden blocks", "Kite"),
    "Books": ("Atlas of rivers", "Bread at home", "Short stories"),
}
PRICES = {
    "Electronics": 149,
    "Home": 64,
    "Apparel": 79,
    "Grocery": 18,
    "Beauty": 29,
    "Sports": 42,
    "Toys": 34,
    "Books": 21,
}


@dataclass(frozen=True)
class Shop:
    """One business of the practice lake."""

    system: str
    currency: str
    regions: tuple[str, ...]
    channels: tuple[str, ...]
    lines_a_day: int


SHOPS = (
    Shop("shop", "USD", ("North", "West", "Central", "East", "South"), ("Store", "Online", "Phone"), 40),
    Shop("giftware", "GBP", ("United Kingdom", "Ireland", "France"), ("Unknown",), 12),
)

DAILY = """
    SELECT system, currency, sold_on, region,
        count(DISTINCT CASE WHEN NOT is_return THEN order_id END) AS orders,
        count(DISTINCT CASE WHEN is_return THEN order_id END) AS returns,
        count(DISTINCT customer_id) AS customers, count(*) AS lines, sum(quantity) AS units,
        sum(gross_amount) AS gross_amount, sum(discount_amount) AS discount_amount, sum(net_amount) AS net_amount
    FROM f GROUP BY system, currency, sold_on, region
"""
CUBE = """
    SELECT system, currency, sold_on, max(sold_month) AS sold_month, region, channel, category, count(*) AS lines,
        sum(CASE WHEN discount_amount <> 0 THEN 1 ELSE 0 END) AS discounted_lines, sum(quantity) AS units,
        sum(gross_amount) AS gross_amount, sum(discount_amount) AS discount_amount,
        sum(CASE WHEN is_return THEN net_amount ELSE 0 END) AS returned_amount, sum(net_amount) AS net_amount
    FROM f GROUP BY system, currency, sold_on, region, channel, category
"""


def line(
    order: str, day: date, *, net: str, region: str = "North", channel: str = "Store", product: str = "Kite",
    category: str = "Toys", quantity: int = 1, discount: str = "0", shop: Shop = SHOPS[0],
) -> dict[str, Any]:  # fmt: skip
    """One row of `gold.fct_sales`; a negative quantity is a return."""
    paid, off = Decimal(net), Decimal(discount)
    return {
        "system": shop.system, "currency": shop.currency, "order_id": order, "line_id": f"{order}/{product}",
        "sold_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "sold_on": day,
        "sold_month": day.replace(day=1), "customer_key": "c1", "customer_id": "c1", "product_key": product,
        "product_id": product, "product_name": product, "category": category, "region": region, "store_id": None,
        "channel": channel, "payment_method": "card", "quantity": Decimal(quantity),
        "unit_price": (paid + off) / quantity, "gross_amount": paid + off, "discount_rate": None,
        "discount_amount": off, "coupon_amount": Decimal(0), "net_amount": paid, "is_return": quantity < 0,
        "is_product": True,
    }  # fmt: skip


def practice_lines(shop: Shop, days: int, *, newest: date = NEWEST, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Lines of one business: a weekly rhythm, slow growth, regions and categories of different size."""
    dice = random.Random(f"{seed}{shop.system}")
    categories = list(PRODUCTS)
    for ago in range(days, -1, -1):
        day = newest - timedelta(days=ago)
        rhythm = 1 + 0.28 * math.sin(day.weekday() * 0.9) + 0.22 * (days - ago) / days
        for number in range(round(shop.lines_a_day * rhythm * dice.uniform(0.8, 1.15))):
            category = dice.choices(categories, weights=range(9, 1, -1))[0]
            quantity = -1 if dice.random() < 0.025 else dice.choice((1, 1, 1, 2, 3))
            gross = Decimal(round(PRICES[category] * dice.uniform(0.7, 1.4), 2)).quantize(Decimal("0.01")) * quantity
            off = (gross * dice.choice((0, 0, 0, 10, 20)) / 100).quantize(Decimal("0.01"))
            yield line(
                f"{shop.system}-{day:%y%m%d}-{number // 2}", day, net=str(gross - off), quantity=quantity,
                discount=str(off), region=dice.choices(shop.regions, weights=range(len(shop.regions) + 2, 2, -1))[0],
                channel=dice.choice(shop.channels), product=dice.choice(PRODUCTS[category]),
                category=category, shop=shop,
            )  # fmt: skip


def add_sales(lake: Lake, lines: list[dict[str, Any]]) -> dict[str, int]:
    """Append lines and what the marts make of them; return the version of each table."""
    first = lake.version(fct_sales.name) is None
    lake.append(fct_sales, lines)
    version = lake.version(fct_sales.name)
    scratch = Lake(f"{lake.root}/scratch{version}")
    scratch.append(fct_sales, lines)
    for mart, sql in ((daily_sales, DAILY), (sales_cube, CUBE)):
        lake.append(mart, scratch.read(sql, f=fct_sales.name).to_pylist())
    assert first or version
    return {mart.name: lake.version(mart.name) or 0 for mart in (fct_sales, daily_sales, sales_cube)}


def add_release(
    lake: Lake, tables: dict[str, int], *, number: int = 1, at: datetime, held: tuple[str, ...] = ()
) -> None:
    """Name these versions as the release that readers see."""
    row = {
        "release_id": number,
        "run_id": f"run-{number}",
        "at": at,
        "tables": json.dumps(tables),
        "held": json.dumps(held),
    }
    lake.append(releases, [row])


def add_steps(lake: Lake, records: list[StepRecord]) -> None:
    """Append states of steps."""
    lake.append(steps, [record.row() for record in records])


def result(
    step: StepRecord, rule: str, severity: str, *, verdict: str = "passed", checked: int = 0, **counts: int
) -> dict[str, Any]:
    """One row of `ops.dq_results`."""
    failed = counts.get("failed", 0)
    return {
        "run_id": step.run_id, "step_id": step.step_id, "table": step.table, "source": step.source, "rule": rule,
        "severity": severity, "checked": checked, "failed": failed, "corrected": counts.get("corrected", 0),
        "share": round(Decimal(failed) / checked, 6) if checked else None, "verdict": verdict,
        "link": f"{step.run_id}/{step.table}.html", "at": step.at,
    }  # fmt: skip


def a_step(table: Table | str, source: str, at: datetime, *, number: int, books: Books, **told: Any) -> StepRecord:
    """Return a finished step of run 1."""
    name = table if isinstance(table, str) else table.name
    step = StepRecord(
        "run-1", f"run-1-{number:02}", name, source, "done", "new rows", version_after=0, books=books,
        seconds=Decimal("4.2"), cpu_seconds=Decimal("6.1"), docs=f"run-1/{name}.html", at=at,
    )  # fmt: skip
    return replace(step, **told)


def add_run(lake: Lake, at: datetime, versions: dict[str, int]) -> None:
    """Append run 1: four Silver and Bronze steps, one of them blocked, three marts, their results and files."""
    done = [
        a_step("bronze.shop_sales", "shop_sales", at, number=1, books=Books(read=50_000, published=50_000)),
        a_step("bronze.shop_customers", "shop_customers", at, number=2, books=Books(read=4_210, published=4_210)),
        a_step(
            "silver.sales", "shop_sales", at, number=3,
            books=Books(50_000, published=47_311, quarantined=1_204, duplicate=985, superseded=500, corrected=3_117),
        ),
        a_step(
            "silver.sales", "online_retail", at, number=4, state="blocked", books=Books(read=5_840, held=5_840),
            docs="run-1/silver.sales@online_retail.html", error="14.2 % of 5,840 rows are quarantined (ceiling 10 %)",
        ),
        a_step("silver.customers", "shop_customers", at, number=5, books=Books(4_210, published=4_180, quarantined=30)),
        *(
            a_step(name, "", at, number=6 + place, books=Books(read=47_311, published=16_020), version_after=version)
            for place, (name, version) in enumerate(versions.items())
        ),
    ]  # fmt: skip
    add_steps(lake, done)
    sales, retail, customers = done[2], done[3], done[4]
    lake.append(dq_results, [
        result(sales, "sold_at.parses", "quarantine", verdict="failed", checked=50_000, failed=702),
        result(sales, "unit_price.between", "quarantine", verdict="failed", checked=50_000, failed=502),
        result(sales, "quantity.not_zero", "warn", verdict="warned", checked=50_000, failed=611),
        result(sales, "grain.unique", "block", checked=47_311),
        result(sales, "category.spellings", "", checked=50_000, corrected=2_204),
        result(retail, "sold_at.parses", "quarantine", verdict="failed", checked=5_840, failed=829),
        result(retail, "grain.unique", "block", checked=5_011),
        result(customers, "email.cleared", "warn", verdict="warned", checked=4_210, failed=118),
        result(customers, "grain.unique", "block", checked=4_180),
        *(result(step, "net_amount.reconciles", "block", checked=400) for step in done[5:]),
    ])  # fmt: skip
    lake.append(runs, [{
        "run_id": "run-1", "state": "blocked", "started_at": at - timedelta(seconds=83), "ended_at": at,
        "command": "jobs/run.py --env dev", "env": "dev", "exit_code": 1,
    }])  # fmt: skip
    folder = "landing/shop_sales"
    lake.append(files, [
        record.row()
        for record in (
            FileRecord("shop_sales", f"{folder}/day-01.csv", 81_000, at, "a1", "landed", 1, 50_000),
            FileRecord("shop_sales", f"{folder}/day-02.csv", 0, at, "b2", "set_aside", reason="the file is empty"),
            FileRecord("shop_sales", f"{folder}/copy.csv", 81_000, at, "c3", "repeated", reason="same as day-01.csv"),
        )
    ])  # fmt: skip


def make(lake: Lake, *, days: int = 400, at: datetime) -> None:
    """Fill the lake: sales of both businesses, one run that blocked a source, two releases."""
    lines = [row for shop in SHOPS for row in practice_lines(shop, days)]
    versions = add_sales(lake, lines)
    add_run(lake, at, versions)
    add_release(lake, versions, number=1, at=at - timedelta(days=1))
    add_release(lake, versions, number=2, at=at, held=("online_retail",))


SOURCES = {"shop_sales": "shop", "shop_customers": "shop", "online_retail": "giftware"}


def conf_for(folder: Path) -> Path:
    """Write the least conf whose roots lie in `folder`, with three sources of two businesses; return its path."""
    conf = folder / "conf"
    conf.joinpath("sources").mkdir(parents=True)
    conf.joinpath("base.yaml").write_text("roots: {lake: lake, docs: docs}\n")
    for layer in ("dev", "business"):
        conf.joinpath(f"{layer}.yaml").write_text("{}\n")
    for name, system in SOURCES.items():
        conf.joinpath("sources", f"{name}.yaml").write_text(
            f"name: {name}\ndoc: Practice.\nowner: nobody@example.org\nsystem: {system}\narrives_within: 2 days\n"
            f'read: {{format: csv, path: "${{landing}}/{name}/*.csv"}}\nfeeds: silver.sales\n'
            "map:\n  order_id: {from: order}\n"
        )
    return conf
