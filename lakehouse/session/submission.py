"""What `scripts/submit` gives to spark-submit so that it starts the same Java, jars and archive as a session does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lakehouse.errors import EnvironmentFault
from lakehouse.session import archive, jars, java, options

CHOSEN_LATER = ("spark.master",)
"""Left to spark-submit and its command line; everything of SQL but the first two settings is left to the job."""


def plan(libraries: Path, state: Path) -> dict[str, object]:
    """Return `java_home`, `spark_home` and `conf`, the settings of the command line."""
    runtime, found = java.find(), jars.required(libraries)
    shared = archive.present(state, archive.key(runtime, found))
    wanted = options.launching({}, found, state, java=archive.reading(shared) if shared else ())
    kept = {"spark.sql.extensions", "spark.sql.catalog.spark_catalog"} | (wanted.keys() - options.SQL.keys())
    conf = {name: value for name, value in wanted.items() if name in kept and name not in CHOSEN_LATER}
    home = java.launcher(runtime, state)
    return {"java_home": str(home), "spark_home": str(java.spark_home()), "conf": conf}


if __name__ == "__main__":
    try:
        print(json.dumps(plan(Path(sys.argv[1]), Path(sys.argv[2]))))
    except EnvironmentFault as fault:
        print(fault, file=sys.stderr)
        sys.exit(fault.exit_code)
