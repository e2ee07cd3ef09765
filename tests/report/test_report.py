"""The daily report: a few lines sold, written down, and what the report makes of them."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from lakehouse import report
from lakehouse.business import AsOf
from lakehouse.catalog import load_conf
from lakehouse.errors import ConfigError, LakehouseError
from lakehouse.gold.daily_products import daily_products
from lakehouse.gold.order_cube import order_cube
from lakehouse.gold.revenue_anomalies import revenue_anomalies
from lakehouse.gold.stock_levels import stock_levels
from lakehouse.lake import Lake
from lakehouse.ledger import FileRecord, Release, StepRecord
from lakehouse.report import Command
from lakehouse.report.formats import change, money, signed
from lakehouse.report.page import page, ranked
from lakehouse.report.quality import feeds_of, newest_steps
from lakehouse.report.selling import days_meant
from lakehouse.report.signals import ANOMALY_HEADS, anomalies_of, unjudged
from lakehouse.report.trust import listing
from lakehouse.report.values import Business, Listing, Product
from tests.dashboards.practice_lake import SHOPS, add_release, add_run, add_sales, line

CONF = Path(__file__).parents[2] / "conf"
AT = datetime(2024, 3, 18, 6, 30, tzinfo=UTC)
SHOP, GIFTS = SHOPS
DAY, WEEK, YEAR = date(2024, 3, 17), date(2024, 3, 10), date(2023, 3, 19)
LINES = [
    line("o1", DAY, net="90", discount="10"),
    line("o2", DAY, net="20", quantity=1),
    line("o2", DAY, net="40", quantity=1, region="East"),
    line("o3", DAY, net="-20", quantity=-1, product="Halo desk lamp", category="Home"),
    line("o4", WEEK, net="52"),
    line("o5", YEAR, net="260"),
    line("g1", date(2024, 3, 16), net="10", product="Cedar <soap>", category="Beauty", shop=GIFTS),
]
PRODUCTS = """
    SELECT system, currency, sold_on, product_key, category, is_product,
        count(*) AS lines, sum(CASE WHEN is_return THEN 0 ELSE quantity END) AS sold_units,
        -sum(CASE WHEN is_return THEN quantity ELSE 0 END) AS returned_units,
        sum(CASE WHEN is_return THEN 0 ELSE net_amount END) AS sold_amount,
        sum(CASE WHEN is_return THEN net_amount ELSE 0 END) AS returned_amount,
        sum(quantity) AS units, sum(net_amount) AS net_amount
    FROM f GROUP BY system, currency, sold_on, product_key, category, is_product
"""


ORDERS = """
    SELECT system, currency, sold_on, order_id, customer_key, region, channel, payment_method, 12 AS sold_hour,
        is_return, is_product, max(sold_month) AS sold_month, count(*) AS lines, sum(quantity) AS units,
        sum(gross_amount) AS gross_amount, sum(discount_amount) AS discount_amount, sum(net_amount) AS net_amount,
        0 AS loyalty_points
    FROM f GROUP BY ALL
"""


JUDGED = {
    "system": "shop", "currency": "USD", "dimension": "region", "member": "East", "sold_on": DAY, "weeks": 8,
    "net_amount": Decimal(130), "expected_amount": Decimal(60), "change_rate": Decimal("1.5"), "is_anomaly": False,
    "is_drop": False, "kind": "usual", "last_sold_on": DAY, "score": Decimal("-0.3"),
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Settings and catalog of a lake that sold LINES; one source is held."""
    home = tmp_path_factory.mktemp("report")
    settings, catalog = load_conf(CONF, "dev", {f"roots.{name}": str(home / name) for name in ("lake", "docs")})
    lake = Lake(settings.roots.lake)
    versions = add_sales(lake, LINES)
    lake.append(daily_products, lake.read(PRODUCTS, f="gold.fct_sales").to_pylist())
    lake.append(order_cube, lake.read(ORDERS, f="gold.fct_sales").to_pylist())
    versions |= {name: lake.version(name) for name in (daily_products.name, order_cube.name)}
    add_run(lake, AT, versions)
    add_release(lake, versions, number=4, at=AT, held=("online_retail",))
    return settings, catalog


def words(text):
    """Lines without their padding."""
    return [re.sub(r" {2,}", " | ", each.strip()) for each in text.splitlines()]


