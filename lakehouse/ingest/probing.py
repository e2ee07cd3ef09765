"""One streaming pass over a file's bytes: can it be opened, how is it encoded, what may its lines hold. No Spark."""

from __future__ import annotations

import codecs
import gzip
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lakehouse.landing.files import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BLOCK = 1 << 22
HEAD = 1 << 20
"""Decompressed bytes kept from the start, for the header."""
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PACKED = (
    (b"PK\x03\x04", "a ZIP archive or an Excel file"),
    (b"BZh", "compressed with bzip2"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"PAR1", "a Parquet file"),
)
CODECS = (".bz2", ".zst", ".lz4", ".snappy", ".deflate", ".xz", ".zip", ".7z")
"""Endings that would be unpacked by name, or not at all; gzip alone is read."""


@dataclass(frozen=True)
class Probe:
    """What one pass over the (unpacked) bytes showed; sizes in bytes."""

    problem: str = ""
    """Why it cannot be opened as what its name says; empty when it can."""
    size: int = 0
    blank: bool = True
    """Nothing but a byte order mark, blanks and line ends."""
    bom: str = ""
    valid: bool = True
    """Whether every byte can be decoded."""
    quotes: int = 0
    ends_in_quotes: bool = False
    """Whether a line end stands at an odd number of quotes."""
    nuls: bool = False
    line_ends: int = 0
    mixed_ends: bool = False
    longest_line: int = 0
    head: bytes = b""


def probe(path: str, *, encoding: str = "utf-8", quote: str = '"', escape: str = '"') -> Probe:
    """Read a file once, unpacked when its name ends `.gz`. `encoding` is a codec of Python; quotes are ASCII."""
    if problem := _named_wrongly(path):
        return Probe(problem=problem)
    scan = _Scan(encoding, quote.encode(), escape.encode() if escape != quote else b"")
    try:
        for block in _blocks(path):
            scan.take(block)
        return scan.finished()
    except FileNotFoundError:
        return Probe(problem="it went away before it was read")
    except EOFError:
        return Probe(problem="the gzip file is cut off before its end")
    except (gzip.BadGzipFile, zlib.error) as fault:
        return Probe(problem=f"it cannot be opened as gzip ({fault})")


def ordered(encoding: str, head: bytes) -> str:
    """`utf-16` with the byte order of `head` where no mark tells it; any other encoding as it is."""
    if encoding != "utf-16" or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return encoding
    return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"


def _named_wrongly(path: str) -> str:
    """Why a file cannot be read under its name; empty when it can."""
    named = next((ending for ending in CODECS if path.lower().endswith(ending)), "")
    if named:
        return f"{named} files are not read: deliver it plain or as .gz"
    shouted = path.lower().endswith(".gz") and not path.endswith(".gz")
    return f"its name ends {path[-3:]}: Spark unpacks .gz alone" if shouted else ""


def _blocks(path: str) -> Iterator[bytes]:
    """Unpacked bytes of a file."""
    with opened(path) as stored:
        stream: Any = gzip.GzipFile(fileobj=stored) if path.endswith(".gz") else stored
        while block := stream.read(BLOCK):
            yield bytes(block)


@dataclass
class _Scan:
    """The pass while it goes on."""

    encoding: str
    quote: bytes
    escape: bytes
    seen: Probe = field(default_factory=Probe)
    line: int = 0
    newlines: int = 0
    returns: int = 0
    pairs: int = 0
    after_return: bool = False

    def __post_init__(self) -> None:
        self.wide = self.encoding.startswith(("utf-16", "utf-32"))
        self.decoder = codecs.getincrementaldecoder(self.encoding)("strict")

    def take(self, block: bytes) -> None:
        """Take in the next bytes."""
        if not self.seen.size:
            self._start(block)
            self.decoder = codecs.getincrementaldecoder(ordered(self.encoding, block))("strict")
        text = self._decoded(block)
        self.seen = replace(
            self.seen,
            size=self.seen.size + len(block),
            blank=self.seen.blank and not text.strip(b" \t\r\n\xef\xbb\xbf"),
            nuls=self.seen.nuls or b"\0" in text,
            head=self.seen.head if len(self.seen.head) >= HEAD else (self.seen.head + block)[:HEAD],
        )
        ends = self._ends(text)
        if self.quote:
            self._quotes(text, ends)

    def _start(self, block: bytes) -> None:
        """Look at the first bytes."""
        bom = next((name for mark, name in BOMS if block.startswith(mark)), "")
        packed = next((what for mark, what in PACKED if block.startswith(mark)), "")
        gzipped = block.startswith(b"\x1f\x8b")
        problem = f"it is {packed}" if packed else "it is gzip but its name does not end .gz" if gzipped else ""
        self.seen = Probe(bom=bom, problem=problem)

    def _decoded(self, block: bytes) -> bytes:
        """Check that `block` can be decoded; wide encodings go on as UTF-8."""
        if not self.wide and block.isascii() and not self.decoder.getstate()[0]:
            return block
        try:
            text = self.decoder.decode(block)
        except UnicodeError:
            self.decoder.reset()
            self.seen = replace(self.seen, valid=False)
            return block
        return text.encode("utf-8", "surrogatepass") if self.wide else block

    def _ends(self, text: bytes) -> NDArray[np.intp]:
        """Count line ends and measure lines; returns where they end."""
        codes = np.frombuffer(text, dtype=np.uint8)
        returns = text.count(b"\r")
        ends = np.flatnonzero((codes == 10) | (codes == 13)) if returns else np.flatnonzero(codes == 10)
        gaps = np.diff(ends, prepend=-1 - self.line, append=len(codes)) - 1
        self.line = int(gaps[-1])
        self.newlines += text.count(b"\n")
        self.returns += returns
        self.pairs += (text.count(b"\r\n") if returns else 0) + (self.after_return and text.startswith(b"\n"))
        self.after_return = text.endswith(b"\r")
        self.seen = replace(self.seen, longest_line=max(self.seen.longest_line, int(gaps.max())))
        return ends

    def _quotes(self, text: bytes, ends: NDArray[np.intp]) -> None:
        """Count quotes, and find out whether a line ends between two of them."""
        text = self._without_escaped(text)
        count = text.count(self.quote)
        inside = self.seen.ends_in_quotes
        if not inside and len(ends) and (count or self.seen.quotes % 2):
            before = np.searchsorted(np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == self.quote[0]), ends)
            inside = bool(((before + self.seen.quotes) % 2).any())
        self.seen = replace(self.seen, quotes=self.seen.quotes + count, ends_in_quotes=inside)

    def _without_escaped(self, text: bytes) -> bytes:
        """Blank out escaped characters, keeping all positions."""
        if not self.escape or self.escape not in text:
            return text
        blank = b"  "
        return text.replace(self.escape * 2, blank).replace(self.escape + self.quote, blank)

    def finished(self) -> Probe:
        """Return what was seen, once all bytes were."""
        try:
            self.decoder.decode(b"", final=True)
        except UnicodeError:
            self.seen = replace(self.seen, valid=False)
        lone = self.returns - self.pairs
        kinds = (self.newlines > self.pairs) + (self.pairs > 0) + (lone > 0)
        return replace(self.seen, line_ends=self.newlines + lone, mixed_ends=kinds > 1)
