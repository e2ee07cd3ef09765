"""JSON lines: one object per line, every value as the text that was delivered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from lakehouse.ingest.frames import bronze_frame, file_column, ignored_json, kept_columns, spark_paths
from lakehouse.ingest.names import Layout, lay_out, listed, missing, news, origins, require_mapped
from lakehouse.ingest.text_files import line_of, probed, undecodable
from lakehouse.ingest.values import Readable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pyspark.sql import Column, DataFrame, SparkSession

    from lakehouse.ingest.charset import Charset
    from lakehouse.landing import Found
    from lakehouse.settings.values import Source

CORRUPT = "__line__"
NO_COLUMNS = Layout((), (), ())
MOST_KEYS = 1_000
"""Keys that get a column; a file with more keeps each line whole in `_rescued` as well."""
MORE, BROKEN = "\0more", "\0broken"
"""Marks among the keys of a file: a line holds more than one plain object; a line holds none."""
RESPELLED = r"[0-9]\.[0-9]*0(?![0-9])|[0-9][eE][-+0-9]|[0-9.]{16}"
"""Numbers that Spark's JSON expression (unlike its file reader) does not give back as they were written."""


@dataclass(frozen=True)
class JsonWay:
    """How JSON lines are read. `careful`: line by line, because the file reader would lose something."""

    charset: Charset
    careful: bool
    keys: tuple[str, ...] = ()
    layout: Layout = NO_COLUMNS
    whole: bool = False
    """More keys than columns: every line is kept."""


def examine(source: Source, found: Found) -> Readable:
    """Probe a file of JSON lines; raise Unreadable to set it aside. Its keys are found later, by Spark."""
    seen, charset = probed(source, found)
    first = seen.head.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0].strip()
    if first in {b"[", b"{"} or (first.startswith(b"[") and seen.line_ends <= 1):
        raise Unreadable("it is one JSON document, not one JSON object per line: deliver it as JSON lines")
    remark = "some bytes are not UTF-8: the lines that hold them are in _rescued as hexadecimal"
    return Readable(found, JsonWay(charset, careful=charset.read != "UTF-8"), (remark,) * charset.per_field)


def keys_of(files: Sequence[Readable], spark: SparkSession) -> dict[str, frozenset[str]]:
    """Keys, and marks, of each file by path: one Spark job per charset, bounded in what it brings back."""
    found: dict[str, set[str]] = defaultdict(set)
    ways = {file.way for file in files if isinstance(file.way, JsonWay)}
    for way in ways:
        same = [file.found for file in files if file.way == way]
        for row in _distinct_keys(way, same, spark).limit((MOST_KEYS + 3) * len(same) + 1).toLocalIterator():
            found[row["path"]].add(row["key"])
    return {path: frozenset(keys) for path, keys in found.items()}


def _distinct_keys(way: JsonWay, files: Sequence[Found], spark: SparkSession) -> DataFrame:
    """Distinct (path, key) of some files."""
    lines = spark.read.text(spark_paths(files))
    line = F.trim(line_of(way.charset))
    keys = F.json_object_keys(line)
    beyond = _more_than_an_object(line) | (F.size(keys) != F.size(F.array_distinct(keys)))
    marks = F.concat(
        F.when(F.length(line) == 0, F.array().cast("array<string>")).otherwise(
            F.coalesce(keys, F.array(F.lit(BROKEN)))
        ),
        F.when(beyond, F.array(F.lit(MORE))).otherwise(F.array().cast("array<string>")),
    )
    return lines.select(file_column(lines, files).alias("path"), F.explode(marks).alias("key")).distinct()


def _more_than_an_object(line: Column) -> Column:
    """Whether a line begins like an array, or goes on (perhaps) after its object; text of `}{` is taken for that."""
    goes_on = ~F.endswith(line, F.lit("}")) | F.rlike(line, F.lit(r"\}\s*\{"))
    return F.coalesce(F.startswith(line, F.lit("[")) | (F.startswith(line, F.lit("{")) & goes_on), F.lit(False))


def settle(
    source: Source, file: Readable, marked: Collection[str], *, known_columns: Collection[str]
) -> tuple[Readable, frozenset[str]]:
    """Decide how one file is read, from its keys; raise Unreadable to set it aside. Returns its keys as well."""
    keys = frozenset(marked) - {MORE, BROKEN}
    if BROKEN in marked and not keys:
        raise Unreadable("no line of it is a JSON object")
    spelled = _own_layout(source, keys, known_columns)
    absent = missing(source, spelled.headers) if len(keys) <= MOST_KEYS else ()
    if absent and len(absent) == len(origins(source)):
        require_mapped(source, spelled.headers)
    remarks = [*file.warnings, *news(spelled, source, known_columns)]
    remarks += [f"no line has the mapped key {listed(absent)}"] if absent else []
    remarks += ["some lines are no JSON object: they are in _rescued"] if BROKEN in marked else []
    alike = len({key.casefold() for key in keys}) < len(keys)
    way = file.way
    if not isinstance(way, JsonWay):
        raise TypeError(f"{file.found.path} was not examined as JSON")
    careful = way.careful or MORE in marked or alike or len(keys) > MOST_KEYS
    settled = JsonWay(way.charset, careful, whole=len(keys) > MOST_KEYS)
    return Readable(file.found, settled, tuple(remarks)), keys


