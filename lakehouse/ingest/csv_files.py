"""CSV files: each by its own header, every field as text, lines that do not fit kept as delivered."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.ingest.charset import MARKS, Charset, charset_of, codec_of
from lakehouse.ingest.frames import as_json, bronze_frame, ignored_json, kept_columns, spark_paths
from lakehouse.ingest.names import Layout, as_mapped, lay_out, news, require_mapped
from lakehouse.ingest.probing import HEAD, Probe, probe
from lakehouse.ingest.values import Readable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pyspark.sql import Column, DataFrame, SparkSession

    from lakehouse.landing import Found
    from lakehouse.settings.values import ReadOptions, Source

CORRUPT = "_line"
USUAL_WIDTH = 20_480
"""Columns that the parser makes room for by itself."""
LONGEST_LINE = 1 << 24
"""Bytes; a longer line is no table, and the parser would need as much room per task."""


@dataclass(frozen=True)
class CsvWay:
    """Everything that decides how a file is parsed: files with equal ways share a frame."""

    layout: Layout
    charset: Charset
    multiline: bool
    """Where all line ends are CRLF, the parser gives those inside quotes as LF."""
    mixed_ends: bool
    """Read over several lines while line ends differ: the parser knows one, and leaves the rest of another."""
    width: int
    marked: bool
    """Starts with a byte order mark that is read as three letters of the first field."""


def examine(source: Source, found: Found, known_columns: Collection[str]) -> Readable:
    """Probe a CSV file and decide how to read it; raise Unreadable to set it aside."""
    options = source.read.options
    codec = codec_of(options.encoding)
    seen = _probed(found, codec, options)
    charset = charset_of(codec, seen)
    header, rest = first_record(seen, charset, options)
    if options.header:
        require_mapped(source, as_mapped(header, source))
    else:
        header = tuple(f"column_{number}" for number in range(1, len(header) + 1))
    layout = lay_out(source, header, known_columns)
    multiline = _multiline(options, seen, charset)
    way = CsvWay(
        layout=layout,
        charset=charset,
        multiline=multiline,
        mixed_ends=multiline and seen.mixed_ends,
        width=max(seen.longest_line, len(header), USUAL_WIDTH) + 1,
        marked=charset.per_field and bool(seen.bom) and not options.header,
    )
    empty = options.header and len(seen.head) < HEAD and not rest.strip()
    return Readable(found, way, (*news(layout, source, known_columns), *_remarks(seen, way, options, empty=empty)))


def _probed(found: Found, codec: str, options: ReadOptions) -> Probe:
    """Return the probe of a file that can be opened and holds something."""
    seen = probe(found.path, encoding=codec, quote=options.quote, escape=options.escape)
    if seen.problem:
        raise Unreadable(seen.problem)
    if seen.blank:
        raise Unreadable("it is empty")
    if seen.longest_line > LONGEST_LINE:
        raise Unreadable(f"a line of {seen.longest_line:,} bytes is no line of a table")
    return seen


def first_record(seen: Probe, charset: Charset, options: ReadOptions) -> tuple[tuple[str, ...], str]:
    """Fields of the first line that is not blank, and the text of the head behind it."""
    text = _head_text(seen, charset).lstrip("\ufeff").lstrip("\r\n")
    stream = io.StringIO(text, newline="")
    separator = options.separator.replace("\\t", "\t")
    if len(separator) > 1:
        return tuple(stream.readline().rstrip("\r\n").split(separator)), stream.read()
    doubled = options.escape in {options.quote, ""}
    reader = csv.reader(
        stream,
        delimiter=separator,
        quotechar=options.quote or None,
        quoting=csv.QUOTE_MINIMAL if options.quote else csv.QUOTE_NONE,
        escapechar=None if doubled else options.escape,
        doublequote=doubled,
    )
    try:
        fields = next((tuple(fields) for fields in reader if any(map(str.strip, fields))), ())
    except csv.Error as fault:
        raise Unreadable(f"its first line cannot be split into fields ({fault})") from None
    return fields, stream.read()


def _head_text(seen: Probe, charset: Charset) -> str:
    """Head of a file as text; a header in another encoding than the rest is read as Latin-1."""
    decoder = codecs.getincrementaldecoder(charset.codec)("strict")
    if not charset.per_field:
        return decoder.decode(seen.head)
    first, end, rest = seen.head.removeprefix(codecs.BOM_UTF8).partition(b"\n")
    try:
        header = first.decode("utf-8")
    except UnicodeDecodeError:
        header = first.decode("latin-1")
    return header + (end + rest).decode("latin-1")


def _multiline(options: ReadOptions, seen: Probe, charset: Charset) -> bool:
    """Whether lines may end inside quotes. An odd number of quotes means damage, which then stays in its line."""
    if charset.wide:
        return True
    if options.multiline is not None:
        return options.multiline
    return seen.ends_in_quotes and seen.quotes % 2 == 0


def _remarks(seen: Probe, way: CsvWay, options: ReadOptions, *, empty: bool) -> tuple[str, ...]:
    """What a person should know about a file that is read all the same."""
    odd = seen.quotes % 2 == 1 and options.multiline is None and not way.charset.wide
    remarks = {
        "it has a header and no rows": empty,
        "a quote is never closed: lines are read one by one, those that do not fit are in _rescued": odd,
        f"some bytes are not {options.encoding}: the fields that hold them are in _rescued as hexadecimal; "
        "if all of it is in another encoding, set read.options.encoding": way.charset.per_field,
        "it starts with a UTF-8 mark and is read as UTF-8, whatever read.options.encoding says": (
            seen.bom == "utf-8" and codec_of(options.encoding) not in {"utf-8", "utf-8-sig", "ascii"}
        ),
        "it holds NUL characters, which are kept": seen.nuls,
    }
    return tuple(remark for remark, applies in remarks.items() if applies)


def frame(way: CsvWay, files: Sequence[Found], spark: SparkSession, *, options: ReadOptions, number: int) -> DataFrame:
    """Bronze rows of files that are read in one way; lazy."""
    scan = _scan(way, files, spark, options=options)
    delivered = [F.col(f"c{n}") for n in range(len(way.layout.headers))]
    if way.mixed_ends:
        delivered[-1] = F.nullif(F.rtrim(delivered[-1], F.lit("\r")), F.lit(""))
    if way.marked:
        delivered[0] = F.regexp_replace(delivered[0], f"^{MARKS}", "")
    return bronze_frame(
        scan,
        kept_columns(way.layout, [way.charset.text(value) for value in delivered]),
        rescued=_rescued(way, delivered),
        files=files,
        number=number,
    )


def _rescued(way: CsvWay, delivered: Sequence[Column]) -> Column:
    """The whole line where fields and header do not fit, else the fields that have no column or no text."""
    line = F.col(CORRUPT)
    if way.charset.per_field:
        values = [
            F.coalesce(way.charset.undecodable(value), F.lit(None) if kept else way.charset.text(value))
            for kept, value in zip(way.layout.kept, delivered, strict=True)
        ]
        text = F.coalesce(way.charset.text(line), way.charset.undecodable(line))
        return F.when(line.isNotNull(), text).otherwise(as_json(way.layout.headers, values))
    ignored = ignored_json(way.layout, [way.charset.text(value) for value in delivered])
    return way.charset.text(line) if all(way.layout.kept) else F.coalesce(way.charset.text(line), ignored)


def _scan(way: CsvWay, files: Sequence[Found], spark: SparkSession, *, options: ReadOptions) -> DataFrame:
    """Spark's reading of the files, all text. Without column pruning, so that a line is judged whole always."""
    fields = ", ".join(f"c{n} STRING" for n in range(len(way.layout.headers)))
    reader = spark.read.schema(f"{fields}, {CORRUPT} STRING").options(
        header=options.header,
        sep=options.separator,
        quote=options.quote,
        escape=options.escape or options.quote,
        encoding=way.charset.read,
        multiLine=way.multiline,
        mode="PERMISSIVE",
        columnNameOfCorruptRecord=CORRUPT,
        columnPruning=False,
        maxColumns=way.width,
    )
    return reader.csv(spark_paths(files))
