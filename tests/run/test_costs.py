"""Costs and rates that arrive late, are corrected or move: they touch the days they matter to, and no others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import engine as engines
import pytest
from run.buying import RATES, RATES_HEAD, RECEIPTS, RECEIPTS_HEAD
from run.tills import DESK, DESK_HEAD, csv

if TYPE_CHECKING:
    from lakehouse.ledger import StepRecord

pytestmark = pytest.mark.full

MARTS = ("gold.unit_costs", "gold.daily_rates", "gold.fct_sales", "gold.sales_cube")
WANTED = ("layer:bronze", "layer:silver", *MARTS)
DAYS = 40

LINES = DESK.replace("  quantity:", "  product_id:  {from: sku}\n  quantity:").replace("value: EUR", "value: USD")
HEAD = DESK_HEAD.replace("order,line,", "order,line,sku,")


def day(number: int) -> date:
    return date(2024, 3, 1) + timedelta(days=number)


def receipt(order: int, sku: str, came_on: int | None, cost: str, *, changed: int = 1, money: str = "USD") -> str:
    came = f"{day(came_on)},10,10" if came_on is not None else ",10,"
    return f"{order},1,{sku},{day(0)},{came},{cost},{money},2024-05-{changed:02d} 08:00:00"


def rate(number: int, units: str, *, changed: int = 1) -> str:
    return f"EUR,USD,{day(number)},{units},2024-05-{changed:02d} 08:00:00"


def sku(number: int) -> str:
    """Tea is sold on even days, cake on odd ones."""
    return ("tea", "cake")[number % 2]


SOLD = csv(HEAD, *(f"{n},1,{sku(n)},1,10.00,{day(n)} 12:00:00,2024-05-01 08:00:00" for n in range(DAYS)))
DELIVERIES = (
    {
        "desk/1.csv": SOLD,
        "receipts/1.csv": csv(RECEIPTS_HEAD, receipt(1, "tea", 4, "4.00"), receipt(2, "cake", None, "3.00")),
        "rates/1.csv": csv(RATES_HEAD, *(rate(n, "1.25") for n in range(2, DAYS) if n not in {11, 12, 20, 21, 22})),
    },
    {  # tea comes anew; the market opens for another day
        "receipts/2.csv": csv(RECEIPTS_HEAD, receipt(3, "tea", 36, "5.00")),
        "rates/2.csv": csv(RATES_HEAD, rate(DAYS, "1.60")),
    },
    {  # what came on day 30 is told late
        "receipts/3.csv": csv(RECEIPTS_HEAD, receipt(2, "cake", 30, "3.00", changed=2)),
    },
    {  # the price of the last tea was wrong, and so was a rate that is carried over two days
        "receipts/4.csv": csv(RECEIPTS_HEAD, receipt(3, "tea", 36, "6.00", changed=3)),
        "rates/3.csv": csv(RATES_HEAD, rate(10, "2.00", changed=3)),
    },
    {  # the cake came later than was said, and was paid in euros
        "receipts/5.csv": csv(RECEIPTS_HEAD, receipt(2, "cake", 34, "2.00", changed=4, money="EUR")),
    },
)


@dataclass(frozen=True)
class Round:
    """What one run made of the marts."""

    steps: dict[str, StepRecord]
    rows: dict[str, list[str]]
    costs: dict[int, str | None]
    reported: dict[int, str | None]


def made(home):
    """A desk that buys and sells in dollars and reports in euros; a rate is carried for two days."""
    engine = engines.make(home)
    for name, text in (("desk", LINES), ("receipts", RECEIPTS), ("rates", RATES)):
        engine.add_source(name, text)
    business = engine.conf / "business.yaml"
    business.write_text(business.read_text().replace("carry_days: 31", "carry_days: 2"))
    return engine


def seen(engine):
    rows = {name: sorted(map(str, engine.query("SELECT * FROM m", m=name))) for name in MARTS}
    lines = engine.query("SELECT sold_on, unit_cost, reporting_amount FROM f", f="gold.fct_sales")
    numbered = {(line["sold_on"] - day(0)).days: line for line in lines}
    found = [{n: text(line[name]) for n, line in numbered.items()} for name in ("unit_cost", "reporting_amount")]
    return Round({name: engine.last(name) for name in MARTS}, rows, *found)


def text(amount):
    return None if amount is None else f"{amount.normalize():f}"


@pytest.fixture(scope="module")
def rounds(tmp_path_factory, spark):
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine, found = made(tmp_path_factory.mktemp("costs")), []
        for files in DELIVERIES:
            for path, content in files.items():
                engine.deliver(path, content)
            assert engine.run(*WANTED) == 0
            found.append(seen(engine))
        assert engine.run(*WANTED, full_refresh=MARTS) == 0
        yield [*found, seen(engine)]


def test_a_cost_is_unknown_before_the_first_receipt_and_a_rate_where_none_is_carried_so_far(rounds):
    first = rounds[0]
    assert {n for n, cost in first.costs.items() if cost is None} == {0, 2, *range(1, DAYS, 2)}
    assert {first.costs[n] for n in range(4, DAYS, 2)} == {"4"}
    assert {n for n, amount in first.reported.items() if amount is None} == {0, 1, 22}
    assert {amount for amount in first.reported.values() if amount} == {"8"}


def test_a_receipt_touches_the_later_days_of_its_product_and_a_rate_its_own_days(rounds):
    """Tea of days 36 and 38; the rate of day 40 is carried until day 42, on which nothing was sold yet."""
    step = rounds[1].steps["gold.fct_sales"]
    assert step.reason == "its inputs may change; 5 of its sold_on"
    assert (step.books.read, step.books.published) == (2, 2)
    assert [rounds[1].costs[n] for n in (34, 36, 38)] == ["4", "5", "5"]


def test_rates_that_say_the_same_are_not_written_again(rounds):
    """Of three days and two currencies those of the euro do not change where they were known."""
    books = rounds[1].steps["gold.daily_rates"].books
    assert (books.published, books.replaced, books.read - books.published) == (4, 2, books.duplicate)


def test_a_late_receipt_touches_the_days_since(rounds):
    step = rounds[2].steps["gold.fct_sales"]
    assert step.reason == "its inputs may change; 5 of its sold_on"
    assert {n for n, cost in rounds[2].costs.items() if cost == "3"} == {31, 33, 35, 37, 39}


def test_corrections_touch_what_was_wrong(rounds):
    """Tea of days 36 and 38, and the day of the rate with the two that it is carried over."""
    step = rounds[3].steps["gold.fct_sales"]
    assert step.reason == "its inputs may change; 5 of its sold_on"
    assert [rounds[3].costs[n] for n in (34, 36, 38)] == ["4", "6", "6"]
    assert {n for n, amount in rounds[3].reported.items() if amount == "5"} == {10, 11, 12}


def test_a_receipt_that_moves_leaves_its_old_day_too(rounds):
    step = rounds[4].steps["gold.fct_sales"]
    assert step.reason == "its inputs may change; 5 of its sold_on"
    assert [rounds[4].costs[n] for n in (31, 33, 35, 37, 39)] == [None, None, "2.5", "2.5", "2.5"]


def test_increments_equal_a_build_of_everything(rounds):
    assert rounds[5].rows == rounds[4].rows


def test_everything_at_once_in_another_order_is_the_same(rounds, tmp_path, spark, monkeypatch):
    engines.share_session(monkeypatch, spark)
    engine = made(tmp_path)
    for files in reversed(DELIVERIES):
        for path, content in files.items():
            engine.deliver(path, content)
    assert engine.run(*WANTED) == 0
    assert seen(engine).rows == rounds[5].rows
