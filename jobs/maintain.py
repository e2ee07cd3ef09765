"""Keep the lake small and true between runs: compact, vacuum, prune, check, sizes; without a word, all of them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lakehouse.catalog import load_conf
from lakehouse.errors import LakehouseError
from lakehouse.maintain import WORDS, Request, maintain
from lakehouse.settings import overrides_of


def main() -> int:
    """Return the exit code: 0 good, 1 a check failed, 2 configuration, 4 lease held."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("words", nargs="*", choices=[*WORDS, []], metavar="|".join(WORDS))
    words.add_argument("--select", nargs="+", default=[], metavar="TABLE", help="gold.daily_sales layer:silver")
    words.add_argument("--dry-run", action="store_true", help="only say what would be done")
    words.add_argument("--env", default="dev")
    words.add_argument("--conf", type=Path, default=Path("conf"))
    words.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    asked = words.parse_args()
    try:
        settings, catalog = load_conf(asked.conf, asked.env, overrides_of(asked.set))
        request = Request(tuple(asked.words), tuple(asked.select), asked.dry_run)
        report = maintain(settings, catalog, request)
    except LakehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(report.text)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
