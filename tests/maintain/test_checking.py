"""Published tables that are not what their contracts say are found, with keys and never with people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from maintain.shelf import DAYS, LINES, fill, line

from lakehouse import ledger
from lakehouse.lake import Lake
from lakehouse.ledger import StepRecord
from lakehouse.maintain.checking import Finding, check
from lakehouse.maintain.telling import said
from lakehouse.rules import covers, reconciles, refers_to
from lakehouse.table import DATE, FLAG, INSTANT, STRING, Column, History, Table

FIRST, SECOND, THIRD = (datetime(year, 1, 1, tzinfo=UTC) for year in (1900, 2024, 2025))
PEOPLE = Table(
    "silver.people",
    grain=("system", "id", "valid_from_at"),
    columns=(
        Column("system", STRING, "Business.", nullable=False),
        Column("id", STRING, "Key.", nullable=False),
        Column("valid_from_at", INSTANT, "From.", nullable=False),
        Column("valid_to_at", INSTANT, "To."),
        Column("is_current", FLAG, "Now."),
        Column("is_deleted", FLAG, "Gone."),
    ),
    write=History(("system", "id"), "valid_from_at", ()),
    doc="One row per version.",
)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


def test_a_good_table_gives_no_finding(lake):
    fill(lake, 2)
    lake.append(DAYS, [{"sold_on": date(2024, m, d), "net_amount": Decimal("1.50")} for m in (1, 2) for d in (1, 28)])
    tied = replace(DAYS, rules=(reconciles("net_amount", LINES.name), covers("sold_on", LINES.name)))
    assert check(lake, [LINES, tied]) == []
    lake.append(LINES, [line("test", date(2024, 3, 1)) | {"net_amount": Decimal(0)}])
    some = replace(DAYS, rules=(covers("sold_on", LINES.name, where="net_amount <> 0"),))
    assert check(lake, [some]) == []
    assert [found.rule for found in check(lake, [tied])] == ["sold_on.covers"]


def test_repeated_keys_and_missing_values_are_counted_with_three_examples(lake):
    fill(lake, 2)
    fill(lake, 2)
    lake.append(LINES, [line("9", date(2024, 3, 1)), {"system": "shop", "id": "10"}])
    assert check(lake, [LINES]) == [
        Finding(LINES.name, "grain.unique", 4, ("shop/1-1", "shop/1-28", "shop/2-1")),
        Finding(LINES.name, "sold_on.not_null", 1, ("shop/10",)),
    ]


def test_examples_name_nobody(lake):
    by_email = replace(LINES, grain=("system", "email"))
    lake.append(LINES, [line(n, date(2024, 3, 1), email="ada@example.org") for n in "ab"])
    [found] = check(lake, [by_email])
    assert found == Finding(LINES.name, "grain.unique", 1, ("shop",))
    assert said(found) == "failed: silver.lines grain.unique, 1 times: shop"


def test_a_key_that_is_not_listed_is_a_warning_where_its_business_lists_any(lake):
    listed = replace(LINES, name="silver.listed")
    lake.append(listed, [line("known", date(2024, 3, 1))])
    lines = [line("known", date(2024, 3, 1)), line("strange", date(2024, 3, 1))]
    lake.append(LINES, [*lines, line("strange", date(2024, 3, 1)) | {"system": "kiosk"}])
    assert check(lake, [replace(LINES, rules=(refers_to("id", listed.name),))]) == [
        Finding(LINES.name, "id.refers_to", 1, ("shop/strange",), warns=True)
    ]


def test_gold_is_checked_as_released_against_what_it_was_built_from(lake):
    fill(lake, 1)
    built_from = lake.version(LINES.name)
    lake.append(DAYS, [{"sold_on": date(2024, 1, 1), "net_amount": Decimal("3.00")}])
    version = lake.version(DAYS.name)
    inputs = {"versions": {LINES.name: built_from}}
    ledger.note(lake, StepRecord("r", "s", DAYS.name, "", "done", inputs=inputs, version_after=version), "done")
    ledger.release(lake, run_id="r", tables={DAYS.name: version}, held=(), last=None)
    lake.append(LINES, [line("late", date(2024, 1, 2))])
    lake.append(DAYS, [{"sold_on": date(2024, 1, 2), "net_amount": Decimal("99.00")}])
    tied = replace(DAYS, rules=(reconciles("net_amount", LINES.name),))
    assert check(lake, [tied]) == []
    ledger.release(lake, run_id="r", tables={DAYS.name: version + 1}, held=(), last=ledger.newest_release(lake))
    assert check(lake, [tied]) == [
        Finding(DAYS.name, "net_amount.reconciles", 1, ("102.0000 here, 4.5000 in silver.lines",))
    ]


def test_a_table_judged_on_a_day_is_compared_with_the_rows_before_it(lake):
    """The two lines of January are worth 3.00; another business has none before its day."""
    fill(lake, 2)
    columns = (*DAYS.columns, Column("system", STRING, "Business."), Column("judged_on", DATE, "Day."))
    sums = reconciles("net_amount", LINES.name, where="id <> 'x'", before=("sold_on", "judged_on"))
    judged = replace(DAYS, name="silver.judged", columns=columns, rules=(sums,))
    row = {"system": "shop", "sold_on": date(2024, 1, 1), "judged_on": date(2024, 2, 1), "net_amount": Decimal(3)}
    lake.append(judged, [row])
    assert check(lake, [LINES, judged]) == []
    lake.append(judged, [row | {"sold_on": date(2024, 1, 2), "net_amount": Decimal(1)}])
    [found] = check(lake, [judged])
    assert found.examples == ("4.0000 here, 3.0000 in silver.lines",)


@pytest.mark.parametrize(
    ("versions", "broken"),
    [
        ([(FIRST, SECOND, False, False), (SECOND, None, True, False)], []),
        ([(FIRST, SECOND, False, False), (SECOND, None, False, True)], []),
        ([(SECOND, None, True, False)], ["history.begins"]),
        ([(FIRST, SECOND, False, False), (THIRD, None, True, False)], ["history.contiguous"]),
        ([(FIRST, None, False, False), (SECOND, None, True, False)], ["history.contiguous"]),
        ([(FIRST, SECOND, True, False), (SECOND, None, True, False)], ["history.one_current"]),
        ([(FIRST, SECOND, False, False), (SECOND, None, False, False)], ["history.one_current"]),
        ([(FIRST, SECOND, False, False), (SECOND, None, True, True)], ["history.one_current"]),
    ],
)
def test_versions_of_a_key_follow_each_other_without_a_gap_and_one_is_current(lake, versions, broken):
    names = ("valid_from_at", "valid_to_at", "is_current", "is_deleted")
    lake.append(PEOPLE, [{"system": "s", "id": "a"} | dict(zip(names, row, strict=True)) for row in versions])
    assert [(found.rule, found.count, found.examples) for found in check(lake, [PEOPLE])] == [
        (rule, 1, ("s/a",)) for rule in broken
    ]
