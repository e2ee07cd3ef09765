"""Make a machine ready for sessions: jars, then the class-data archive. Needs a network once."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.errors import EnvironmentFault
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

    root.mkdir(parents=True, exist_ok=True)
    with (root / "fetch.log").open("w") as log:  # the resolver tells all it does on standard error
        with surroundings(java.launcher(java.find(), state)):
            gateway = launch_gateway(popen_kwargs={"stderr": log})  # type: ignore[no-untyped-call]
        try:
            return jars.fetch(root, gateway.jvm)
        finally:
            end(gateway)


def archive_classes(runtime: Java, libraries: Sequence[Path], state: Path) -> Path | None:
    """Return the class-data archive of `runtime` with `libraries`; rehearse a small job to write it when missing.

    None when this Java writes none; sessions then start slower and are the same otherwise.
    """
    wanted = archive.location(state, archive.key(runtime, libraries))
    if wanted.is_file():
        return wanted
    draft = wanted.with_suffix(f".{os.getpid()}")
    settings = options.launching(
        {}, libraries, state, java=archive.writing(wanted, draft, runtime), scratch=str(os.getpid())
    )
    with tempfile.TemporaryDirectory(prefix="lakehouse-") as folder:
        spark = launch(runtime, settings, app="rehearsal", state=state)
        try:
            rehearsal.run(spark, Path(folder))
        finally:
            stop(spark)
    if not draft.is_file():
        return None
    draft.replace(wanted)
    archive.remove_old(state)
    return wanted


def main(words: Sequence[str] | None = None) -> int:
    """Prepare this machine, say what was there and what was made, and note it in `<state>/prepared.json`."""
    parser = argparse.ArgumentParser(prog="prepare", description=__doc__)
    parser.add_argument("--jars", type=Path, default=Path("var/jars"))
    parser.add_argument("--state", type=Path, default=Path("var/state"))
    parser.add_argument("--key", default="", help="what this preparation holds for, in the caller's words")
    asked = parser.parse_args(words)
    try:
        runtime = java.find()
        _say("java", str(runtime))
        libraries = fetch_jars(asked.jars, asked.state)
        _say("jars", f"{', '.join(jar.name for jar in libraries)} in {asked.jars}")
        written = archive_classes(runtime, libraries, asked.state)
    except EnvironmentFault as fault:
        print(fault, file=sys.stderr)
        return fault.exit_code
    _say("archive", str(written) if written else "this Java writes none; sessions start slower")
    files = [str(file) for file in (*libraries, written) if file]
    noted = {"key": asked.key, "java": str(runtime), "files": files}
    (asked.state / "prepared.json").write_text(json.dumps(noted, indent=1))
    return 0


def _say(thing: str, what: str) -> None:
    print(f"{thing:9} {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
