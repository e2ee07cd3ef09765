"""Parquet files: typed values become text that every parser reads back."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import functions as F
from pyspark.sql import types as T

from lakehouse.ingest.frames import bronze_frame, ignored_json, kept_columns, spark_paths
from lakehouse.ingest.names import Layout, as_mapped, lay_out, listed, news, require_mapped
from lakehouse.ingest.values import Readable, Unreadable
from lakehouse.landing.files import opened_anywhere

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pyspark.sql import Column, DataFrame, SparkSession

    from lakehouse.landing import Found
    from lakehouse.settings.values import Source

NANOS_AS_LONG = "spark.sql.legacy.parquet.nanosAsLong"


@dataclass(frozen=True)
class ParquetWay:
    """Files with one stored schema. `nanos`: columns of time stamps in nanoseconds, True where they are in UTC."""

    layout: Layout
    fingerprint: str
    nanos: tuple[bool | None, ...]


def examine(source: Source, found: Found, known_columns: Collection[str]) -> Readable:
    """Read the footer of a Parquet file; raise Unreadable to set it aside."""
    if not found.size:
        raise Unreadable("it is empty")
    rows, stored, schema = _footer(found)
    headers = schema.names
    if not headers:
        raise Unreadable("it has no columns")
    if len({name.casefold() for name in headers}) < len(headers):
        raise Unreadable(f"columns differ in upper and lower case alone: {listed(headers)}")
    require_mapped(source, as_mapped(headers, source))
    layout = lay_out(source, headers, known_columns)
    remarks = (*news(layout, source, known_columns), *("it has columns and no rows",) * (rows == 0))
    way = ParquetWay(layout, hashlib.sha256(stored.encode()).hexdigest(), _nanos(stored, schema))
    return Readable(found, way, remarks)


def _footer(found: Found) -> tuple[int, str, pa.Schema]:
    """Rows, stored schema as text, and schema as Arrow sees it."""
    try:
        with opened_anywhere(found.path) as stream, pq.ParquetFile(stream) as file:
            _, _, columns = str(file.schema).partition("{")
            return file.metadata.num_rows, columns, file.schema_arrow
    except FileNotFoundError:
        raise Unreadable("it went away before it was read") from None
    except (pa.ArrowException, OSError, EOFError) as fault:
        told = str(fault).strip().splitlines()[0]
        raise Unreadable(f"it cannot be opened as Parquet, it may be cut off or another format ({told})") from None


def _nanos(stored: str, schema: pa.Schema) -> tuple[bool | None, ...]:
    """Per column: whether its nanoseconds count from UTC; None where there are none (INT96 is read by Spark)."""

    def kind(field: pa.Field) -> bool | None:
        in_nanos = pa.types.is_timestamp(field.type) and field.type.unit == "ns"
        return field.type.tz is not None if in_nanos and not _is_int96(field.name, stored) else None

    return tuple(map(kind, schema))


def _is_int96(name: str, stored: str) -> bool:
    """Whether a column is stored as a time stamp of the old kind."""
    return re.search(rf"\bint96 field_id=-?\d+ {re.escape(name)}[; ]", stored) is not None


def frame(way: ParquetWay, files: Sequence[Found], spark: SparkSession, *, number: int) -> DataFrame:
    """Bronze rows of Parquet files with one stored schema; lazy but for Spark's look at one footer."""
    if any(kind is not None for kind in way.nanos):
        spark.conf.set(NANOS_AS_LONG, "true")
    scan = spark.read.options(datetimeRebaseMode="CORRECTED", int96RebaseMode="CORRECTED").parquet(*spark_paths(files))
    values = [
        _text_of(scan[_quoted(field.name)], field.dataType, nanos)
        for field, nanos in zip(scan.schema.fields, way.nanos, strict=True)
    ]
    return bronze_frame(
        scan,
        kept_columns(way.layout, values),
        rescued=ignored_json(way.layout, values),
        files=files,
        number=number,
    )


def _text_of(value: Column, kind: T.DataType, nanos: bool | None) -> Column:  # noqa: FBT001 - three states
    """One value as text, nanoseconds told apart from whole numbers."""
    return as_text(value, kind) if nanos is None else nanos_text(value, utc=nanos)


def as_text(value: Column, kind: T.DataType) -> Column:
    """One typed value as text: ISO dates and times (UTC ends in Z), plain numbers, base64 bytes, JSON if nested."""
    text = value.cast("string")
    if isinstance(kind, T.TimestampType):
        return F.concat(F.translate(text, " ", "T"), F.lit("Z"))
    if isinstance(kind, T.TimestampNTZType):
        return F.translate(text, " ", "T")
    if isinstance(kind, T.FloatType | T.DoubleType):
        return plain_number(text)
    if isinstance(kind, T.BinaryType):
        return F.base64(value)
    if isinstance(kind, T.ArrayType | T.MapType | T.StructType | T.VariantType):
        return F.to_json(value, {"ignoreNullFields": "false"})
    return text


def plain_number(text: Column) -> Column:
    """Text of a floating number without exponent, where 38 digits can hold exactly that number."""
    same = text.try_cast("double")
    fine = F.rtrim(F.rtrim(text.try_cast(T.DecimalType(38, 18)).cast("string"), F.lit("0")), F.lit("."))
    whole = text.try_cast(T.DecimalType(38, 0)).cast("string")
    plain = F.when(fine.try_cast("double") == same, fine).when(whole.try_cast("double") == same, whole)
    return F.when(F.contains(text, F.lit("E")), F.coalesce(plain, text)).otherwise(text)


def nanos_text(value: Column, *, utc: bool) -> Column:
    """Nanoseconds since 1970 as ISO text, with nine digits where microseconds do not hold them."""
    rest = F.pmod(value, F.lit(1000))
    instant = F.timestamp_micros(F.call_function("div", value - rest, F.lit(1000)))
    nine = F.concat(F.date_format(instant, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS"), F.lpad(rest.cast("string"), 3, "0"))
    text = F.when(rest == 0, F.translate(instant.cast("string"), " ", "T")).otherwise(nine)
    return F.concat(text, F.lit("Z")) if utc else text


def _quoted(name: str) -> str:
    """Name in backticks, so that dots in it mean nothing."""
    return "`" + name.replace("`", "``") + "`"
