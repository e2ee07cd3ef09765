"""Write a page about every table and source, with columns, rules, lineage, last steps and release: no Spark."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lakehouse import docs
from lakehouse.catalog import load_conf
from lakehouse.errors import LakehouseError
from lakehouse.settings import overrides_of


def main() -> int:
    """Return the exit code: 0 good, 2 configuration."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--env", default="dev")
    words.add_argument("--conf", type=Path, default=Path("conf"))
    words.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    asked = words.parse_args()
    try:
        print(docs.write(*load_conf(asked.conf, asked.env, overrides_of(asked.set))))
    except LakehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
