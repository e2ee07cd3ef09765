"""What holds for every table of the catalog, whoever adds the next one."""

from __future__ import annotations

import json
import re
import zlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

import examples
import pytest
from fed import FED
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, DateType, DecimalType, NumericType, TimestampType

from lakehouse import store
from lakehouse.business import AsOf, Business, Reporting
from lakehouse.catalog import load_catalog
from lakehouse.lake import Lake
from lakehouse.rules import Covers, Reconciles, RefersTo
from lakehouse.table import DATE, FLAG, INSTANT, MONEY, RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from lakehouse.table import Column, Table

CATALOG = load_catalog()
GOLD = tuple(table for name, table in CATALOG.tables.items() if name.startswith("gold."))
SILVER = tuple(table for name, table in CATALOG.tables.items() if name.startswith("silver."))
SLICED = tuple(table for table in GOLD if table.by)
COLUMNS = tuple((table, column) for table in CATALOG.tables.values() for column in table.columns)
GUARDED = frozenset({"gold.customer_contacts"})
"""The one Gold table that may name people."""

ENDINGS = {INSTANT: ("_at",), DATE: ("_on", "_month"), MONEY: ("_amount", "_price", "_cost")}
ASKED: Mapping[str, Any] = {
    "params": Business(reporting=Reporting("base_currency 0")),
    "as_of": AsOf({}, date(2024, 4, 1)),
}
NOT_PURE = re.compile(r"rand\(|uuid\(|current_timestamp|current_date|now\(|monotonically|input_file", re.IGNORECASE)
ROWS = 16
ZONES = ("UTC", "Europe/London")


def every(tables: Sequence[Table]) -> Any:
    return pytest.mark.parametrize("table", tables, ids=lambda table: table.name)


def value(column: Column, row: int, *, tells_apart: bool) -> Any:
    """A value of the column's type: few different ones, NULL now and then where the contract allows it."""
    if column.nullable and not tells_apart and row % 4 == 3:
        return None
    turn = row if tells_apart else zlib.crc32(f"{column.name} {row}".encode()) % 2  # columns vary independently
    match column.type:
        case DecimalType(scale=scale):
            return Decimal(row * 7 % 11 - 3).scaleb(-min(scale, 1))
        case DateType():
            return date(2024, 1, 1) + timedelta(days=31 * turn)
        case TimestampType():
            return datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=31 * turn)
        case BooleanType():
            return turn == 0
        case NumericType():
            return turn + 1
        case _:
            return ZONES[turn % 2] if column.name == "zone" else f"{column.name} {turn}"


def given(spark: SparkSession, name: str, rows: int) -> DataFrame:
    """Rows that keep the contract of an input: its grain is unique, what is required is there."""
    table = CATALOG.table(name)
    last = table.grain[-1]
    values = [tuple(value(c, row, tells_apart=c.name == last) for c in table.columns) for row in range(rows)]
    return spark.createDataFrame(values, table.schema())


def built(table: Table, change: Callable[[str, DataFrame], DataFrame], inputs: Mapping[str, DataFrame]) -> DataFrame:
    """Run a build on inputs that were changed one by one, and on what else it asks for."""
    asked = signature(table.build).parameters if table.build else {}
    frames = {alias: change(name, inputs[name]) for alias, name in table.inputs.items()}
    return table(**frames, **{name: ASKED[name] for name in asked if name in ASKED})


def as_given(_: str, frame: DataFrame) -> DataFrame:
    return frame


def wider(_: str, frame: DataFrame) -> DataFrame:
    return frame.withColumn("added_upstream", F.monotonically_increasing_id())


def empty(_: str, frame: DataFrame) -> DataFrame:
    return frame.where("false")


@pytest.fixture(scope="module")
def inputs(spark: SparkSession) -> Mapping[str, DataFrame]:
    """A few rows of every table that a mart reads."""
    names = {name for table in GOLD for name in table.inputs.values()}
    return {name: given(spark, name, ROWS) for name in names}


@pytest.fixture
def fed(table: Table, inputs: Mapping[str, DataFrame], spark: SparkSession) -> Mapping[str, DataFrame]:
    """The same; for a mart that would say nothing of these, rows of its own."""
    own = FED.get(table.name, {})
    return {**inputs, **{n: spark.createDataFrame(*examples.typed(CATALOG.table(n), own[n])) for n in own}}


@every(GOLD)
def test_a_build_on_nothing_gives_its_contract_and_no_row(table, inputs):
    nothing = built(table, empty, inputs)
    assert [(f.name, f.dataType) for f in nothing.schema] == [(f.name, f.dataType) for f in table.schema()]
    assert nothing.limit(1).collect() == []


