"""A mart follows what changed in its inputs: the touched days are built, the others stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import engine as engines
import pytest
from run.tills import DESK, DESK_HEAD, csv

if TYPE_CHECKING:
    from lakehouse.ledger import StepRecord

pytestmark = pytest.mark.full

MARTS = ("gold.fct_sales", "gold.daily_sales", "gold.sales_cube", "gold.month_cube", "gold.monthly_sales")
WANTED = ("layer:bronze", "layer:silver", *MARTS)

GOODS = """
name: goods
doc: What the desk sells.
owner: catalogue-data@example.org
read: {format: csv, path: "${landing}/goods/*.csv", options: {header: true}}
feeds: silver.products
system: desk
map:
  product_id:   {from: sku}
  product_name: {from: name}
  category:     {from: kind}
  updated_at:   {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""

LINES = DESK.replace("  quantity:", "  product_id:  {from: sku}\n  quantity:")
HEAD = DESK_HEAD.replace("order,line,", "order,line,sku,")
CHANGED = "2024-03-01 08:00:00"


def line(order: int, day: int, sku: str = "tea", *, quantity: int = 1, changed: str = CHANGED) -> str:
    return f"{order},1,{sku},{quantity},10.00,2024-03-{day:02} 12:00:00,{changed}"


FIRST = csv(HEAD, *(line(day, day, "cake" if day in (7, 8) else "tea") for day in (*range(1, 9), *range(20, 27))))
SECOND = csv(
    HEAD,
    line(9, 9),
    line(2, 3, changed="2024-03-10 08:00:00"),  # leaves its day empty
    line(5, 5, quantity=4, changed="2024-03-10 08:00:00"),
    line(6, 6, changed="2024-03-10 08:00:00"),  # says nothing new but when it was said
)
CATALOGUE = csv("sku,name,kind,changed", "tea,Tea,Drinks,2024-01-01 00:00:00", "cake,Cake,Food,2024-01-01 00:00:00")
THIRD = csv(HEAD, line(1, 1, quantity=2, changed="2024-03-11 08:00:00"), line(10, 10))
RENAMED = csv("sku,name,kind,changed", "cake,Cake,Bakery,2024-01-02 00:00:00")


@dataclass(frozen=True)
class Round:
    """What one run made of the marts."""

    steps: dict[str, StepRecord]
    rows: dict[str, list[str]]
    plan: str


@pytest.fixture(scope="module")
def rounds(tmp_path_factory, spark):
    deliveries = (
        ("desk/1.csv", FIRST, {}),
        ("desk/2.csv", SECOND, {}),
        ("goods/1.csv", CATALOGUE, {}),
        ("goods/2.csv", RENAMED, {}),
        ("desk/3.csv", THIRD, {"overrides": {"rebuild_above": "0.1"}}),
    )
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("increments"))
        engine.add_source("desk", LINES)
        engine.add_source("goods", GOODS)
        found = []
        for path, content, asked in deliveries:
            engine.deliver(path, content)
            assert engine.run(*WANTED, **asked) == 0
            found.append(seen(engine))
        assert engine.run(*WANTED, full_refresh=MARTS) == 0
        yield [*found, seen(engine)]


def seen(engine):
    rows = {name: sorted(map(str, engine.query("SELECT * FROM m", m=name))) for name in MARTS}
    _, plan = engines.heard(lambda: engine.run(*WANTED, dry_run=True))
    return Round({name: engine.last(name) for name in MARTS}, rows, plan)


def reason(found, mart):
    return found.steps[mart].reason


def test_the_first_build_is_whole(rounds):
    assert {reason(rounds[0], mart) for mart in MARTS} == {"never built"}
    assert rounds[0].steps["gold.fct_sales"].books.read == 15


def test_touched_days_are_built_and_what_differs_in_them_is_written(rounds):
    """Days 2 (now empty), 3, 5, 6 and 9 are touched; of day 6 nothing that the fact keeps has changed."""
    step = rounds[1].steps["gold.fct_sales"]
    assert step.reason == "its inputs may change; 5 of its sold_on"
    books = step.books
    assert (books.read, books.published, books.duplicate, books.replaced) == (5, 3, 2, 2)
    assert step.version_after == step.version_before + 1


def test_a_mart_of_a_mart_sees_only_what_was_written(rounds):
    daily = rounds[1].steps["gold.daily_sales"]
    assert daily.reason.endswith("4 of its sold_on")
    assert (daily.books.read, daily.books.published, daily.books.replaced) == (3, 3, 3), "the row of day 2 is gone"
    assert "2024, 3, 2)" in str(rounds[0].rows["gold.daily_sales"])
    assert "2024, 3, 2)" not in str(rounds[1].rows["gold.daily_sales"])


def test_an_input_that_is_new_to_a_mart_builds_it_whole(rounds):
    assert reason(rounds[2], "gold.fct_sales") == "its inputs may change; whole table: silver.products is new to it"


def test_a_changed_product_touches_the_days_that_sold_it(rounds):
    step = rounds[3].steps["gold.fct_sales"]
    assert step.reason == "its inputs may change; 2 of its sold_on"
    assert (step.books.read, step.books.published) == (2, 2)
    assert "'Bakery'" in str(rounds[3].rows["gold.sales_cube"])


def test_more_than_conf_allows_is_built_whole(rounds):
    step = rounds[4].steps["gold.fct_sales"]
    assert step.reason == "its inputs may change; whole table: 2 of 15 sold_on are touched, more than 10%"
    assert (step.books.read, step.books.published, step.books.replaced) == (17, 17, 0)


def test_increments_equal_a_build_of_everything(rounds):
    assert rounds[5].rows == rounds[4].rows


def test_nothing_is_left_to_do(rounds):
    nothing = "nothing to do: no new file, no changed table, rule or build"
    assert [found.plan.splitlines()[0] for found in rounds] == [nothing] * 6
