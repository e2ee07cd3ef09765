"""A shop small enough to crash often: two sources, two Silver tables, two marts, a dozen rows of every fate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

import lakehouse.run as runs
from lakehouse import ledger
from lakehouse.catalog import Catalog
from lakehouse.columns import total_money
from lakehouse.lake import Lake
from lakehouse.ledger import Books, StepRecord
from lakehouse.rules import reconciles
from lakehouse.table import DATE, LONG, MONEY, STRING, Column, Replace, Table

if TYPE_CHECKING:
    from pathlib import Path

KEYS = (
    Column("system", STRING, "Business whose key space this is.", nullable=False),
    Column("sold_on", DATE, "Business day, or the first one of the month.", nullable=False),
)
SUMS = (
    Column("lines", LONG, "Lines sold.", nullable=False),
    Column("net_amount", MONEY, "After discount.", nullable=False),
)


def days_of(sales: DataFrame) -> DataFrame:
    """One row per system and day."""
    return sales.groupBy("system", "sold_on").agg(F.count_if(F.lit(True)).alias("lines"), total_money("net_amount"))


def months_of(days: DataFrame) -> DataFrame:
    """One row per system and month."""
    month = F.trunc("sold_on", "month").alias("sold_on")
    return days.groupBy("system", month).agg(F.sum("lines").alias("lines"), total_money("net_amount"))


def mart(name: str, build: Any, inputs: dict[str, str], **declared: Any) -> Table:
    columns = (*KEYS, *SUMS)
    return Table(name, ("system", "sold_on"), columns, inputs=inputs, build=build, doc=build.__doc__, **declared)


RECONCILED, DAY_BY_DAY = (reconciles("net_amount", "silver.sales"),), Replace(by=("sold_on",))
MARTS = {
    "gold.days": mart("gold.days", days_of, {"sales": "silver.sales"}, rules=RECONCILED, write=DAY_BY_DAY),
    "gold.months": mart("gold.months", months_of, {"days": "gold.days"}),
}
"""Instead of the project's own, which cost more than the crash."""

