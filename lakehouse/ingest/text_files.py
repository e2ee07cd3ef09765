"""Text files: one column `line`, for an adapter to take apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.ingest.charset import LATIN, Charset, charset_of, codec_of
from lakehouse.ingest.frames import as_json, bronze_frame, kept_columns, spark_paths
from lakehouse.ingest.names import Layout
from lakehouse.ingest.probing import Probe, probe
from lakehouse.ingest.values import Readable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Column, DataFrame, SparkSession

    from lakehouse.landing import Found
    from lakehouse.settings.values import Source

LINE = Layout(("line",), ("line",), (True,))


@dataclass(frozen=True)
class TextWay:
    """How the bytes of a text file are decoded."""

    charset: Charset


def examine(source: Source, found: Found) -> Readable:
    """Probe a text file and decide how to read it; raise Unreadable to set it aside."""
    seen, charset = probed(source, found)
    remark = "some bytes are not UTF-8: the lines that hold them are in _rescued as hexadecimal"
    remarks = (remark,) if charset.per_field else ()
    return Readable(found, TextWay(charset), remarks + ("it holds NUL characters, which are kept",) * seen.nuls)


def probed(source: Source, found: Found) -> tuple[Probe, Charset]:
    """Return probe and charset of a file that is read line by line."""
    codec = codec_of(source.read.options.encoding)
    seen = probe(found.path, encoding=codec, quote="")
    if seen.problem:
        raise Unreadable(seen.problem)
    if seen.blank:
        raise Unreadable("it is empty")
    charset = charset_of(codec, seen)
    if charset.wide:
        raise Unreadable(f"{charset.read} is read for csv only: deliver it as UTF-8")
    return seen, charset


def line_of(charset: Charset) -> Column:
    """Column `value` of Spark's text reader, decoded; NULL where its bytes cannot be."""
    value = F.col("value")
    if charset.per_field:
        return F.try_validate_utf8(value)
    if charset.read == LATIN:
        return charset.text(F.decode(value.cast("binary"), LATIN))
    return value


def undecodable(charset: Charset) -> Column:
    """`hex:…` of a line that cannot be decoded, else NULL."""
    value = F.col("value")
    if not charset.per_field:
        return F.lit(None).cast("string")
    return F.when(~F.is_valid_utf8(value), F.concat(F.lit("hex:"), F.hex(value.cast("binary"))))


def frame(way: TextWay, files: Sequence[Found], spark: SparkSession, *, number: int) -> DataFrame:
    """Bronze rows of text files that are read in one way; lazy."""
    return bronze_frame(
        spark.read.text(spark_paths(files)),
        kept_columns(LINE, [line_of(way.charset)]),
        rescued=as_json(LINE.headers, [undecodable(way.charset)]),
        files=files,
        number=number,
    )
