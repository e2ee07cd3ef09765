"""Write released Gold tables, lineage or a trace: jobs/export.py trace gold.daily_sales --where "region = 'North'"."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lakehouse.catalog import load_conf
from lakehouse.errors import LakehouseError
from lakehouse.export import Command, act
from lakehouse.lake import Lake
from lakehouse.settings import overrides_of


def main() -> int:
    """Return the exit code: 0 good, 1 nothing to export, 2 an unknown table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("tables", nargs="+", help='"gold.x where revenue > 9"; or: lineage; or: trace gold.x')
    words.add_argument("--where", default="", help="condition on every table")
    words.add_argument("--format", choices=("csv", "parquet", "openlineage"), default="csv")
    words.add_argument("--to", type=Path, default=Path("var/export"))
    words.add_argument("--release", type=int, default=0, help="an older release, by number")
    words.add_argument("--values", action="store_true", help="write columns and text that name people")
    words.add_argument("--env", default="dev")
    words.add_argument("--conf", type=Path, default=Path("conf"))
    words.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    asked = words.parse_args()
    try:
        settings, catalog = load_conf(asked.conf, asked.env, overrides_of(asked.set))
        print(act(Lake(settings.roots.lake), catalog, Command.of(asked)))
    except LakehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
