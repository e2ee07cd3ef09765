"""The jars a session needs beside Spark's own: fetched once, then read from the project's folder without a network."""

from __future__ import annotations

import fcntl
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse.errors import EnvironmentFault
from lakehouse.session.trust import trust_the_machine

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Bundle:
    """Maven coordinates, what their dependencies bring but Spark has already, and the files that are kept."""

    coordinates: str
    excludes: tuple[str, ...]
    files: tuple[str, ...]


DELTA = Bundle(
    coordinates="io.delta:delta-spark_4.1_2.13:4.4.0",
    excludes=(
        "io.unitycatalog:*",
        "org.apache.hadoop:*",
        "io.delta:delta-kernel-api",
        "io.delta:delta-kernel-defaults",
        "io.delta:delta-kernel-unitycatalog",
        "org.apache.parquet:*",
        "com.fasterxml.jackson.core:*",
    ),
    files=("io.delta_delta-spark_4.1_2.13-4.4.0.jar", "io.delta_delta-storage-4.4.0.jar"),
)


def present(root: Path, bundle: Bundle = DELTA) -> tuple[Path, ...]:
    """Return the jars of `bundle` under `root`; empty unless all are there."""
    files = tuple(root.resolve() / name for name in bundle.files)
    return files if all(file.is_file() for file in files) else ()


def required(root: Path, bundle: Bundle = DELTA) -> tuple[Path, ...]:
    """Return the jars of `bundle`, or raise EnvironmentFault that says how to get them."""
    found = present(root, bundle)
    if not found:
        raise EnvironmentFault(f"the jars of {bundle.coordinates} are not in {root}", repair="./scripts/setup")
    return found


def ivy(root: Path) -> Path:
    """Folder of the resolver's own cache: the project's, so that nobody's half-filled one is in the way."""
    return root / "ivy"


def fetch(root: Path, jvm: Any, bundle: Bundle = DELTA) -> tuple[Path, ...]:
    """Download `bundle` through Spark's own resolver, running in `jvm`, unless it is there; one process at a time.

    A jar gets its name only when it is complete, so a fetch that broke off is simply done again.
    """
    root.mkdir(parents=True, exist_ok=True)
    with _alone(root):
        if not present(root, bundle):
            for delivered in _resolve(root, jvm, bundle):
                if delivered.name in bundle.files:
                    draft = root / f".{delivered.name}"
                    shutil.copyfile(delivered, draft)
                    draft.replace(root / delivered.name)
    return required(root, bundle)


def _resolve(root: Path, jvm: Any, bundle: Bundle) -> tuple[Path, ...]:
    """Ask Spark's resolver, and once more with the certificates of this machine when its Java's own did not do."""
    from py4j.protocol import Py4JJavaError

    # transitive, without, coordinates, further repositories, cache, the cache's settings
    cache = (str(ivy(root)), jvm.scala.Option.apply(None))
    words = (True, ",".join(bundle.excludes), bundle.coordinates, None, *cache)
    resolve = jvm.org.apache.spark.util.DependencyUtils.resolveMavenDependencies
    try:
        try:
            found = resolve(*words)
        except Py4JJavaError:
            trust_the_machine(jvm)
            found = resolve(*words)
    except Py4JJavaError as error:
        reason = str(error.java_exception.getMessage()).strip().splitlines()[0]
        raise EnvironmentFault(
            f"the jars of {bundle.coordinates} could not be fetched: {reason} (all of it: {root / 'fetch.log'})",
            repair="connect this machine to a Maven repository once and run ./scripts/setup again",
        ) from error
    return tuple(Path(path) for path in found.mkString("\n").splitlines())


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
