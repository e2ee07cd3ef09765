"""What the ledger counted beside what the manifest of the practice data promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse import ledger

if TYPE_CHECKING:
    from decimal import Decimal

    from practice.manifest import Expected, Manifest

    from lakehouse.lake import Lake

    Counts = dict[str, int | Decimal]

OUTCOMES = ("read", "published", "quarantined", "duplicate", "superseded", "replaced")
RULES = "SELECT rule, failed, corrected FROM dq WHERE step_id = '{}'"
SUMS = "SELECT sum(net_amount) AS net_amount, sum(quantity) AS units FROM s WHERE system = '{}'"


def compared(manifest: Manifest, lake: Lake) -> tuple[int, tuple[str, ...]]:
    """Return how many counts were compared and, in words, what differs. The delivery is the lake's newest."""
    wanted: Counts = {}
    found: Counts = {}
    for source in manifest.sources:
        wanted |= promised(source)
        found |= counted(source, lake)
    if not manifest.increment:
        sales = manifest.source("shop_sales")
        wanted |= {"net_amount": sales.net_amount, "units": sales.units}
        found |= lake.read(SUMS.format(manifest.system), s="silver.sales").to_pylist()[0]
    names = sorted(wanted.keys() | found.keys())
    wrong = [
        f"{name}: {found.get(name, 0)} instead of {wanted.get(name, 0)}"
        for name in names
        if wanted.get(name, 0) != found.get(name, 0)
    ]
    return len(names), tuple(wrong)


def promised(expected: Expected) -> Counts:
    """Every count of the manifest for one source, by name."""
    counts: Counts = {name: getattr(expected, name) for name in OUTCOMES}
    counts |= {f"broke {rule}": rows for rule, rows in (*expected.quarantined_by.items(), *expected.warned.items())}
    counts |= {f"corrected {rule}": rows for rule, rows in expected.corrected.items()}
    return {f"{expected.source} {name}": count for name, count in counts.items()}


def counted(expected: Expected, lake: Lake) -> Counts:
    """What the newest step of the source wrote into the ledger, under the same names."""
    steps = [step for step in ledger.steps(lake) if (step.table, step.source) == (expected.table, expected.source)]
    counts: Counts = {name: getattr(steps[-1].books, name) for name in OUTCOMES}
    for rule in lake.read(RULES.format(steps[-1].step_id), dq="ops.dq_results").to_pylist():
        counts |= {f"broke {rule['rule']}": rule["failed"]} if rule["failed"] else {}
        counts |= {f"corrected {rule['rule']}": rule["corrected"]} if rule["corrected"] else {}
    return {f"{expected.source} {name}": count for name, count in counts.items()}
