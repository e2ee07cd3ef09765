"""What the marts say of the customers of a real web shop: worked out beside the engine, and against what then came."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import engine as engines
import pytest
from run.foretold import judged, kept

FILE = engines.ROOT.parent / "shared" / "data" / "online_retail_uci" / "online_retail_2010_2011.csv.gz"

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not FILE.exists(), reason="the shared data does not lie beside the project"),
]
VALUE = {"v": "gold.customer_value"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory, compiled):
    """The shop, judged on 2011-12-10, the day after its newest sale."""
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, compiled)
        made = engines.make(tmp_path_factory.mktemp("customers"), ["online_retail"])
        made.link("online_retail", FILE.parent)
        assert made.run("+gold.segment_summary", "+gold.cohort_retention") == 0
        yield made


def test_customers_add_up(engine):
    sums = "sum(orders) AS o, sum(returns) AS r, sum(net_amount) AS net, sum(loyalty_points) AS p"
    sql = f"SELECT count(*) AS n, {sums} FROM v"
    assert engine.query(sql, **VALUE) == [
        {"n": 4_373, "o": 20_538, "r": 3_422, "net": Decimal("9771318.1600"), "p": 8_090_645}
    ]
    other = "SELECT sum(other_amount) AS other FROM c"
    assert engine.query(other, c="gold.customer_cube") == [{"other": Decimal("-23187.0860")}]


def test_segments_of_products_alone(engine):
    sql = "SELECT segment, customers, orders, net_amount, mean_recency_days FROM s ORDER BY net_amount DESC"
    rows = engine.query(sql, s="gold.segment_summary")
    assert [(r["segment"], r["customers"], r["orders"], f"{r['net_amount']:.2f}") for r in rows] == [
        ("champions", 622, 7_895, "4219505.09"),
        ("loyal customers", 667, 4_695, "2012137.16"),
        ("unknown", 0, 2_133, "1505841.23"),
        ("hibernating", 1_340, 1_712, "586039.18"),
        ("at risk", 322, 1_155, "436526.92"),
        ("potential loyalists", 484, 1_172, "404645.80"),
        ("about to sleep", 478, 657, "241228.28"),
        ("can't lose", 62, 517, "166965.19"),
        ("need attention", 121, 363, "127526.12"),
        ("promising", 164, 164, "51151.24"),
        ("new customers", 75, 75, "23674.93"),
        ("without orders", 37, 0, "-3922.98"),
    ]
    days = {row["segment"]: row["mean_recency_days"] for row in rows}
    assert (days["champions"], days["hibernating"]) == (Decimal("6.670"), Decimal("209.440"))


def test_tiers(engine):
    sql = "SELECT tier, count(*) AS n FROM v WHERE tier IS NOT NULL GROUP BY tier ORDER BY n"
    tiers = [(row["tier"], row["n"]) for row in engine.query(sql, **VALUE)]
    assert tiers == [("Champion", 360), ("VIP", 1_213), ("Regular", 2_799)]


def test_cohorts(engine):
    sql = "SELECT cohort_month AS c, customers, sold_amount FROM r ORDER BY c, age_months"
    rows = engine.query(sql, r="gold.cohort_retention")
    of = {month: [r["customers"] for r in rows if r["c"] == month] for month in {r["c"] for r in rows}}
    assert of[date(2010, 12, 1)] == [884, 323, 286, 339, 320, 352, 320, 308, 312, 349, 330, 444, 234]
    assert of[date(2011, 9, 1)] == [299, 70, 90, 34]
    assert of[date(2011, 12, 1)] == [41]
    assert [len(of[month]) for month in sorted(of)] == list(range(13, 0, -1))
    assert sum(customers[0] for customers in of.values()) == 4_335
    assert [str(row["sold_amount"]) for row in rows[:3]] == ["565199.5600", "273649.6200", "231914.8800"]


def test_spend_of_the_next_90_days_falls_from_segment_to_segment(engine, spark):
    for day in (date(2011, 6, 11), date(2011, 7, 11), date(2011, 9, 10)):
        value = judged(engine, spark, "giftware", day=day, days=90)
        mean = value.groupby("segment")["next"].mean()
        falling = ("champions", "loyal customers", "potential loyalists", "at risk", "hibernating")
        assert list(mean[list(falling)].sort_values(ascending=False).index) == list(falling), mean
        foretold = value.groupby("segment")["foretold"].mean()
        assert foretold.rank().corr(mean.rank()) > 0.75, (foretold, mean)


@pytest.mark.parametrize(
    ("day", "days", "rank", "total"),
    [(date(2011, 6, 11), 182, 0.58, (0.75, 1.0)), (date(2011, 9, 10), 90, 0.51, (0.6, 0.9))],
)
def test_expected_spend_comes_true_better_than_the_usual(engine, spark, day, days, rank, total):
    """Both fall short: the shop grew, and its autumns are better than the rest of its only year."""
    value = judged(engine, spark, "giftware", day=day, days=days)
    ours, usual = kept(value["foretold"], value["next"]), kept(value["usual"], value["next"])
    print(f"\n{day} + {days} days: expected {ours}, off {ours.off:.2f}\n usual {usual}, off {usual.off:.2f}")
    assert usual.rank < ours.rank > rank
    assert usual.total < ours.total
    assert total[0] < ours.total < total[1]
    assert ours.off < 0.75 * usual.off


@pytest.mark.parametrize(("day", "low", "high"), [(date(2010, 12, 15), 0.5, 2.0), (date(2011, 1, 10), 0.5, 2.0)])
def test_a_business_of_weeks_is_not_taken_for_a_year(engine, spark, day, low, high):
    value = judged(engine, spark, "giftware", day=day, days=280)
    assert low < kept(value["foretold"], value["next"]).total < high


def test_the_past_can_be_judged_again_and_adds_up(engine):
    other = "SELECT sum(net_amount) AS net FROM c WHERE sold_on < '2011-09-10'"
    [before] = engine.query(other, c="gold.customer_cube")
    assert engine.run("gold.customer_value", full_refresh=("gold.customer_value",), as_of="2011-09-10") == 0
    assert engine.query("SELECT sum(net_amount) AS net, max(last_ordered_on) AS day FROM v", **VALUE) == [
        {"net": before["net"], "day": date(2011, 9, 9)}
    ]
