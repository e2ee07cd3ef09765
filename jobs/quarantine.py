"""Decide about what the gate holds: jobs/quarantine.py discard day-17.csv --note "test file"."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lakehouse.catalog import load_conf
from lakehouse.errors import LakehouseError
from lakehouse.lake import Lake
from lakehouse.quarantine import discard
from lakehouse.settings import overrides_of


def main() -> int:
    """Return the exit code: 0 good, 1 nothing is meant, 2 configuration."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("action", choices=("discard",), help="give up a batch (shop_sales:3) or a file that waits")
    words.add_argument("what", help="shop_sales:3, or a file name")
    words.add_argument("--dry-run", action="store_true")
    for name, usual in (("--source", ""), ("--note", ""), ("--env", "dev")):
        words.add_argument(name, default=usual)
    words.add_argument("--conf", type=Path, default=Path("conf"))
    words.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    asked = words.parse_args()
    try:
        settings, _ = load_conf(asked.conf, asked.env, overrides_of(asked.set))
        lake = Lake(settings.roots.lake)
        found = discard(lake, asked.what, source=asked.source, note=asked.note, dry_run=asked.dry_run)
    except LakehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(*(f"{file.path} ({file.source}:{file.batch_id}, {file.rows} rows)" for file in found), sep="\n")
    print("would be discarded" if asked.dry_run else "discarded; the next run goes on without them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