TILLS = """
name: till_sales
doc: Lines of the tills, one file a day.
owner: tills@example.org
read: {format: csv, path: "${landing}/till_sales/*.csv"}
feeds: silver.sales
system: corner
identical_rows: drop
map:
  order_id:      {from: receipt}
  line_id:       {from: line}
  product_id:    {from: sku}
  customer_id:   {from: card}
  sold_at:       {from: at, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
  quantity:      {from: qty}
  unit_price:    {from: price}
  discount_rate: {from: discount}
  region:        {from: region}
  currency:      {value: EUR}
  updated_at:    {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""

SHELF = """
name: shelf
doc: What is on the shelf.
owner: shelf@example.org
read: {format: csv, path: "${landing}/shelf/*.csv"}
feeds: silver.products
system: corner
map:
  product_id:   {from: sku}
  product_name: {from: name}
  category:     {from: kind}
  unit_price:   {from: price}
  updated_at:   {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""

HEAD = "receipt,line,sku,card,at,qty,price,discount,region,changed\n"

FIRST_DAY = HEAD + (
    "r1,1,p1,c1,2024-03-01 09:00:00,2,1.50,0,North,2024-03-01 09:00:00\n"
    "r1,2,p2,c1,2024-03-01 09:00:00,1,4.00,0.25,North,2024-03-01 09:00:00\n"
    "r2,1,p1,c2,2024-03-01 10:00:00,3,1.50,0,South,2024-03-01 10:00:00\n"
    "r2,1,p1,c2,2024-03-01 10:00:00,3,1.50,0,South,2024-03-01 10:00:00\n"  # identical: duplicate
    "r3,1,p3,,2024-03-01 11:00:00,1,10.00,0,South,2024-03-01 11:00:00\n"
    "r3,1,p3,,2024-03-01 11:00:00,2,10.00,0,South,2024-03-01 12:00:00\n"  # newer: the line above is superseded
    "r4,1,p9,c1,2024-03-02 09:00:00,1,7.00,0,North,2024-03-02 09:00:00\n"  # unknown product: a warning
    "r5,1,p1,c1,2024-03-02 09:30:00,two,1.50,0,North,2024-03-02 09:30:00\n"  # quarantined
    "r6,1,p1,c1,2024-03-02 09:40:00,1,1.50,1.5,North,2024-03-02 09:40:00\n"  # quarantined
)

SECOND_DAY = HEAD + (
    "r1,2,p2,c1,2024-03-01 09:00:00,5,4.00,0.25,North,2024-03-03 08:00:00\n"  # corrects a line
    "r2,1,p1,c2,2024-03-01 10:00:00,3,1.50,0,South,2024-03-01 10:00:00\n"  # known: duplicate
    "r3,1,p3,,2024-03-01 11:00:00,9,10.00,0,South,2024-03-01 11:30:00\n"  # older than what is known: superseded
    "r7,1,p2,c2,2024-03-03 09:00:00,1,4.00,0,South,2024-03-03 09:00:00\n"
    "r7,2,p2,c2,2024-03-03 09:00:00,1,4.00,0,,2024-03-03 09:00:00\n"
    "r8,1,p1,c1,2024-03-03 09:30:00,,1.50,0,North,2024-03-03 09:30:00\n"  # quarantined
)

PRODUCTS = (
    "sku,name,kind,price,changed\n"
    "p1,Tea,Drinks,1.50,2024-02-01 00:00:00\n"
    "p2,Soap,Home,4.00,2024-02-01 00:00:00\n"
    "p3,Lamp,Home,10.00,2024-02-01 00:00:00\n"
)

SECOND_PRODUCTS = (
    "sku,name,kind,price,changed\np2,Soap bar,Home,4.50,2024-03-02 00:00:00\np9,Kite,Toys,7.00,2024-03-02 00:00:00\n"
)

OTHERWISE = {
    "_ingested_at": "bronze",
    "step_id": "quarantine",
    "first_seen_at": "quarantine",
    "last_seen_at": "quarantine",
}
"""Columns in which two runs of the same input differ."""

TABLES = (
    "bronze.till_sales",
    "bronze.shelf",
    "silver.sales",
    "silver.products",
    "quarantine.sales",
    "gold.days",
    "gold.months",
)

Change = Callable[[Catalog], Catalog]


def shrink(change: Change = lambda catalog: catalog) -> None:
    """Let runs know of two marts only, and of what a test changes."""
    runs.load_conf = shrunk(runs.load_conf, change)


def shrunk(load: Callable[..., Any], change: Change) -> Callable[..., Any]:
    """Return a reader of conf whose catalog has two marts."""

    def read(*given: Any) -> Any:
        settings, catalog = load(*given)
        tables = {name: table for name, table in catalog.tables.items() if table.layer != "gold"}
        return settings, change(replace(catalog, tables={**tables, **MARTS}))

    return read


def run(home: Path, landing: Path, **asked: Any) -> int:
    """`jobs/run.py` on the lake in `home` and the files in `landing`; of a few days, all may be touched."""
    overrides = {"roots.landing": str(landing), "rebuild_above": "1"}
    return runs.run(runs.Request(conf=home / "conf", overrides=overrides, **asked))


def lake_of(home: Path) -> Lake:
    return Lake(str(home / "var" / "lake"))


def contents(home: Path) -> dict[str, list[str]]:
    """Every row of every table, without what differs from run to run."""
    return {name: rows_of(lake_of(home), name) for name in TABLES if lake_of(home).exists(name)}


def released(home: Path) -> dict[str, list[str]]:
    """What readers see."""
    release = ledger.newest_release(lake_of(home))
    return {n: rows_of(lake_of(home), n, v) for n, v in release.tables.items()} if release else {}


def rows_of(lake: Lake, table: str, version: int | None = None) -> list[str]:
    rows = lake.read("SELECT * FROM t", t=table if version is None else (table, version)).to_pylist()
    layer = table.partition(".")[0]
    return sorted(str({k: v for k, v in row.items() if OTHERWISE.get(k) != layer}) for row in rows)


def books(home: Path) -> dict[str, Books]:
    """Sum of the books of each table's finished steps, blocked ones left out."""
    sums: dict[str, Books] = {}
    for step in done(home):
        known = sums.get(step.name, Books())
        sums[step.name] = Books(**{key: value + getattr(step.books, key) for key, value in vars(known).items()})
    return sums


def done(home: Path) -> list[StepRecord]:
    return [step for step in ledger.steps(lake_of(home)) if step.state == "done"]


def assert_as_undisturbed(home: Path, undisturbed: Path) -> None:
    """Same rows in every table, same books, one finished release, nothing left over."""
    assert contents(home) == contents(undisturbed)
    assert books(home) == books(undisturbed)
    assert_in_order(home)


def assert_in_order(home: Path) -> None:
    """No step is open, no staging is left, the books balance, the release names the newest versions."""
    lake = lake_of(home)
    steps = ledger.steps(lake)
    assert {step.state for step in steps} <= {"done", "failed", "skipped"}
    assert [step.name for step in steps if step.state == "done" and not step.books.balanced] == []
    staging = home / "var" / "lake" / "staging"
    assert [folder.name for folder in staging.glob("*")] == []
    counted = sum(step.books.quarantined for step in done(home))
    assert len(rows_of(lake, "quarantine.sales")) == counted
    assert ledger.newest_release(lake).tables == {name: lake.version(name) for name in MARTS}
    assert ledger.holder_of(lake, "batch") is None
