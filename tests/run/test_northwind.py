"""A trader whose sales, and whose products, each come in two files. Totals as their source states them."""

from __future__ import annotations

from decimal import Decimal

import engine as engines
import pytest
from run.tills import SALES

FILES = engines.ROOT.parent / "shared" / "data" / "northwind"
SOURCES = ("northwind_sales", "northwind_customers", "northwind_products", "northwind_suppliers")

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not FILES.exists(), reason="the shared data does not lie beside the project"),
]


@pytest.fixture(scope="module")
def lakehouse(tmp_path_factory, spark):
    """All sources, read in place, up to `gold.fct_sales`."""
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("northwind"), SOURCES)
        for name in ("order_details", "orders", "customers", "products", "categories", "suppliers"):
            engine.link(f"northwind/{name}.csv", FILES / f"{name}.csv")
        assert engine.run("+gold.fct_sales", "layer:bronze", "silver.suppliers") == 0
        yield engine


def test_every_line_has_the_header_of_its_order(lakehouse):
    books = lakehouse.last("silver.sales").books
    assert (books.read, books.published, books.quarantined, books.duplicate) == (2_155, 2_155, 0, 0)
    sql = (
        "SELECT count(DISTINCT order_id) AS orders, count(DISTINCT customer_id) AS customers, "
        "count(DISTINCT region) AS countries, sum(gross_amount) AS gross, sum(net_amount) AS net, "
        "min(sold_on)::VARCHAR AS first, max(sold_on)::VARCHAR AS last FROM s"
    )
    assert lakehouse.query(sql, **SALES) == [
        {
            "orders": 830,
            "customers": 89,
            "countries": 21,
            "gross": Decimal("1354458.5900"),
            "net": Decimal("1265793.0395"),
            "first": "1996-07-04",
            "last": "1998-05-06",
        }
    ]


def test_gold_gives_the_known_sums_of_each_year(lakehouse):
    sql = "SELECT extract(year FROM sold_on) AS year, sum(net_amount) AS net FROM f GROUP BY 1 ORDER BY 1"
    found = [(int(row["year"]), round(row["net"], 2)) for row in lakehouse.query(sql, f="gold.fct_sales")]
    assert found == [(1996, Decimal("208083.97")), (1997, Decimal("617085.20")), (1998, Decimal("440623.87"))]


def test_every_line_knows_its_product_and_customer(lakehouse):
    sql = (
        "SELECT count(*) AS n FROM f WHERE product_key = 'unknown' OR customer_key = 'unknown' OR category = 'Unknown'"
    )
    assert lakehouse.query(sql, f="gold.fct_sales") == [{"n": 0}]


def test_customers_products_and_suppliers(lakehouse):
    counted = {
        table: lakehouse.last(f"silver.{table}").books.published for table in ("customers", "products", "suppliers")
    }
    assert counted == {"customers": 91, "products": 77, "suppliers": 29}
    sql = "SELECT category, count(*) AS n FROM p GROUP BY 1 ORDER BY 1"
    assert [(row["category"], row["n"]) for row in lakehouse.query(sql, p="silver.products")] == [
        ("Beverages", 12),
        ("Condiments", 12),
        ("Confections", 13),
        ("Dairy Products", 10),
        ("Grains/Cereals", 7),
        ("Meat/Poultry", 6),
        ("Produce", 5),
        ("Seafood", 12),
    ]
