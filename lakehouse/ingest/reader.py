"""Read the files of a batch: set aside what cannot be read, group the rest by how it is read."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyspark.errors import PySparkException

from lakehouse.ingest import csv_files, json_files, parquet_files, text_files
from lakehouse.ingest.csv_files import CsvWay
from lakehouse.ingest.json_files import JsonWay
from lakehouse.ingest.parquet_files import ParquetWay
from lakehouse.ingest.text_files import TextWay
from lakehouse.ingest.values import Delivered, Readable, SetAside, Unreadable
from lakehouse.landing.files import size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from lakehouse.landing import Found
    from lakehouse.settings.values import Source


def read(
    source: Source, files: Sequence[Found], spark: SparkSession, *, known_columns: Sequence[str] = ()
) -> Delivered:
    """Read delivered files as Bronze rows, all text, lazily; a bad file is set aside and never raises.

    `known_columns` are the columns that Bronze has already; while it has none, every column is kept.
    """
    readable, set_aside = _examined(source, files, known_columns)
    if source.read.format == "json":
        readable, more = _with_keys(source, readable, spark, known_columns=known_columns)
        set_aside += more
    frames, accepted, refused = _framed(source, readable, spark)
    taken = {file.found for file in accepted}
    order = {found: n for n, found in enumerate(files)}
    return Delivered(
        frames=tuple(frames),
        files=tuple(found for found in files if found in taken),
        set_aside=tuple(sorted((*set_aside, *refused), key=lambda aside: order[aside.file])),
        warnings=tuple(f"{file.found.path}: {warning}" for file in accepted for warning in file.warnings),
    )


def _examined(
    source: Source, files: Sequence[Found], known_columns: Collection[str]
) -> tuple[list[Readable], list[SetAside]]:
    """Look at each file without Spark."""

    def examine(found: Found) -> Readable:
        _require_unchanged(found)
        match source.read.format:
            case "csv":
                return csv_files.examine(source, found, known_columns)
            case "json":
                return json_files.examine(source, found)
            case "parquet":
                return parquet_files.examine(source, found, known_columns)
            case "text":
                return text_files.examine(source, found)

    return _sorted_out(files, examine)


def _require_unchanged(found: Found) -> None:
    """Raise Unreadable for a file that is not what was listed, or whose name Spark cannot open."""
    size = size_of(found.path)
    if size is None:
        raise Unreadable("it went away before it was read")
    if size != found.size:
        raise Unreadable(f"it changed while it was being read ({found.size:,} bytes, then {size:,})")
    if ":" in found.path.rpartition("/")[2]:
        raise Unreadable("its name holds a colon, which Spark cannot open: deliver it under another name")


def _sorted_out(files: Iterable[Found], examine: Callable[[Found], Readable]) -> tuple[list[Readable], list[SetAside]]:
    """Readable files, and those to set aside with the reason."""
    readable: list[Readable] = []
    set_aside: list[SetAside] = []
    for found in files:
        try:
            readable.append(examine(found))
        except (Unreadable, OSError) as fault:
            set_aside.append(_aside(found, fault))
    return readable, set_aside


def _aside(found: Found, fault: Exception) -> SetAside:
    """Name file and cause in one sentence."""
    return SetAside(found, f"{found.path} is set aside: {str(fault).strip().splitlines()[0]}")


def _with_keys(
    source: Source, files: Sequence[Readable], spark: SparkSession, *, known_columns: Collection[str]
) -> tuple[list[Readable], list[SetAside]]:
    """Find the keys of JSON files, and the columns they share."""
    keys = json_files.keys_of(files, spark)
    examined = {file.found: file for file in files}
    own: dict[Readable, frozenset[str]] = {}

    def settle(found: Found) -> Readable:
        marked = keys.get(found.path, frozenset())
        file, names = json_files.settle(source, examined[found], marked, known_columns=known_columns)
        own[file] = names
        return file

    _, set_aside = _sorted_out(examined, settle)
    return json_files.columns_by_way(own, source, known_columns), set_aside


def _framed(
    source: Source, files: Sequence[Readable], spark: SparkSession
) -> tuple[list[DataFrame], list[Readable], list[SetAside]]:
    """One frame per way of reading; files whose way Spark refuses are set aside together."""
    groups: dict[object, list[Readable]] = defaultdict(list)
    for file in files:
        groups[file.way].append(file)
    frames: list[DataFrame] = []
    accepted: list[Readable] = []
    set_aside: list[SetAside] = []
    for number, group in enumerate(groups.values()):
        try:
            frames.append(_frame(source, group, spark, number=number))
            accepted.extend(group)
        except PySparkException as fault:
            set_aside.extend(_aside(file.found, fault) for file in group)
    return frames, accepted, set_aside


def _frame(source: Source, group: Sequence[Readable], spark: SparkSession, *, number: int) -> DataFrame:
    """Read files of one way."""
    files = [file.found for file in group]
    match group[0].way:
        case CsvWay() as way:
            return csv_files.frame(way, files, spark, options=source.read.options, number=number)
        case JsonWay() as way:
            return json_files.frame(way, files, spark, number=number)
        case ParquetWay() as way:
            return parquet_files.frame(way, files, spark, number=number)
        case TextWay() as way:
            return text_files.frame(way, files, spark, number=number)
        case other:
            raise TypeError(f"no format is read by {other!r}")
