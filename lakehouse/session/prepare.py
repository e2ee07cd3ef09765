"""Make a machine ready for sessions: jars, then the class-data archive. Needs a network once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.session import jars, java
from lakehouse.session.spark import end, surroundings

if TYPE_CHECKING:
    from pathlib import Path


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
