"""Any order and split of the same changes gives the same versions; many keys at once, so that it takes few jobs."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from quality.statements import THINGS, Said, after, at, judged, outcomes, versions

from lakehouse.gold.fct_sales import found_in
from lakehouse.lake import stored_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import Row

KEYS, HOURS = 40, 9

FEW = settings(
    max_examples=2, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)
"""Each example takes a handful of jobs, too many to look for a smaller one."""

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


def delivered(spark, chance: random.Random, changes: Sequence[Change], *, parts: int) -> list[Row]:
    """The table after the changes came in any order, in so many deliveries, some of them twice."""
    shuffled = chance.sample(changes, len(changes))
    cuts = sorted(chance.sample(range(1, len(shuffled)), parts - 1))
    table: list[Row] | None = None
    for batch, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(shuffled)], strict=True), start=1):
        repeated = chance.sample(shuffled[:start], min(start, 10))
        table = after(judged(spark, said([*shuffled[start:end], *repeated], batch), table), table or ())
    assert table is not None
    return table


def said(changes: Sequence[Change], batch: int) -> list[Said]:
    return [Said(key, value, hour, batch=batch, place=n) for n, (key, hour, value) in enumerate(changes)]


def holds(spark, seed: int) -> None:
    chance = random.Random(seed)
    changes = changes_of(chance)
    table = delivered(spark, chance, changes, parts=chance.randint(2, 4))
    assert versions(table) == expected(changes)
    at_once = after(judged(spark, said(changes, 1)))
    assert versions(at_once) == expected(changes)
    assert statements(at_once) == statements(table), "what was said again is remembered either way"
    again = judged(spark, said(changes, 99), table)
    assert {outcome for rows in outcomes(again).values() for _, _, outcome in rows} == {"duplicate"}
    assert sorted(after(again, table), key=repr) == sorted(table, key=repr)
    assert_found_then(spark, table, changes)


def statements(table: Sequence[Row]) -> list[tuple[object, ...]]:
    """Each version with the moments at which it was said, wherever that was."""
    return sorted(
        (row["id"], row["valid_from_at"], row["_sequence_at"], *(each["sequence_at"] for each in row["_restated"]))
        for row in table
    )


def assert_found_then(spark, table: Sequence[Row], changes: Sequence[Change]) -> None:
    """A line of sale at any hour meets the value that was said last before it."""
    lines = [("shop", key, f"{hour}", at(hour)) for key in {key for key, _, _ in changes} for hour in range(HOURS)]
    sold = spark.createDataFrame(lines, "system string, thing_id string, hour string, sold_at timestamp")
    listed = spark.createDataFrame(table, stored_schema(THINGS)).withColumnRenamed("id", "thing_id")
    found = found_in(sold, listed, "thing", shown=("value",)).collect()
    assert len(found) == len(lines)
    told = {(row["thing_id"], int(row["hour"])): (row["thing_key"], row["listed_value"]) for row in found}
    assert told == {(key, int(hour)): value_then(key, int(hour), changes) for _, key, hour, _ in lines}


def value_then(key: str, hour: int, changes: Sequence[Change]) -> tuple[str, int | None]:
    """Key and value at an hour: the last word before it, or the first one there is; unknown where that deletes."""
    words = sorted((when, value) for name, when, value in changes if name == key)
    before = [value for when, value in words if when <= hour]
    value = before[-1] if before else words[0][1]
    return ("unknown", None) if value is None else (key, value)


@settings(FEW, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_any_order_and_split_of_changes_gives_the_same_versions(spark, seed):
    holds(spark, seed)


@pytest.mark.rounds
@settings(FEW, max_examples=15)
@given(seed=st.integers(0, 2**32))
def test_any_order_and_split_of_many_more_changes_gives_the_same_versions(spark, seed):
    holds(spark, seed)
