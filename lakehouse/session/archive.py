"""The class-data archive: classes that a small job loads, parsed once and mapped by every later start.

It belongs to one Java and one class path. Java ignores one that does not fit and starts slower.
"""

from __future__ import annotations

import hashlib
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lakehouse.session.java import Java

KEPT = 2
"""A machine may have a Java of its own and the packaged one."""


def key(java: Java, jars: Sequence[Path]) -> str:
    """Return what an archive is good for: this Java with this Spark and these jars."""
    spark = f"{version('pyspark')} {find_spec('pyspark')}"
    parts = [str(java.home), java.version, spark, *(f"{jar} {jar.stat().st_mtime_ns}" for jar in jars)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def location(state: Path, key: str) -> Path:
    """Return where the archive of `key` lies."""
    return state.resolve() / "java" / f"classes-{key}.jsa"


def present(state: Path, key: str) -> Path | None:
    """Return the archive of `key`, None when there is none."""
    file = location(state, key)
    return file if file.is_file() else None


def remove_old(state: Path) -> None:
    """Keep the newest archives only; each is as large as all jars together."""
    found = sorted((state / "java").glob("classes-*.jsa"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in found[KEPT:]:
        file.unlink()


def reading(file: Path) -> tuple[str, ...]:
    """Java options that map the archive `file`, and the one it stands on where that is not Java's own."""
    base = _base(file)
    return (
        "-Xshare:auto",
        f"-XX:SharedArchiveFile={base}:{file}" if base.is_file() else f"-XX:SharedArchiveFile={file}",
    )


def writing(file: Path, draft: Path, java: Java) -> tuple[str, ...]:
    """Java options that write `draft`, to become `file`, when the process ends.

    A trimmed Java comes without the archive of its own classes that any other stands on: it is written here.
    """
    words = (f"-XX:ArchiveClassesAtExit={draft}",)
    if (java.home / "lib" / "server" / "classes.jsa").is_file():
        return words
    base = _base(file)
    base.parent.mkdir(parents=True, exist_ok=True)
    command = [str(java.home / "bin" / "java"), "-Xshare:dump", f"-XX:SharedArchiveFile={base}", "-XX:+UseSerialGC"]
    subprocess.run([*command, "-Xlog:disable"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- a Java found here
    return (*words, f"-XX:SharedArchiveFile={base}")


def _base(file: Path) -> Path:
    return file.with_suffix(".base")
