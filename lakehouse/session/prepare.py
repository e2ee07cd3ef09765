"""Make a machine ready for sessions: jars, then the class-data archive. Needs a network once."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.session import archive, jars, java, options, rehearsal
from lakehouse.session.spark import end, launch, stop, surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lakehouse.session.java import Java


def fetch_jars(root: Path, state: Path) -> tuple[Path, ...]:
    """Return the jars of a session; start Java to fetch them only when one is missing."""
    found = jars.present(root)
    if found:
        return found
    from pyspark.java_gateway import launch_gateway

    with surroundings(java.launcher(java.find(), state)):
        gateway = launch_gateway()  # type: ignore[no-untyped-call]
    try:
        return jars.fetch(root, gateway.jvm)
    finally:
        end(gateway)


def archive_classes(runtime: Java, libraries: Sequence[Path], state: Path) -> Path:
    """Return the class-data archive of `runtime` with `libraries`; rehearse a small job to write it when missing."""
    wanted = archive.location(state, archive.key(runtime, libraries))
    if wanted.is_file():
        return wanted
    draft = wanted.with_suffix(f".{os.getpid()}")
    settings = options.launching({}, libraries, state, java=archive.writing(draft))
    with tempfile.TemporaryDirectory(prefix="lakehouse-") as folder:
        spark = launch(runtime, settings, app="rehearsal", state=state)
        try:
            rehearsal.run(spark, Path(folder))
        finally:
            stop(spark)
    draft.replace(wanted)
    return wanted
