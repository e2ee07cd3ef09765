"""Keep the lake small and true: compact, vacuum, prune, check, sizes (no word: all); forget --system S --customer C."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lakehouse.catalog import load_conf
from lakehouse.errors import LakehouseError
from lakehouse.maintain import WORDS, Request, attend
from lakehouse.run import Request as Run
from lakehouse.run.forgetting import forget_and_build
from lakehouse.settings import overrides_of


def main() -> int:
    """Return the exit code: 0 good, 1 a check failed, 2 configuration, 3 environment, 4 lease held."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("words", nargs="*", choices=[*WORDS, "forget", []], metavar="|".join([*WORDS, "forget"]))
    words.add_argument("--select", nargs="+", default=[], metavar="TABLE", help="gold.daily_sales layer:silver")
    words.add_argument("--dry-run", action="store_true", help="only say what would be done")
    for name, usual in (("--system", ""), ("--customer", ""), ("--env", "dev"), ("--conf", "conf")):
        words.add_argument(name, default=usual)
    words.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    asked = words.parse_args()
    del sys.argv[1:]  # the ledger keeps the words of a command, and these may name a person
    request = Request(tuple(asked.words), tuple(asked.select), asked.dry_run)
    try:
        run = Run(Path(asked.conf), asked.env, overrides_of(asked.set), dry_run=asked.dry_run)
        if "forget" in asked.words:
            return forget_and_build(run, system=asked.system, customer=asked.customer)
        return attend(*load_conf(run.conf, run.env, run.overrides), request)
    except LakehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