def test_the_summary_tells_each_business_on_its_last_whole_day(loaded):
    said = words(report.write(*loaded, Command()))
    assert said[0] == "Daily report, release 4 of 2024-03-18 06:30 UTC"
    assert "shop, USD: Sunday, 17 Mar 2024" in said
    assert "giftware, GBP: Saturday, 16 Mar 2024" in said
    for expected in (
        "USD | against 10 Mar 2024 | against 19 Mar 2023",
        "Net revenue | $130.00 | +150.0 % | −50.0 %",
        "Orders | 2 | +100.0 % | +100.0 %",
        "Average order | $65.00 | +25.0 % | −75.0 %",
        "Units | 2 | +100.0 % | +100.0 %",
        "Discount share | 7.1 % | +7.1 pt | +7.1 pt",
        "Taken back | $20.00 | – | –",
        "top: Kite $150.00",
        "bottom: Halo desk lamp −$20.00",
        "anomalies: gold.revenue_anomalies was not released yet.",
        "stock: gold.stock_levels was not released yet.",
        "quality: 1,234 of 60,050 rows of the newest steps quarantined (2.1 %)",
        "quality: 5 rules broken",
    ):
        assert expected in said
    assert said[-1].endswith("docs/reports/2024-03-17.html")
    assert any(each.endswith("held: online_retail") for each in said)


def test_a_day_that_is_asked_for_is_every_business_s_day(loaded, tmp_path):
    said = words(report.write(*loaded, Command("2024-03-16", str(tmp_path / "a.html"))))
    assert "shop, USD: Saturday, 16 Mar 2024" in said
    assert "no line was sold or returned on this day" in said
    assert "Net revenue | £10.00 | – | –" in said
    assert (tmp_path / "a.html").exists()


def test_the_file_holds_all_it_needs(loaded, tmp_path):
    file = tmp_path / "report.html"
    report.write(*loaded, Command(to=str(file)))
    text = file.read_text()
    own = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert re.findall(r"(?:src|href|url)\s*[=(]", own) == []
    assert "Plotly" in text
    assert "Cedar &lt;soap&gt;" in own
    figures = [json.loads(told) for told in re.findall(r'<script type="application/json">(.*?)</script>', text)]
    assert len(figures) == 4, "course and categories of two businesses"
    course = figures[2]["light"]["data"]
    assert (course[0]["x"][-1], course[0]["y"][-1], course[1]["y"][-1]) == ("2024-03-17", 130.0, 260.0)
    assert figures[2]["light"]["layout"]["font"]["color"] != figures[2]["dark"]["layout"]["font"]["color"]
    assert figures[3]["light"]["layout"]["yaxis"]["type"] == "category", "a name may look like a number or a day"
    by_category = figures[3]["light"]["data"]
    assert dict(zip(by_category[0]["y"], by_category[0]["x"], strict=True)) == {"Home": -20.0, "Toys": 150.0}
    assert by_category[1]["x"] == [0.0, 52.0]


def test_marts_that_exist_are_told_of(loaded):
    settings, catalog = loaded
    lake = Lake(settings.roots.lake)
    spike = {"member": "North", "is_anomaly": True, "kind": "spike", "score": Decimal("4.25")}
    rows = [JUDGED, JUDGED | spike, JUDGED | spike | {"sold_on": WEEK}]
    lake.append(revenue_anomalies, rows)
    stock = {"system": "shop", "location_id": "Main", "stock_units": Decimal(3), "daily_demand_units": Decimal("1.5")}
    stock |= {"as_of_on": date(2024, 3, 18)}
    urgencies = {"kite": "high", "lamp": "critical", "soap": "low"}
    rows = [stock | {"product_id": key, "urgency": said, "days_of_cover": 2} for key, said in urgencies.items()]
    rows.append(rows[0] | {"location_id": "North"})
    lake.append(stock_levels, rows)
    assert "stock: gold.stock_levels was not released yet." in report.write(settings, catalog, Command())

    versions = {"gold.sales_cube": 0, revenue_anomalies.name: 0, stock_levels.name: 0}
    versions = {name: lake.version(name) or at for name, at in versions.items()}
    add_release(lake, versions, number=5, at=AT)
    told = report.made(settings, catalog, Command())
    assert told.anomalies.rows == [["shop", "region North", "spike", "$130.00", "$60.00", "+150.0 %", "4.2"]]
    assert told.stock.rows == [
        ["shop", "lamp", "Main", "3.0", "1.5", "2.0", "critical"],
        ["shop", "kite", "Main", "3.0", "1.5", "2.0", "high"],
        ["shop", "kite", "North", "3.0", "1.5", "2.0", "high"],
    ]
    shop = next(each for each in told.businesses if each.system == "shop")
    assert shop.no_products == "gold.daily_products was not released yet."
    assert shop.takings.orders is None
    text = report.write(settings, catalog, Command())
    assert "anomalies: 1 found; giftware, GBP: not judged yet" in text
    assert "stock: 2 products of critical or high urgency; levels at the beginning of 18 Mar 2024" in text
    assert '<p class="note">levels at the beginning of 18 Mar 2024.</p>' in page(told)


