"""Files by address: a local path or an object-store address, listed by glob, opened, hashed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyarrow.fs import FileSelector, FileSystem, FileType, LocalFileSystem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

ADDRESS = re.compile(r"^([a-z][a-z0-9+.-]+)://([^/]*)(.*)$", re.IGNORECASE)
GLOB = re.compile(r"[*?\[]")
BLOCK = 1 << 20
DEEPEST = 32
"""Folders below the first glob; a link that leads back into its own folder ends here."""


@dataclass(frozen=True)
class Place:
    """A file system and a path in it; `prefix` put before the path gives the address again."""

    files: FileSystem
    path: str
    prefix: str = ""

    def at(self, path: str) -> Place:
        """Return another path of the same file system."""
        return Place(self.files, path, self.prefix)

    @property
    def address(self) -> str:
        """The place as people and the ledger write it."""
        return self.prefix + self.path


@dataclass(frozen=True)
class Listed:
    """One file of a listing, not opened yet."""

    path: str
    size: int
    modified_at: datetime

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rpartition("/")[2]


def place(address: str) -> Place:
    """Find the file system of `address`; a relative path counts from the working folder."""
    parts = ADDRESS.match(address)
    if parts is None:
        return Place(LocalFileSystem(), str(Path(address).absolute()))
    scheme, authority, rest = parts.groups()
    if scheme.lower() == "file":
        return Place(LocalFileSystem(), rest)
    files, base = store(f"{scheme}://{authority}")
    path = (base.rstrip("/") + rest) if base.strip("/") else rest
    return Place(files, path, address[: len(address) - len(path)])


@lru_cache(maxsize=8)
def store(root: str) -> tuple[FileSystem, str]:
    """Connect to an object store and give the path of `root` in it; kept, because connecting asks the network."""
    files, path = FileSystem.from_uri(root)
    return files, path


def listing(glob: str) -> tuple[Listed, ...]:
    """List the files that match `glob` (`*`, `?`, `[…]` in any part, `**` for any folders), by time, then path.

    A folder that does not exist holds no files; folders whose name begins with `.` or `_` are passed by.
    """
    where = place(glob)
    parts = where.path.split("/")
    first = next((n for n, part in enumerate(parts) if GLOB.search(part)), len(parts) - 1)
    folder = where.at("/".join(parts[:first]) or "/")
    found = {listed.path: listed for listed in _walk(folder, tuple(parts[first:]), DEEPEST)}
    return tuple(sorted(found.values(), key=lambda listed: (listed.modified_at, listed.path)))


def _walk(folder: Place, patterns: Sequence[str], depth: int) -> Iterator[Listed]:
    """Files below `folder` that match one pattern per part."""
    head, rest = patterns[0], patterns[1:]
    if head == "**":
        yield from _walk(folder, rest or ("*",), depth)
    for info in folder.files.get_file_info(FileSelector(folder.path, allow_not_found=True)):
        if info.type == FileType.File and not rest and fnmatchcase(info.base_name, head):
            yield Listed(folder.prefix + info.path, info.size, info.mtime)
        if info.type == FileType.Directory and depth and info.base_name[:1] not in {".", "_"}:
            if head == "**":
                yield from _walk(folder.at(info.path), patterns, depth - 1)
            elif rest and fnmatchcase(info.base_name, head):
                yield from _walk(folder.at(info.path), rest, depth - 1)


def size_of(address: str) -> int | None:
    """Size in bytes, or None when there is no such file any more."""
    where = place(address)
    info = where.files.get_file_info(where.path)
    return info.size if info.type == FileType.File else None


def opened(address: str) -> Any:
    """Open the stored bytes of a file for one pass, as a pyarrow stream; the caller closes it."""
    where = place(address)
    return where.files.open_input_stream(where.path, compression=None, buffer_size=0)


def opened_anywhere(address: str) -> Any:
    """Open a file for reading at any position, as a pyarrow file; the caller closes it."""
    where = place(address)
    return where.files.open_input_file(where.path)


def sha256_of(address: str) -> str:
    """Content hash of the stored bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with opened(address) as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