@every(GOLD)
def test_a_build_called_twice_gives_one_plan_without_clock_or_chance(table, inputs):
    first, second = (built(table, as_given, inputs) for _ in range(2))
    assert first.sameSemantics(second)
    plan = first._jdf.queryExecution().analyzed().toString()
    assert NOT_PURE.search(plan) is None


@every(GOLD)
def test_an_extra_upstream_column_changes_nothing(table, fed):
    as_is, extended = together(built(table, as_given, fed), built(table, wider, fed))
    assert as_is
    assert extended == as_is


@every(SLICED)
def test_a_slice_built_alone_equals_its_part_of_the_whole(table, fed):
    by = table.by
    driving = next(frame for name, frame in fed.items() if name in table.inputs.values() and carries(name, by))
    key = driving.select(*by).first()
    wanted = reduce(lambda one, other: one & other, [F.col(name) == key[name] for name in by])

    def sliced(name: str, frame: DataFrame) -> DataFrame:
        return frame.where(wanted) if carries(name, by) else frame

    alone, part = together(built(table, sliced, fed), built(table, as_given, fed).where(wanted))
    assert alone
    assert alone == part


def carries(name: str, columns: Sequence[str]) -> bool:
    return set(columns) <= set(CATALOG.table(name).column_names)


def together(one: DataFrame, other: DataFrame) -> tuple[list[str], list[str]]:
    """Rows of two frames, in one job and one order."""
    rows = one.withColumn("_side", F.lit(0)).unionByName(other.withColumn("_side", F.lit(1))).collect()
    first, second = (sorted(repr(row[:-1]) for row in rows if row["_side"] == side) for side in (0, 1))
    return first, second


@every(SILVER)
def test_a_silver_build_gives_its_contract_row_for_row_and_leaves_the_engine_columns_alone(table, spark):
    delivered = given(spark, table.name, ROWS).withColumn("_row_id", F.monotonically_increasing_id())
    made = table(rows=delivered)
    kinds = {field.name: field.dataType for field in made.schema}
    assert {field.name: kinds[field.name] for field in table.schema()} == {f.name: f.dataType for f in table.schema()}
    assert set(made.columns) - set(table.column_names) == {"_row_id"}
    assert sorted(row["_row_id"] for row in made.select("_row_id").collect()) == sorted(
        row["_row_id"] for row in delivered.select("_row_id").collect()
    )


@every(tuple(CATALOG.tables.values()))
def test_every_table_says_what_a_row_is(table):
    assert table.doc.startswith("One row per ")
    assert set(table.grain) <= set(table.column_names)


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda part: part.name)
def test_a_column_is_described_and_named_for_what_it_holds(table, column):
    assert column.doc.endswith((".", "').")), "a doc is a sentence"
    endings = ENDINGS.get(column.type, ("",))
    assert column.name.endswith(endings) or column.name == "at"
    assert column.type == FLAG or not column.name.startswith("is_")
    assert column.type != FLAG or column.name.startswith("is_")
    assert column.type not in {MONEY, RATE} or column.unit or table.layer in {"ops", "app"}


@every(GOLD)
def test_gold_names_nobody(table):
    assert table.name in GUARDED or not [column.name for column in table.columns if column.pii]


@every(GOLD)
def test_a_mart_is_tied_to_what_it_comes_from(table):
    tied = [rule for rule in table.rules if isinstance(rule.helper, Reconciles | Covers | RefersTo)]
    assert tied, "sums reconcile; what adds nothing up covers or refers to its input"
    adds_up = any(isinstance(rule.helper, Reconciles) for rule in tied)
    assert adds_up or not {"net_amount", "lines"} <= set(table.column_names)


@every(GOLD)
def test_a_mart_is_created_for_the_oldest_readers(table, tmp_path):
    lake = Lake(str(tmp_path))
    lake.create(table, store.properties(table, 30))
    log = Path(lake.path(table.name)) / "_delta_log" / f"{0:020}.json"
    actions = [json.loads(line) for line in log.read_text().splitlines()]
    protocol = next(action["protocol"] for action in actions if "protocol" in action)
    assert protocol["minReaderVersion"] == 1
    assert "readerFeatures" not in protocol


def test_the_catalog_orders_every_built_table_after_its_inputs():
    order = CATALOG.order()
    assert sorted(order) == sorted(table.name for table in (*SILVER, *GOLD))
    for name in order:
        assert all(order.index(needed) < order.index(name) for needed in CATALOG.needs(name) & set(order))
