"""Two files of other people, each brought in by one YAML and nothing else. Totals as their source states them."""

from __future__ import annotations

from decimal import Decimal

import engine as engines
import pytest
from run.tills import SALES, books

SHARED = engines.ROOT.parent / "shared" / "data"
FILES = {
    "superstore": SHARED / "superstore" / "superstore_orders.csv",
    "cafe": SHARED / "dirty_cafe_sales" / "dirty_cafe_sales.csv",
}

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        not all(file.exists() for file in FILES.values()), reason="the shared data does not lie beside the project"
    ),
]

SUPERSTORE = """
name: superstore
doc: Orders of an office supplier in the United States, 2016 to 2019.
owner: sales-data@example.org
read: {format: csv, path: "${landing}/superstore/*.csv", options: {header: true}}
feeds: silver.sales
map:
  order_id:      {from: Order ID}
  line_id:       {from: Row ID}
  sold_at:       {from: Order Date, formats: [M/d/yyyy], zone: America/New_York}
  customer_id:   {from: Customer ID}
  product_id:    {from: Product ID}
  product_name:  {from: Product Name}
  category:      {from: Category}
  region:        {from: Region}
  quantity:      {from: Quantity}
  net_amount:    {from: Sales}                # after the discount
  discount_rate: {from: Discount}
  currency:      {value: USD}
"""

CAFE = """
name: cafe
doc: Sales of a café over 2023, with gaps in every column.
owner: sales-data@example.org
read: {format: csv, path: "${landing}/cafe/*.csv", options: {header: true}}
feeds: silver.sales
map:
  order_id:       {from: Transaction ID}
  product_id:     {from: Item, nulls: [ERROR, UNKNOWN]}
  product_name:   {from: Item, nulls: [ERROR, UNKNOWN]}
  quantity:       {from: Quantity, nulls: [ERROR, UNKNOWN]}
  unit_price:     {from: Price Per Unit, nulls: [ERROR, UNKNOWN]}
  gross_amount:   {from: Total Spent, nulls: [ERROR, UNKNOWN]}
  payment_method: {from: Payment Method, nulls: [ERROR, UNKNOWN]}
  channel:        {from: Location, nulls: [ERROR, UNKNOWN]}
  sold_at:        {from: Transaction Date, formats: [yyyy-MM-dd], nulls: [ERROR, UNKNOWN], zone: UTC}
  currency:       {value: USD}
"""


@pytest.fixture(scope="module")
def lakehouse(tmp_path_factory, spark):
    """Both sources, read in place, up to `silver.sales`."""
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("shared"))
        for name, text in (("superstore", SUPERSTORE), ("cafe", CAFE)):
            engine.add_source(name, text)
            engine.link(f"{name}/{FILES[name].name}", FILES[name])
        assert engine.run("layer:bronze", "silver.sales") == 0
        yield engine


def totals(engine, source):
    """Lines, orders, customers, units and money of a source in `silver.sales`."""
    sql = (
        "SELECT count(*) AS lines, count(DISTINCT order_id) AS orders, count(DISTINCT customer_id) AS customers, "
        f"sum(quantity) AS units, sum(net_amount) AS net FROM s WHERE source = '{source}'"
    )
    return engine.query(sql, **SALES)[0]


def test_superstore_gives_its_known_totals(lakehouse):
    assert books(lakehouse, "superstore") == {"read": 9994, "published": 9994}
    assert totals(lakehouse, "superstore") == {
        "lines": 9994,
        "orders": 5009,
        "customers": 793,
        "units": Decimal(37873),
        "net": Decimal("2297200.8603"),
    }


def test_superstore_regions_and_years_add_up(lakehouse):
    by = "SELECT {} AS of, sum(net_amount) AS net FROM s WHERE source = 'superstore' GROUP BY 1 ORDER BY 1"
    assert [(row["of"], str(row["net"])) for row in lakehouse.query(by.format("region"), **SALES)] == [
        ("Central", "501239.8908"),
        ("East", "678781.2400"),
        ("South", "391721.9050"),
        ("West", "725457.8245"),
    ]
    years = lakehouse.query(by.format("extract(year FROM sold_on)"), **SALES)
    assert [(int(row["of"]), str(row["net"])) for row in years] == [
        (2016, "484247.4981"),
        (2017, "470532.5090"),
        (2018, "609205.5980"),
        (2019, "733215.2552"),
    ]


def test_cafe_publishes_each_row_whose_day_quantity_and_total_are_known_or_follow(lakehouse):
    """Of 10,000 rows 460 have no date, 58 fewer than two of quantity, price and total, 3 of them both: 515."""
    assert books(lakehouse, "cafe") == {"read": 10_000, "published": 9485, "quarantined": 515}
    found = totals(lakehouse, "cafe")
    assert (found["lines"], found["orders"], found["units"]) == (9485, 9485, Decimal(28664))
    assert found["net"] == Decimal("84643.0")
    step = lakehouse.last("silver.sales", "cafe")
    failed = lakehouse.failed(step)
    assert failed["sold_at.not_null"] == 460
    assert failed["quantity.not_null"] == 38
    assert failed["net_amount.not_null"] == 40


def test_cafe_says_how_much_of_it_was_derived(lakehouse):
    """9,960 totals are given or follow; 18 of them lack a quantity and 457 more a date. 17 would need a price list."""
    step = lakehouse.last("silver.sales", "cafe")
    sql = f"SELECT rule, corrected FROM dq WHERE step_id = '{step.step_id}' AND corrected > 0 ORDER BY rule"
    corrected = {row["rule"]: row["corrected"] for row in lakehouse.query(sql, dq="ops.dq_results")}
    assert corrected == {"gross_amount.derived": 462, "quantity.derived": 441}
