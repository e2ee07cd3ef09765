"""What a mart's step reads and which slices it builds, told from logs and ledger alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from examples import settings_in
from maintain.shelf import AT_ONCE, DAYS, LINES, fill, line

from lakehouse import ledger
from lakehouse.catalog import Catalog
from lakehouse.lake import Lake, data_files, join_files
from lakehouse.plan import Step
from lakehouse.rules import reconciles
from lakehouse.steps.context import Context, hashes_of
from lakehouse.steps.gold import claiming
from lakehouse.steps.gold.claiming import claim
from lakehouse.steps.gold.slices import Slices
from lakehouse.table import STRING, Column, Replace, Table

if TYPE_CHECKING:
    from lakehouse.ledger import StepRecord

SHOPS = Table(
    "silver.shops",
    grain=("system",),
    columns=(Column("system", STRING, "Business."), Column("town", STRING, "Where.")),
    doc="One row per business.",
)
BY_DAY = replace(
    DAYS,
    inputs={"lines": LINES.name, "shops": SHOPS.name},
    looks_up={"shops": ("system",)},
    write=Replace(by=("sold_on",)),
)
WEEKS = replace(
    DAYS,
    name="gold.weeks",
    inputs={"days": DAYS.name},
    rules=(reconciles("net_amount", LINES.name, keys=("sold_on",)),),
    write=Replace(by=("sold_on",)),
)
TOTALS = replace(DAYS, name="gold.totals", inputs={"lines": LINES.name}, write=Replace(only_changed=True))
TABLES = {table.name: table for table in (LINES, SHOPS, BY_DAY, WEEKS, TOTALS)}
NEW_DAY = date(2024, 9, 9)


@dataclass(frozen=True)
class House:
    """Tables with a log, and a ledger that says how far each mart has read."""

    lake: Lake
    context: Context

    def note_done(self, table: str, step_id: str, **inputs: Any) -> StepRecord:
        """A finished step that read the inputs as they are now."""
        if not self.lake.exists(table):
            fill(self.lake, 3, table=replace(LINES, name=table), properties=AT_ONCE)
        record, _ = claim(Step(table, "noted", forced=True, full=True), step_id, self.context)
        told = replace(record, inputs={**record.inputs, **inputs})
        return ledger.note(self.lake, told, "done", version_after=self.lake.version(table))

    def claims(self, table: str, **asked: Any) -> tuple[StepRecord, Slices | None]:
        return claim(Step(table, "asked", **asked), "run-2-01", self.context)

    def sell(self, *days: date) -> None:
        self.lake.append(LINES, [line(f"new-{day}", day) for day in days])

    def forget_log(self, table: str) -> None:
        """Clean the log away but for its newest commit."""
        self.lake.open(table).create_checkpoint()
        for file in sorted(Path(self.lake.path(table), "_delta_log").glob("*.json"))[:-1]:
            file.unlink()

    def join(self, table: str) -> None:
        join_files(self.lake, table, [data_files(self.lake, table)])


@pytest.fixture
def house(tmp_path):
    lake, settings = Lake(str(tmp_path / "lake")), settings_in(tmp_path)
    catalog = Catalog(TABLES)
    context: Any = Context(lake, None, settings, catalog, None, "run-1", as_of=None)  # type: ignore[arg-type]
    fill(lake, 3, properties=AT_ONCE)
    lake.create(SHOPS, AT_ONCE)
    lake.append(SHOPS, [{"system": "shop", "town": "Ulm"}])
    made = House(lake, context)
    made.note_done("gold.days", "run-1-01")
    made.note_done("gold.weeks", "run-1-02")
    assert set(hashes_of(catalog, settings)) == set(TABLES)
    return made


def keys(slices):
    return [key[0] for key in slices.keys]


def test_touched_are_the_days_of_new_lines(house):
    house.sell(NEW_DAY)
    record, slices = house.claims("gold.days")
    assert (keys(slices), record.reason) == ([NEW_DAY], "asked; 1 of its sold_on")
    assert record.inputs["roots"] == {LINES.name: 4, SHOPS.name: 1}


def test_only_inputs_with_newer_rows_are_asked_what_changed(house, monkeypatch):
    asked, real = [], claiming.changed_keys
    monkeypatch.setattr(
        claiming, "changed_keys", lambda lake, name, *a, **k: asked.append(name) or real(lake, name, *a, **k)
    )
    house.sell(NEW_DAY)
    house.join(SHOPS.name)
    _, slices = house.claims("gold.days")
    assert (keys(slices), asked) == ([NEW_DAY], [LINES.name])


def test_a_feed_with_a_file_missing_builds_the_whole_mart_and_says_why(house):
    house.sell(NEW_DAY)
    newest = max(Path(house.lake.path(LINES.name)).glob("*.parquet"), key=lambda file: file.stat().st_mtime_ns)
    newest.unlink()
    record, slices = house.claims("gold.days")
    assert slices is None
    assert (
        record.reason == f"asked; whole table: what changed in {LINES.name} since version 3 cannot be told or is much"
    )


def test_a_looked_up_table_whose_older_version_is_gone_builds_the_whole_mart(house):
    house.lake.append(SHOPS, [{"system": "shop", "town": "Bonn"}])
    house.lake.open(SHOPS.name).create_checkpoint()
    for version in (0, 1):
        Path(house.lake.path(SHOPS.name), f"_delta_log/{version:020}.json").unlink()
    record, slices = house.claims("gold.days")
    assert slices is None
    assert record.reason == f"asked; whole table: version 1 of {SHOPS.name} can no longer be read"


def test_more_keys_than_are_brought_to_the_driver_build_the_whole_mart(house, monkeypatch):
    house.lake.append(SHOPS, [{"system": "shop", "town": "Bonn"}])
    days = {(date(2024, 1, day),) for day in (1, 2, 3)}
    monkeypatch.setattr(claiming, "joined", lambda *_, **__: days)
    monkeypatch.setattr(claiming, "MOST_KEYS", 2)
    record, slices = house.claims("gold.days")
    assert (slices, record.reason) == (None, "asked; whole table: more than 2 sold_on are touched")
    monkeypatch.setattr(claiming, "MOST_KEYS", 3)
    assert keys(house.claims("gold.days")[1]) == sorted(day for (day,) in days)


def test_a_null_is_no_slice():
    assert Slices.of(("system", "id"), [("b", "1"), (None, "1"), ("a", None), ("a", "2")]).keys == (
        ("a", "2"),
        ("b", "1"),
    )


def test_a_whole_mart_that_writes_only_changes_is_one_slice_unless_it_is_refreshed(house):
    house.note_done("gold.totals", "run-1-03")
    house.sell(NEW_DAY)
    record, slices = house.claims("gold.totals")
    assert (slices, record.reason) == (Slices.everything(), "asked")
    assert house.claims("gold.totals", forced=True, full=True)[1] is None


def test_too_many_keys_of_such_a_mart_are_one_slice_too(house, monkeypatch):
    monkeypatch.setitem(TABLES, "gold.days", replace(BY_DAY, write=replace(BY_DAY.write, only_changed=True)))
    monkeypatch.setattr(claiming, "MOST_KEYS", 0)
    house.sell(NEW_DAY)
    record, slices = house.claims("gold.days")
    assert slices == Slices.everything()
    assert record.reason.startswith("asked; whole table: what changed in silver.lines since version 3")


def test_a_mart_of_a_mart_that_is_behind_is_compared_with_what_that_was_built_from(house):
    house.join(LINES.name)
    house.sell(NEW_DAY)
    record, _ = house.claims("gold.weeks", forced=True, full=True)
    assert record.inputs["roots"] == {LINES.name: 3, SHOPS.name: 1}
    assert record.inputs["others"] == {LINES.name: 4}, "the rows of version 3, in the files that stay the longest"
    house.note_done("gold.days", "run-1-03")
    record, _ = house.claims("gold.weeks", forced=True, full=True)
    assert (record.inputs["roots"][LINES.name], record.inputs["others"]) == (5, {LINES.name: 5})


def test_a_change_that_a_mart_did_not_show_counts_as_read_by_those_behind_it(house):
    """`gold.days` is built again without a commit, after its files were joined."""
    house.sell(NEW_DAY)
    house.join("gold.days")
    house.note_done("gold.days", "run-1-03")
    record, _ = house.claims("gold.weeks", forced=True)
    assert record.inputs["roots"] == {LINES.name: 4, SHOPS.name: 1}
    assert record.inputs["others"] == {LINES.name: 4}
    skipped, _ = house.claims("gold.weeks")
    assert (skipped.state, skipped.reason) == ("skipped", "its inputs did not change")


def test_upkeep_that_outlives_the_log_of_rows_is_no_news(house):
    house.join(LINES.name)
    house.forget_log(LINES.name)
    assert house.claims("gold.days")[0].state == "skipped"
    house.join(LINES.name)
    house.forget_log(LINES.name)
    record, slices = house.claims("gold.days")
    assert (record.state, slices) == ("claimed", None), "nobody can tell whether rows changed"
