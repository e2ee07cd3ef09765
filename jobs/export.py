"""Write released Gold tables, or lineage: jobs/export.py gold.product_sales --where "revenue_rank <= 10"."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lakehouse.catalog import load_conf
from lakehouse.errors import LakehouseError
from lakehouse.export import export
from lakehouse.lake import Lake
from lakehouse.settings import overrides_of


def main() -> int:
    """Return the exit code: 0 good, 1 nothing to export, 2 an unknown table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("tables", nargs="+", help='"gold.product_sales where revenue_rank <= 10"; or: lineage')
    words.add_argument("--where", default="", help="condition on every table")
    words.add_argument("--format", choices=("csv", "parquet", "openlineage"), default="csv")
    words.add_argument("--to", type=Path, default=Path("var/export"))
    words.add_argument("--release", type=int, default=0, help="an older release, by number")
    words.add_argument("--env", default="dev")
    words.add_argument("--conf", type=Path, default=Path("conf"))
    words.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    asked = words.parse_args()
    try:
        settings, catalog = load_conf(asked.conf, asked.env, overrides_of(asked.set))
        options = {"to": asked.to, "kind": asked.format, "where": asked.where, "release": asked.release}
        print(*export(Lake(settings.roots.lake), catalog, asked.tables, **options), sep="\n")
    except LakehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
