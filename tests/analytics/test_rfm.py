"""Scores and segments: by hand, and the published numbers of a web shop."""

from __future__ import annotations

from dataclasses import asdict

import engine as engines
import pytest
from pyspark.sql import functions as F

from lakehouse.analytics.rfm import scored, segment
from lakehouse.business import Rfm

FILE = engines.ROOT.parent / "shared" / "data" / "online_retail_uci" / "online_retail_2010_2011.csv.gz"
TODAY = "2011-12-11 00:00:00"
CLEAN = "CustomerID IS NOT NULL AND NOT startswith(InvoiceNo, 'C') AND Quantity > 0 AND UnitPrice > 0"
LINE = "InvoiceNo STRING, StockCode STRING, Description STRING, Quantity INT, InvoiceDate TIMESTAMP, UnitPrice DOUBLE"


def customers(spark, *measures):
    """Customers C1, C2, … of one shop: days since the last order, orders, spend."""
    columns = "shop STRING, customer_key STRING, recency_days INT, orders INT, net_amount INT"
    return spark.createDataFrame([("s", f"C{n}", *each) for n, each in enumerate(measures, 1)], columns)


def scores(frame):
    rows = frame.orderBy(F.length("customer_key"), "customer_key").collect()
    return [f"{r['recency_score']}{r['frequency_score']}{r['monetary_score']}" for r in rows]


def test_each_measure_is_cut_into_fifths(spark):
    shop = customers(spark, (50, 1, 10), (40, 2, 20), (30, 3, 30), (20, 4, 40), (10, 5, 50))
    assert scores(scored(shop, ["shop"])) == ["111", "222", "333", "444", "555"]
    assert scores(scored(shop, ["shop"], ties="rank")) == ["111", "222", "333", "444", "555"]


def test_equals_score_alike_by_value_and_go_in_order_of_number_by_rank(spark):
    shop = customers(spark, *[(9, 1, 7)] * 9, (9, 2, 8), (9, 2, 9))
    assert scores(scored(shop, ["shop"])) == ["511"] * 9 + ["555"] * 2
    assert scores(scored(shop, ["shop"], ties="rank")) == [
        "511", "511", "511", "522", "522", "533", "533", "544", "544", "555", "555"
    ]  # fmt: skip


def test_one_customer_is_the_latest_and_those_without_recency_have_no_scores(spark):
    assert scores(scored(customers(spark, (3, 9, 99)), ["shop"])) == ["511"]
    assert scores(scored(customers(spark, (3, 9, 99)), ["shop"], ties="rank")) == ["511"]
    for ties in ("value", "rank"):
        few = customers(spark, (None, 0, -5), (8, 1, 10), (None, 7, 70), (2, 3, 30), (None, None, None))
        found = scores(scored(few, ["shop"], ties=ties))
        assert found == ["NoneNoneNone", "111", "NoneNoneNone", "555", "NoneNoneNone"]


def test_shops_are_scored_apart(spark):
    one = customers(spark, (50, 1, 10), (10, 5, 50))
    both = one.unionByName(customers(spark, (500, 1, 1), (100, 2, 2)).withColumn("shop", F.lit("other")))
    found = {(r["shop"], r["customer_key"]): r["recency_score"] for r in scored(both, ["shop"]).collect()}
    assert found == {("s", "C1"): 1, ("s", "C2"): 5, ("other", "C1"): 1, ("other", "C2"): 5}


def test_every_pair_of_scores_has_its_segment(spark):
    pairs = [(r, f) for r in range(1, 6) for f in range(1, 6)]
    frame = spark.createDataFrame([*pairs, (None, None)], "recency_score INT, frequency_score INT")
    rows = frame.select("*", segment(asdict(Rfm())["segments"]).alias("name")).collect()
    by_recency = {r: [row["name"] for row in rows if row["recency_score"] == r] for r in (1, 2, 3, 4, 5)}
    asleep = ["hibernating", "hibernating", "at risk", "at risk", "can't lose"]
    assert by_recency == {
        1: asleep,
        2: asleep,
        3: ["about to sleep", "about to sleep", "need attention", "loyal customers", "loyal customers"],
        4: ["promising", "potential loyalists", "potential loyalists", "loyal customers", "loyal customers"],
        5: ["new customers", "potential loyalists", "potential loyalists", "champions", "champions"],
    }
    assert rows[-1]["name"] is None


@pytest.fixture(scope="module")
def published(spark):
    """The clean set: customer given, not cancelled, quantity and price above 0, duplicates kept."""
    if not FILE.exists():
        pytest.skip("the shared data does not lie beside the project")
    lines = spark.read.csv(str(FILE), schema=f"{LINE}, CustomerID STRING, Country STRING", header=True).where(CLEAN)
    today = F.unix_timestamp(F.lit(TODAY).cast("timestamp"))
    seconds = today - F.unix_timestamp(F.max("InvoiceDate"))
    found = lines.groupBy(F.lit("giftware").alias("shop"), F.col("CustomerID").alias("customer_key")).agg(
        F.floor(seconds / F.lit(86_400)).cast("int").alias("recency_days"),
        F.count_distinct("InvoiceNo").alias("orders"),
        F.sum(F.col("Quantity") * F.col("UnitPrice").cast("decimal(18,4)")).alias("net_amount"),
        F.count_if(F.lit(True)).alias("lines"),
    )
    return found.cache()


def test_the_clean_set_is_the_published_one(published):
    totals = published.agg(F.count("*"), F.sum("lines"), F.sum("orders"), F.sum("net_amount").cast("string")).first()
    assert tuple(totals) == (4_338, 397_884, 18_532, "8911407.9040")
    assert published.agg(F.percentile("recency_days", [0.2, 0.4, 0.6, 0.8])).first()[0] == pytest.approx(
        [13.8, 33, 72, 180]
    )


def test_the_published_segments(published):
    named = scored(published, ["shop"], ties="rank").withColumn("name", segment(Rfm().segments))
    rows = named.groupBy("name").agg(F.count("*").alias("n"), F.avg("recency_days").alias("days")).collect()
    assert {row["name"]: row["n"] for row in rows} == {
        "hibernating": 1_071,
        "loyal customers": 819,
        "champions": 633,
        "at risk": 593,
        "potential loyalists": 484,
        "about to sleep": 352,
        "need attention": 187,
        "promising": 94,
        "can't lose": 63,
        "new customers": 42,
    }
    days = {row["name"]: round(row["days"], 6) for row in rows}
    assert (days["hibernating"], days["champions"]) == (217.605042, 6.361769)


def test_by_value_customers_of_one_count_share_their_segment(published):
    """1,493 customers ordered once. By rank they fall into two groups; by value into the lowest."""
    found = scored(published, ["shop"]).where("orders = 1").groupBy("frequency_score").count().collect()
    assert [tuple(row) for row in found] == [(1, 1_493)]
    ranked = scored(published, ["shop"], ties="rank").where("orders = 1").groupBy("frequency_score").count().collect()
    assert {row[0]: row[1] for row in ranked} == {1: 868, 2: 625}
