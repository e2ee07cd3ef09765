"""How the bytes of a file become text, and what happens to those that do not."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.ingest.probing import ordered
from lakehouse.ingest.values import Unreadable

if TYPE_CHECKING:
    from pyspark.sql import Column

    from lakehouse.ingest.probing import Probe

LATIN = "ISO-8859-1"
"""Maps each byte to one character and back, so nothing is lost by reading any bytes with it."""
UTF8 = {"utf-8", "utf-8-sig", "ascii"}
WIDE = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "utf-32": "UTF-32",
}
MARKS = "".join(map(chr, codecs.BOM_UTF8))
"""A UTF-8 byte order mark, read as Latin-1."""


@dataclass(frozen=True)
class Charset:
    """`read` is the encoding Spark reads with, `codec` Python's; what comes out is then mended by `text`."""

    read: str
    codec: str
    per_field: bool = False
    """Bytes read as Latin-1 that are UTF-8 in most fields."""
    replaced: str = ""
    """Latin-1 characters that stand for others in a one-byte encoding …"""
    by: str = ""
    """… and those others, in the same order."""

    @property
    def wide(self) -> bool:
        """Whether a character takes several bytes always, so that bytes cannot be searched for line ends."""
        return self.read not in {"UTF-8", LATIN}

    def text(self, value: Column) -> Column:
        """Return the text of a value as read; NULL when its bytes cannot be decoded."""
        if self.per_field:
            return F.try_validate_utf8(F.encode(value, LATIN).cast("string"))
        return F.translate(value, self.replaced, self.by) if self.replaced else value

    def undecodable(self, value: Column) -> Column:
        """Return `hex:…` of a value whose bytes cannot be decoded; NULL of any other."""
        return F.when(self.text(value).isNull(), F.concat(F.lit("hex:"), F.hex(F.encode(value, LATIN))))


def codec_of(declared: str) -> str:
    """Python's name of a declared encoding; raise Unreadable when there is none."""
    try:
        return codecs.lookup(declared).name
    except LookupError:
        raise Unreadable(f"encoding {declared!r} is not known; set read.options.encoding") from None


def charset_of(codec: str, seen: Probe) -> Charset:
    """Decide how to decode a probed file; raise Unreadable when its bytes contradict what was declared."""
    if seen.bom.startswith(("utf-16", "utf-32")) and codec not in WIDE:
        raise Unreadable(f"it is {seen.bom.upper()}: set read.options.encoding to {seen.bom.upper()}")
    if codec in WIDE:
        return _wide(codec, seen)
    if _looks_wide(seen):
        raise Unreadable("it looks like UTF-16 without a mark: set read.options.encoding to UTF-16LE or UTF-16BE")
    if codec in UTF8 or seen.bom == "utf-8":
        return Charset("UTF-8", "utf-8") if seen.valid else Charset(LATIN, "utf-8", per_field=True)
    if codec == "iso8859-1":
        return Charset(LATIN, codec)
    return _one_byte(codec)


def _wide(codec: str, seen: Probe) -> Charset:
    """Return a wide encoding, with the byte order found out where neither mark nor name gives it."""
    if seen.bom == "utf-8" or not seen.valid:
        raise Unreadable(f"it cannot be decoded as {WIDE[codec]}, the encoding its source declares")
    codec = ordered(codec, seen.head)
    return Charset(WIDE[codec], codec)


def _looks_wide(seen: Probe) -> bool:
    """Whether every other byte of the head is zero, as in Western text of two bytes a character."""
    head = seen.head[:4096]
    return len(head) > 1 and head.count(0) * 3 > len(head)


def _one_byte(codec: str) -> Charset:
    """Return a one-byte encoding as Latin-1 and what differs from it."""
    letters = bytes(range(256)).decode(codec, "replace")
    if len(letters) != 256 or letters[:128] != bytes(range(128)).decode("ascii"):
        raise Unreadable(f"encoding {codec!r} is not read: use UTF-8, UTF-16 or a one-byte encoding")
    differing = [(chr(n), letter) for n, letter in enumerate(letters) if letter not in {chr(n), "\ufffd"}]
    return Charset(LATIN, codec, replaced="".join(a for a, _ in differing), by="".join(b for _, b in differing))
