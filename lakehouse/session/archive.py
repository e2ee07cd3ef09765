"""The class-data archive: classes that a small job loads, parsed once and mapped by every later start.

It belongs to one Java and one class path. Java ignores one that does not fit and starts slower.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lakehouse.session.java import Java


def key(java: Java, jars: Sequence[Path]) -> str:
    """Return what an archive is good for: this Java with these jars."""
    parts = [str(java.home), java.version, *(f"{jar}:{jar.stat().st_size}:{jar.stat().st_mtime_ns}" for jar in jars)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def location(state: Path, key: str) -> Path:
    """Return where the archive of `key` lies."""
    return state / "java" / f"classes-{key}.jsa"


def present(state: Path, key: str) -> Path | None:
    """Return the archive of `key`, None when there is none."""
    file = location(state, key)
    return file if file.is_file() else None


def reading(file: Path) -> tuple[str, ...]:
    """Java options that map the archive `file`."""
    return ("-Xshare:auto", f"-XX:SharedArchiveFile={file}")


def writing(file: Path) -> tuple[str, ...]:
    """Java options that write the archive `file` when the process ends."""
    return (f"-XX:ArchiveClassesAtExit={file}",)
