"""Write practice data: landing files of one invented shop and a manifest of what a lake must make of them."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from practice.deliveries import generate, generate_increment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from practice.manifest import Manifest


def main(words: Sequence[str]) -> int:
    """Generate what the command line asks for and print what was written."""
    told = _generated(_arguments(words))
    for source in told.sources:
        print(
            f"{source.source}: {source.read:,} rows in {len(source.files)} files; expected: "
            f"{source.published:,} published, {source.quarantined:,} quarantined, "
            f"{source.duplicate:,} duplicate, {source.superseded:,} superseded"
        )
    return 0


def _generated(args: argparse.Namespace) -> Manifest:
    if args.increment:
        return generate_increment(
            args.increment, rows=args.increment_lines, lines=args.lines, seed=args.seed, to=args.to,
            start=args.start, days=args.days, manifest=args.manifest,
        )  # fmt: skip
    return generate(
        lines=args.lines, seed=args.seed, to=args.to, start=args.start, days=args.days,
        file_per=args.file_per, manifest=args.manifest,
    )  # fmt: skip


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="generate.py", description=__doc__)
    parser.add_argument("--to", type=Path, required=True, help="landing folder; one folder per source is made in it")
    parser.add_argument("--lines", type=int, default=50_000, help="order lines in the first delivery (50000)")
    parser.add_argument("--seed", type=int, default=7, help="same seed, same bytes (7)")
    parser.add_argument("--start", type=date.fromisoformat, default=date(2024, 1, 1), help="first day (2024-01-01)")
    parser.add_argument("--days", type=int, default=366, help="days of the first delivery (366)")
    parser.add_argument("--file-per", choices=("month", "day"), default="month", help="size of a sales file (month)")
    parser.add_argument("--increment", type=int, default=0, metavar="K", help="write the K-th day after it instead")
    parser.add_argument("--increment-lines", type=int, default=10_000, metavar="N", help="its order lines (10000)")
    parser.add_argument("--manifest", type=Path, help="where the manifest goes (TO/_manifest.json)")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