def test_a_day_that_was_not_judged_is_not_called_usual(loaded, tmp_path):
    _, catalog = loaded
    days = {("shop", "USD"): DAY, ("giftware", "GBP"): DAY, ("other", "EUR"): DAY}
    judged = {("shop", "USD"): {"newest": WEEK, "is_judged": 0}, ("giftware", "GBP"): {"newest": DAY, "is_judged": 1}}
    assert unjudged(days, judged) == ["shop, USD: judged up to 10 Mar 2024", "other, EUR: not judged yet"]
    lake = Lake(str(tmp_path))
    lake.append(revenue_anomalies, [JUDGED | {"sold_on": WEEK}])
    release = Release(1, "run-1", AT, {revenue_anomalies.name: lake.version(revenue_anomalies.name)})
    told = anomalies_of(lake, catalog, release, days={("shop", "USD"): DAY})
    assert told.missing == "shop, USD: judged up to 10 Mar 2024."
    assert anomalies_of(lake, catalog, release, days={("shop", "USD"): WEEK}) == Listing(ANOMALY_HEADS, [])
    assert listing(Listing(note="a: not judged yet"), none="Nothing.").endswith(
        '<p class="note">a: not judged yet.</p>'
    )


def test_the_last_whole_day_was_over_at_the_shop_when_the_release_was_made(loaded):
    settings, catalog = loaded
    lake = Lake(settings.roots.lake)
    cube = {"gold.sales_cube": lake.version("gold.sales_cube")}
    by_data = AsOf({"shop": date(2024, 3, 18), "giftware": DAY}, date(2024, 3, 18))

    def days(at):
        meant = days_meant(lake, catalog, Release(1, "run-1", at, cube), today=by_data, asked=None)
        return {system: day for (system, _), day in meant.items()}

    assert days(AT) == {"shop": DAY, "giftware": date(2024, 3, 16)}
    assert days(datetime(2024, 3, 18, 3, 59, tzinfo=UTC)) == {"shop": WEEK, "giftware": date(2024, 3, 16)}
    assert days(datetime(2024, 3, 18, 4, 0, tzinfo=UTC))["shop"] == DAY, "midnight in New York"
    assert days(datetime(2024, 3, 17, 0, 0, tzinfo=UTC)) == {"shop": WEEK, "giftware": date(2024, 3, 16)}
    assert days(datetime(2024, 3, 16, 23, 59, tzinfo=UTC)) == {"shop": WEEK}


def test_nothing_older_than_a_full_refresh_and_nothing_without_a_declaration_counts(loaded):
    _, catalog = loaded

    def judged(table, source="", state="done", **inputs):
        return StepRecord("run-1", f"run-1-{source}-{state}", table, source, state, inputs=inputs)

    def newest(*steps):
        return [step.name for step in newest_steps(steps, catalog)]

    old = judged("silver.sales", "online_retail", "blocked")
    steps = [old, judged("silver.sales", "gone"), judged("gold.gone"), judged("silver.customers", "shop_customers")]
    assert newest(*steps) == ["silver.customers@shop_customers", "silver.sales@online_retail"]
    full, held = (judged("silver.sales", "", state, full=True) for state in ("done", "blocked"))
    assert newest(old, full) == ["silver.sales"]
    assert newest(old, full, judged("silver.sales", "shop_sales")) == ["silver.sales", "silver.sales@shop_sales"]
    assert newest(old, held) == ["silver.sales", "silver.sales@online_retail"]


def test_each_part_of_a_source_is_told_of(loaded):
    file = FileRecord("northwind_sales_orders", "orders.csv", 10, AT, "x", "landed", 1, at=AT)
    arrived = {feed.source: feed.newest_at for feed in feeds_of(loaded[1], [file], now=AT)}
    assert (arrived["northwind_sales_orders"], arrived["northwind_sales"]) == (AT, None)


def test_a_currency_is_text_on_the_page_whatever_it_holds():
    sold = Product("Kite", "Toys", Decimal(1), Decimal(3), None)
    business = Business("shop", "<b>", DAY, None, None, None, course=(), categories=())
    assert "&lt;b&gt; 3.00" in ranked("Most", [sold], business)


def test_nothing_to_report_and_no_day_are_said(loaded, tmp_path):
    settings, catalog = load_conf(CONF, "dev", {"roots.lake": str(tmp_path / "lake")})
    with pytest.raises(LakehouseError, match="nothing has been released"):
        report.write(settings, catalog, Command())
    with pytest.raises(ConfigError, match="--day: yesterday"):
        report.write(*loaded, Command("yesterday"))
    with pytest.raises(ConfigError, match="--day: 0001-02-01: is too early"):
        report.write(*loaded, Command("0001-02-01"))
    with pytest.raises(ConfigError, match="is a folder; name the file to write"):
        report.write(*loaded, Command(to=str(tmp_path)))


def test_numbers_as_people_read_them():
    assert (money(Decimal("-1234.5"), "EUR"), money(Decimal(3), "CHF"), money(None, "EUR")) == (
        "−€1,234.50",
        "CHF 3.00",
        "–",
    )
    assert (change(Decimal(5), 0), change(5, 4), change(None, 4)) == (None, 0.25, None)
    assert (signed(0.031), signed(-0.5), signed(9)) == ("+3.1 %", "−50.0 %", "× 10")
