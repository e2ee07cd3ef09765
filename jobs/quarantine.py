"""See and decide what the gate holds: list, show, fix --rule R --set column=text --note why, waive, replay, …"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lakehouse.catalog import load_conf
from lakehouse.errors import LakehouseError
from lakehouse.lake import Lake
from lakehouse.quarantine import ACTIONS, Command, act
from lakehouse.settings import overrides_of


def main() -> int:
    """Return the exit code: 0 good, 1 nothing is meant, 2 configuration."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("action", choices=ACTIONS)
    words.add_argument("what", nargs="?", default="", help="to discard: a batch (shop_sales:3) or a file that waits")
    for flag, about in (("--dry-run", "only say it"), ("--values", "show text as delivered, which may name people")):
        words.add_argument(flag, action="store_true", help=about)
    for word, name in (("batch", "batch"), ("row", "row"), ("older-than", "days"), ("limit", "limit")):
        words.add_argument(f"--{word}", dest=name, type=int, metavar=name.upper())
    texts = dict.fromkeys(("source", "rule", "file", "status", "note"), "") | {"env": "dev", "conf": "conf"}
    for name, usual in texts.items():
        words.add_argument(f"--{name}", default=usual)
    words.add_argument("--set", action="append", default=[], metavar="KEY=TEXT", help="conf; to fix: column=text")
    asked = words.parse_args()
    try:
        settings, catalog = load_conf(Path(asked.conf), asked.env, overrides_of(Command.conf_of(asked)))
        print(act(Lake(settings.roots.lake), catalog, Command.of(asked), keep_days=settings.retention.quarantine))
    except LakehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
