"""See and decide what the gate holds: jobs/quarantine.py list, show, discard day-17.csv --note "test file"."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lakehouse.catalog import load_conf
from lakehouse.errors import LakehouseError
from lakehouse.lake import Lake
from lakehouse.quarantine import Command, act
from lakehouse.settings import overrides_of


def main() -> int:
    """Return the exit code: 0 good, 1 nothing is meant, 2 configuration."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("action", choices=("list", "show", "discard"))
    words.add_argument("what", nargs="?", default="", help="to discard: a batch (shop_sales:3) or a file that waits")
    for flag, about in (("--dry-run", "only say it"), ("--values", "show text as delivered, which may name people")):
        words.add_argument(flag, action="store_true", help=about)
    words.add_argument("--older-than", type=int, default=0, metavar="DAYS", dest="days")
    words.add_argument("--limit", type=int, default=100, help="rows of each table to show")
    for name, usual in (("--source", ""), ("--rule", ""), ("--status", ""), ("--note", ""), ("--env", "dev")):
        words.add_argument(name, default=usual)
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
