"""What reading a batch of files gives, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    from pyspark.sql import DataFrame

    from lakehouse.landing import Found


@dataclass(frozen=True)
class SetAside:
    """A file that was not read, and one sentence that says why."""

    file: Found
    reason: str


@dataclass(frozen=True)
class Delivered:
    """Bronze rows of a batch, one lazy frame per header and way of reading; `files` are those in them."""

    frames: tuple[DataFrame, ...]
    files: tuple[Found, ...]
    set_aside: tuple[SetAside, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Readable:
    """A file that can be read; files of the same `way` share one frame."""

    found: Found
    way: Hashable
    warnings: tuple[str, ...] = field(default=(), compare=False)


class Unreadable(Exception):  # noqa: N818 - it is a finding about a file, never seen outside this package
    """A file has to be set aside; the text is the reason without the file's name."""
