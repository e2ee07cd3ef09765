"""Write the daily report as one HTML file and print its summary: jobs/report.py --day 2024-03-17 --to report.html."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lakehouse.catalog import load_conf
from lakehouse.errors import LakehouseError
from lakehouse.report import Command, write
from lakehouse.settings import overrides_of


def main() -> int:
    """Return the exit code: 0 good, 1 nothing was released yet, 2 configuration."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--day", default="", help="business day, yyyy-MM-dd; else the last whole one of each business")
    words.add_argument("--to", default="", metavar="FILE", help="else below the root of the docs, in reports/")
    words.add_argument("--env", default="dev")
    words.add_argument("--conf", type=Path, default=Path("conf"))
    words.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    asked = words.parse_args()
    try:
        settings, catalog = load_conf(asked.conf, asked.env, overrides_of(asked.set))
        print(write(settings, catalog, Command(asked.day, asked.to)))
    except LakehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
