"""Settings of a test, and rows written by hand: typed by a contract on the way in, compared as facts on the way out."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F
from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    LongType,
    NumericType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

from lakehouse.business import Business
from lakehouse.settings.values import OnResult, Retention, Roots, Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from lakehouse.table import Table

ROOT = Path(__file__).parents[1]

Row = Mapping[str, Any]

INTERPRETED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""A handful of rows is read through before Spark has compiled the code to read them."""
COMPILED = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}
"""As Spark does by itself."""

DEFAULTS: Row = {
    "system": "shop", "currency": "USD", "is_product": True,
    "valid_from_at": "1900-01-01 00:00:00", "is_current": True,
}  # fmt: skip
"""What a column holds that a row leaves out. Other flags are false, everything else is NULL."""


def settings_in(folder: Path) -> Settings:
    """Settings whose data lie in `folder` and whose jars and class-data archive are the project's own."""
    roots = Roots(
        landing=str(folder / "landing"),
        lake=str(folder / "lake"),
        docs=str(folder / "docs"),
        state=str(ROOT / "var" / "state"),
        jars=str(ROOT / "var" / "jars"),
    )
    spark = {"lakehouse.jit": "small", "spark.master": "local[2]", "spark.sql.shuffle.partitions": "2", **INTERPRETED}
    return Settings(
        env="test", conf=str(ROOT / "conf"), roots=roots, spark=spark,
        retention=Retention(), on_result=OnResult(), business=Business(),
    )  # fmt: skip


def contract(name: str) -> Table:
    """Return the table called `layer.name`."""
    layer, _, short = name.partition(".")
    found: Table = getattr(importlib.import_module(f"lakehouse.{layer}.{short}"), short)
    return found


def typed(table: Table, rows: Sequence[Row]) -> tuple[list[tuple[Any, ...]], StructType]:
    """Return `rows` as tuples of the contract's types, and their schema."""
    fields = list(table.schema().fields)
    named = {key: value for row in rows for key, value in row.items()}
    beside = [StructField(key, _type_of(value)) for key, value in named.items() if key.startswith("_")]
    strange = set(named) - {field.name for field in [*fields, *beside]}
    assert not strange, f"{table.name} has no column {', '.join(sorted(strange))}"
    schema = StructType([*fields, *beside])
    return [tuple(_given(row, field) for field in schema.fields) for row in rows], schema


def assert_rows(frame: DataFrame, expected: Sequence[Row]) -> None:
    """Fail unless `frame` has exactly the rows of `expected`, in any order, in the columns that `expected` names.

    Numbers are compared as numbers, dates and UTC time stamps as ISO text.
    """
    columns = list(expected[0]) if expected else frame.columns
    assert all(set(row) == set(columns) for row in expected), "every expected row names the same columns"
    types = {name: frame.schema[name].dataType for name in columns}
    shown = [F.col(name).cast("string") if isinstance(types[name], TimestampType) else F.col(name) for name in columns]
    got = [dict(zip(columns, row, strict=True)) for row in frame.select(*shown).collect()]
    assert _facts(got, types) == _facts(expected, types)


def _facts(rows: Sequence[Row], types: Mapping[str, DataType]) -> list[dict[str, Any]]:
    plain = [{name: _plain(row[name], type_) for name, type_ in types.items()} for row in rows]
    return sorted(plain, key=repr)


def _plain(value: Any, type_: DataType) -> Any:
    if value is None:
        return None
    if isinstance(type_, NumericType):
        return f"{Decimal(str(value)).normalize() + 0:f}"
    if isinstance(type_, TimestampType):
        return datetime.fromisoformat(str(value)).isoformat(" ")
    return str(value) if isinstance(type_, DateType) else value


def _given(row: Row, field: StructField) -> Any:
    otherwise = DEFAULTS.get(field.name, False if isinstance(field.dataType, BooleanType) else None)
    value = row.get(field.name, otherwise)
    return _parsed(value, field.dataType) if isinstance(value, (str, int, float)) else value


def _parsed(value: str | float, type_: DataType) -> Any:
    if isinstance(type_, DecimalType):
        return Decimal(str(value))
    if isinstance(type_, DateType):
        return date.fromisoformat(str(value))
    if isinstance(type_, TimestampType):
        moment = datetime.fromisoformat(str(value))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return value


def _type_of(value: Any) -> DataType:
    if isinstance(value, list):
        return ArrayType(StringType())
    return LongType() if isinstance(value, int) else StringType()
