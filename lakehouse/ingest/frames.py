"""What the frames of all formats share: addresses for Spark, `_file`, `_row_id`, `_rescued`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse import store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column, DataFrame

    from lakehouse.ingest.names import Layout
    from lakehouse.landing import Found

PLAIN = re.compile(r"[A-Za-z0-9_./=@,:+~-]+")
"""Paths that Spark writes without percent signs."""
FRAME_BITS = 48
"""Rows of a frame are numbered below 2^48 (partition above 2^33), frames above it: 32,767 of each."""


def spark_paths(files: Sequence[Found]) -> list[str]:
    """Addresses for Spark's readers."""
    return [store.address(file.path) for file in files]


def file_column(frame: DataFrame, files: Sequence[Found]) -> Column:
    """Path of each row's file, exactly as in `files`."""
    if len(files) == 1:
        return F.lit(files[0].path)
    address = frame.metadataColumn("_metadata").getField("file_path")
    if not all(PLAIN.fullmatch(file.path) for file in files):
        address = F.url_decode(F.replace(address, F.lit("+"), F.lit("%2B")))
    if files[0].path.startswith("/"):
        return F.concat(F.lit("/"), F.ltrim(F.substr(address, F.lit(len("file:") + 1)), F.lit("/")))
    if files[0].path.startswith("s3://"):
        return F.concat(F.lit("s3"), F.substr(address, F.lit(len("s3a") + 1)))
    return address


def kept_columns(layout: Layout, values: Sequence[Column]) -> list[Column]:
    """Bronze columns of those values that get one, each with its header as comment."""
    columns = zip(layout.headers, layout.names, layout.kept, values, strict=True)
    return [value.alias(name, metadata={"comment": header}) for header, name, kept, value in columns if kept]


def as_json(headers: Sequence[str], values: Sequence[Column]) -> Column:
    """One JSON object of those values that are not NULL; NULL when all are."""
    if not values:
        return F.lit(None).cast("string")
    named = [value.alias(header) for header, value in zip(unlike(headers), values, strict=True)]
    return F.nullif(F.to_json(F.struct(*named), {"ignoreNullFields": "true"}), F.lit("{}"))


def unlike(headers: Sequence[str]) -> list[str]:
    """Headers with a number behind those that repeat."""
    return [header if header not in headers[:n] else f"{header} ({n + 1})" for n, header in enumerate(headers)]


def ignored_json(layout: Layout, values: Sequence[Column]) -> Column:
    """Values of the columns that the source ignores, as one JSON object."""
    ignored = [n for n, kept in enumerate(layout.kept) if not kept]
    return as_json([layout.headers[n] for n in ignored], [values[n] for n in ignored])


def bronze_frame(
    scan: DataFrame, columns: Sequence[Column], *, rescued: Column, files: Sequence[Found], number: int
) -> DataFrame:
    """Select Bronze columns straight on the scan, so that `_row_id` follows the order of lines.

    `number` counts the frames of a batch and keeps their row ids apart.
    """
    row_id = F.monotonically_increasing_id() + F.lit(number << FRAME_BITS)
    return scan.select(
        *columns,
        file_column(scan, files).alias("_file"),
        rescued.alias("_rescued"),
        row_id.alias("_row_id"),
    )
