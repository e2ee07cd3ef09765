"""What `--dry-run` shows."""

from __future__ import annotations

from lakehouse.plan import Plan, Step, aligned, table_of
from tests.plan.practice import found, record


def test_a_plan_is_a_table_of_steps_what_they_read_and_why():
    plan = Plan(
        unfinished=(record("gold.cube", "staged"),),
        steps=(
            Step("bronze.shop", "2 new files", source="shop", files=(found("a", size=1_500_000), found("b"))),
            Step("silver.sales", "new rows", source="shop", batches=(3, 4), after=("bronze.shop",)),
            Step("gold.cube", "never built", after=("silver.sales@shop",), forced=True),
            Step("silver.products", "full refresh asked for", full=True),
        ),
        release_due=True,
    )
    assert table_of(plan).splitlines() == [
        "step               reads                    because",
        "gold.cube          staged                   finish: run run-1 ended before it",
        "bronze.shop        2 files, 2.5 MB          2 new files",
        "silver.sales@shop  batches 3, 4             new rows",
        "gold.cube          after silver.sales@shop  never built",
        "silver.products    everything               full refresh asked for",
        "release                                     published tables wait for it",
    ]


def test_an_empty_plan_says_so():
    assert table_of(Plan()) == "nothing to do: no new file, no changed table, rule or build"


def test_words_are_put_in_columns_and_numbers_end_in_line():
    lines = [("table", "rows", ""), ("a", "1,000", "kept"), ("longer", "7", "")]
    assert aligned(lines, right=(1,)).splitlines() == ["table    rows", "a       1,000  kept", "longer      7"]
