"""Any order and split of the same changes gives the same versions; many keys at once, so that it takes few jobs."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import functions as F
from quality.statements import Said, after, at, judged, outcomes, versions

from lakehouse.quality import with_timeline
from lakehouse.rules import contiguous, one_current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import DataFrame

KEYS, HOURS = 40, 9
RULES = (contiguous("system", "id"), one_current("system", "id"))

Change = tuple[str, int, int | None]
"""Key, hour (no two of a key are equal) and value, None for a deletion."""


def changes_of(chance: random.Random) -> list[Change]:
    """For each key a few changes, many of which say nothing new."""
    found: list[Change] = []
    for key in range(KEYS):
        for hour in chance.sample(range(HOURS), chance.randint(1, 6)):
            found.append((f"k{key:02}", hour, chance.choice((1, 1, 2, None))))
    return found


def expected(changes: Sequence[Change]) -> dict[str, list[tuple[int | None, int, int | None, bool]]]:
    """Versions by plain Python."""
    by_key: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for key, hour, value in sorted(changes):
        said = by_key[key]
        if not said or said[-1][1] != value:
            said.append((hour, value))
    told = {}
    for key, said in by_key.items():
        starts = [-1, *(hour for hour, _ in said[1:])]
        ends = [*starts[1:], None]
        told[key] = [
            (value, start, end, end is None and value is not None)
            for (_, value), start, end in zip(said, starts, ends, strict=True)
        ]
    return told


def delivered(spark, chance: random.Random, changes: Sequence[Change], parts: int) -> DataFrame:
    """The table after the changes came in any order, in so many deliveries, some of them twice."""
    shuffled = chance.sample(changes, len(changes))
    cuts = sorted(chance.sample(range(len(shuffled) + 1), parts - 1))
    table = None
    for batch, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(shuffled)], strict=True), start=1):
        again = chance.sample(shuffled[:start], min(start, 10))
        rows = [Said(key, value, hour, batch=batch, place=n) for n, (key, hour, value) in
                enumerate([*shuffled[start:end], *again])]  # fmt: skip
        if rows:
            found = judged(spark, rows, table)
            assert_history(found)
            table = after(spark, found, table)
    return table


def assert_history(found: DataFrame) -> None:
    """No overlap, no gap, one current version: by the rules that the gate reads."""
    chain = with_timeline(found, RULES, among=F.col("_outcome").isin("published", "kept"))
    bad = chain.where(" OR ".join(f"NOT {rule.helper_column}" for rule in RULES))
    assert bad.limit(1).collect() == []


def holds(spark, seed: int) -> None:
    chance = random.Random(seed)
    changes = changes_of(chance)
    table = delivered(spark, chance, changes, chance.randint(2, 4))
    assert versions(table) == expected(changes)
    at_once = judged(spark, [Said(k, v, h, place=n) for n, (k, h, v) in enumerate(changes)])
    assert versions(after(spark, at_once)) == expected(changes)
    assert statements(after(spark, at_once)) == statements(table), "what was said again is remembered either way"
    again = judged(spark, [Said(k, v, h, batch=99, place=n) for n, (k, h, v) in enumerate(changes)], table)
    assert {outcome for rows in outcomes(again).values() for _, _, outcome in rows} == {"duplicate"}
    assert versions(after(spark, again, table)) == expected(changes)
    assert_found_then(spark, table, changes)


def statements(table: DataFrame) -> list[tuple[object, ...]]:
    """Each version with the moments at which it was said, wherever that was."""
    moments = F.concat(F.array("_sequence_at"), F.transform("_restated", lambda said: said["sequence_at"]))
    rows = table.select("id", "valid_from_at", moments.cast("string").alias("said")).collect()
    return sorted(tuple(row) for row in rows)


def assert_found_then(spark, table: DataFrame, changes: Sequence[Change]) -> None:
    """At each hour each key has the value that was said last before it."""
    hours = spark.createDataFrame([(hour, at(hour)) for hour in range(HOURS)], "hour int, then_at timestamp")
    holds_then = "valid_from_at <= then_at AND (valid_to_at IS NULL OR then_at < valid_to_at)"
    found = table.join(hours, F.expr(holds_then)).select("id", "hour", "value").collect()
    told = {(row["id"], row["hour"]): row["value"] for row in found}
    wanted = {}
    for key in {key for key, _, _ in changes}:
        said = sorted((hour, value) for name, hour, value in changes if name == key)
        for hour in range(HOURS):
            before = [value for when, value in said if when <= hour]
            wanted[key, hour] = before[-1] if before else said[0][1]
    assert len(found) == len(wanted)
    assert told == wanted


@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_any_order_and_split_of_changes_gives_the_same_versions(spark, seed):
    holds(spark, seed)


@pytest.mark.full
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_any_order_and_split_of_many_more_changes_gives_the_same_versions(spark, seed):
    holds(spark, seed)
