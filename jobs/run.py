"""Run the lakehouse once: land new files, judge them, publish, build the marts, release."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lakehouse.errors import LakehouseError
from lakehouse.plan import Selection
from lakehouse.run import Request, days_of, run
from lakehouse.settings import overrides_of


def main() -> int:
    """Return the exit code: 0 good, 1 blocked or failed, 2 configuration, 3 environment, 4 lease held."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--conf", type=Path, default=Path("conf"))
    words.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    for name, about in (("as-of", "business day, yyyy-MM-dd"), ("from", "first day to judge again"), ("to", "last")):
        words.add_argument(f"--{name}", default="", metavar="DAY", help=about)
    words.add_argument("--env", default="dev")
    for choice in ("--select", "--exclude", "--full-refresh"):
        words.add_argument(choice, nargs="+", default=[], help="gold.sales +gold.x silver.sales+ layer:gold source:x")
    for flag in ("--dry-run", "--due", "--resume", "--json-logs"):
        words.add_argument(flag, action="store_true")
    asked = words.parse_args()
    selection = Selection(tuple(asked.select), tuple(asked.exclude), tuple(asked.full_refresh), asked.due)
    flags = {"dry_run": asked.dry_run, "resume": asked.resume, "json_logs": asked.json_logs}
    try:
        days = days_of(getattr(asked, "from"), asked.to)
        return run(Request(asked.conf, asked.env, overrides_of(asked.set), selection, asked.as_of, days, **flags))
    except LakehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
