"""Half a million invoice lines of a web shop, read in place, under both ways of treating identical rows."""

from __future__ import annotations

from decimal import Decimal

import engine as engines
import pytest
from run.tills import SALES, books

FILE = engines.ROOT.parent / "shared" / "data" / "online_retail_uci" / "online_retail_2010_2011.csv.gz"

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not FILE.exists(), reason="the shared data does not lie beside the project"),
]

VALUE = "CAST(Quantity AS DECIMAL(18,4)) * CAST(UnitPrice AS DECIMAL(18,4))"
CLEAN = "customer_id IS NOT NULL AND NOT is_return AND quantity > 0 AND unit_price > 0"


@pytest.fixture(scope="module")
def engine(tmp_path_factory, compiled):
    """The shop with a link to its folder as landing folder; each test brings `silver.sales` to its policy."""
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, compiled)
        made = engines.make(tmp_path_factory.mktemp("retail"), ["online_retail"])
        made.link("online_retail", FILE.parent)
        assert made.run("layer:bronze", "silver.sales") == 0
        yield made


@pytest.fixture(scope="module")
def kept(engine):
    """The same Bronze under `identical_rows: keep`."""
    yaml = engine.conf / "sources" / "online_retail.yaml"
    yaml.write_text(yaml.read_text().replace("identical_rows: drop", "identical_rows: keep"))
    other = engine.with_lake("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines.session, "stop", lambda _: None)
        assert other.run("silver.sales", full_refresh=("silver.sales",)) == 0
    return other


def totals(engine, where="true"):
    """Rows, customers and money in `silver.sales`."""
    sql = f"SELECT count(*) AS n, count(DISTINCT customer_id) AS c, sum(net_amount) AS net FROM s WHERE {where}"
    [found] = engine.query(sql, **SALES)
    return found["n"], found["c"], found["net"]


def test_bronze_holds_the_file_as_delivered(engine):
    sql = (
        "SELECT count(*) AS lines, count(DISTINCT InvoiceNo) AS invoices, count(DISTINCT CustomerID) AS customers, "
        f"sum({VALUE}) AS net FROM b"
    )
    assert engine.query(sql, b="bronze.online_retail") == [
        {"lines": 541_909, "invoices": 25_900, "customers": 4_372, "net": Decimal("9747747.934")}
    ]
    cancelled = f"{sql} WHERE InvoiceNo LIKE 'C%'".replace(", count(DISTINCT CustomerID) AS customers", "")
    assert engine.query(cancelled, b="bronze.online_retail") == [
        {"lines": 9_288, "invoices": 3_836, "net": Decimal("-896812.49")}
    ]


def test_dropping_identical_rows(engine):
    assert books(engine, "online_retail") == {
        "read": 541_909,
        "published": 535_303,
        "quarantined": 1_338,
        "duplicate": 5_268,
    }
    assert totals(engine)[2] == Decimal("9748131.074")
    assert totals(engine, CLEAN) == (392_692, 4_338, Decimal("8887208.894"))


@pytest.mark.rounds
def test_keeping_identical_rows(kept):
    assert kept.last("silver.sales").books.published == 540_571
    assert kept.last("silver.sales").books.duplicate == 0
    assert kept.last("silver.sales").books.quarantined == 1_338
    assert totals(kept)[2] == Decimal("9769872.054")
    assert totals(kept, CLEAN) == (397_884, 4_338, Decimal("8911407.904"))


@pytest.mark.rounds
def test_what_was_quarantined_is_the_rest_of_the_money(kept):
    sql = f"SELECT sum({VALUE}) AS net FROM b"
    [bronze] = kept.query(sql, b="bronze.online_retail")
    assert bronze["net"] - totals(kept)[2] == Decimal("-22124.12")
    broken = "SELECT broken, count(*) AS n FROM q GROUP BY broken ORDER BY n DESC"
    assert {row["broken"]: row["n"] for row in kept.query(broken, q="quarantine.sales")} == {
        "returns_are_marked": 1_336,
        "price_not_negative": 2,
    }