def _own_layout(source: Source, keys: Collection[str], known_columns: Collection[str]) -> Layout:
    """Layout of one file's own keys; an object without keys has none."""
    return lay_out(source, sorted(keys), known_columns)


def with_columns(way: JsonWay, keys: Iterable[str], source: Source, *, known_columns: Collection[str]) -> JsonWay:
    """Give files of one way the columns of all their keys; mapped ones exist even where no line has them."""
    delivered = sorted(set(keys))
    spelled = {key.casefold(): key for key in delivered}
    mapped = [key if key in delivered else spelled.get(key.casefold(), key) for key in origins(source)]
    others = [key for key in delivered if key not in mapped]
    chosen = (*mapped, *others[: max(MOST_KEYS - len(mapped), 0)])
    return JsonWay(way.charset, way.careful, chosen, lay_out(source, chosen, known_columns), way.whole)


def columns_by_way(
    files: Mapping[Readable, frozenset[str]], source: Source, known_columns: Collection[str]
) -> list[Readable]:
    """Let files that are read in one way share the columns of all of them, but for keys that differ in case alone."""
    usual: dict[str, str] = {origin.casefold(): origin for origin in origins(source)}
    groups: dict[tuple[JsonWay, frozenset[str]], set[Readable]] = defaultdict(set)
    for file, keys in files.items():
        if isinstance(file.way, JsonWay):
            unusual = frozenset(key for key in sorted(keys) if usual.setdefault(key.casefold(), key) != key)
            groups[file.way, unusual].add(file)
    shared: dict[Readable, JsonWay] = {}
    for (way, _), group in groups.items():
        of_group = {key for file in group for key in files[file]}
        together = with_columns(way, of_group, source, known_columns=known_columns)
        shared.update(dict.fromkeys(group, together))
    return [Readable(file.found, shared[file], file.warnings) for file in files]


def frame(way: JsonWay, files: Sequence[Found], spark: SparkSession, *, number: int) -> DataFrame:
    """Bronze rows of JSON lines that are read in one way; lazy."""
    scan, line = _carefully(way, files, spark) if way.careful else _by_reader(way, files, spark)
    values = [F.col(f"c{n}") for n in range(len(way.keys))]
    return bronze_frame(
        scan,
        kept_columns(way.layout, values),
        rescued=F.coalesce(line, ignored_json(way.layout, values)),
        files=files,
        number=number,
    )


def _by_reader(way: JsonWay, files: Sequence[Found], spark: SparkSession) -> tuple[DataFrame, Column]:
    """Spark's reader of JSON files, which gives each value exactly as delivered; and the line that is no object."""
    schema = StructType([StructField(key, StringType()) for key in (*way.keys, CORRUPT)])
    reader = spark.read.schema(schema).options(mode="PERMISSIVE", columnNameOfCorruptRecord=CORRUPT)
    scan = reader.json(spark_paths(files))
    renamed = [scan[_quoted(key)].alias(f"c{n}") for n, key in enumerate(way.keys)]
    return scan.select(*renamed, scan[CORRUPT], scan.metadataColumn("_metadata")), F.col(CORRUPT)


def _carefully(way: JsonWay, files: Sequence[Found], spark: SparkSession) -> tuple[DataFrame, Column]:
    """Line by line; and the line wherever its columns do not say all of it."""
    lines = spark.read.text(spark_paths(files))
    line = F.trim(line_of(way.charset))
    keys = [*way.keys, CORRUPT]
    schema = StructType([StructField(key, StringType()) for key in keys])
    numbered = StructType([StructField(f"c{n}", StringType()) for n in range(len(keys))])
    options = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": CORRUPT}
    parsed = F.from_json(F.when(F.startswith(line, F.lit("{")), line), schema, options).cast(numbered)
    scan = lines.where(line.isNull() | (F.length(line) > 0)).select(
        parsed.alias("parsed"),
        line.alias("line"),
        undecodable(way.charset).alias("hex"),
        lines.metadataColumn("_metadata"),
    )
    names = F.json_object_keys("line")
    unsaid = (
        F.lit(way.whole)
        | names.isNull()
        | F.col(f"parsed.c{len(keys) - 1}").isNotNull()
        | _more_than_an_object(F.col("line"))
        | (F.size(names) != F.size(F.array_distinct(names)))
        | F.rlike("line", F.lit(RESPELLED))
    )
    kept = F.coalesce(F.col("hex"), F.when(unsaid, F.col("line")))
    columns = [F.col(f"parsed.c{n}").alias(f"c{n}") for n in range(len(way.keys))]
    return scan.select(*columns, kept.alias(CORRUPT), "_metadata"), F.col(CORRUPT)


def _quoted(name: str) -> str:
    """Name in backticks, so that dots in it mean nothing."""
    return "`" + name.replace("`", "``") + "`"
