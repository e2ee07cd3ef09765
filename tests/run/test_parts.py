"""Sources made of several parts: lines and headers of orders, products and the names of their categories."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import engine as engines
import pytest
from run.tills import SALES, csv

from lakehouse.adapters import northwind_sales
from lakehouse.catalog import load_conf
from lakehouse.errors import LakehouseError
from lakehouse.maintain.forgetting import forget
from lakehouse.quarantine import Command, act
from lakehouse.steps.silver import publishing

pytestmark = pytest.mark.full

MAIL = """
name: mail
doc: Orders by mail, lines and headers in files of their own.
owner: sales-data@example.org
parts:
  items:  {format: csv, path: "${landing}/mail/items*.csv"}
  orders: {format: csv, path: "${landing}/mail/orders*.csv"}
rows: items
adapter: northwind_sales
feeds: silver.sales
arrives_within: 2 days
identity: [product_id]
map:
  order_id:    {from: OrderID}
  product_id:  {from: sku}
  quantity:    {from: qty}
  unit_price:  {from: price}
  customer_id: {from: customer}
  sold_at:     {from: day, formats: [yyyy-MM-dd], zone: UTC}
  currency:    {value: EUR}
"""

SHELF = """
name: shelf
doc: What the shop sells, with the name of its category from another file.
owner: sales-data@example.org
parts:
  products:   {format: csv, path: "${landing}/shelf/products*.csv"}
  categories: {format: csv, path: "${landing}/shelf/categories*.csv"}
rows: products
adapter: northwind_products
feeds: silver.products
system: mail
map:
  product_id: {from: sku}
  category:   {from: CategoryName}
"""

ITEMS, ORDERS, CATEGORIES = "OrderID,sku,qty,price", "OrderID,customer,day", "CategoryID,CategoryName"
FIRST_ITEMS = csv(ITEMS, "1,tea,1,2.00", "1,jam,2,3.00", "2,tea,3,2.00", "3,tea,4,2.00")
FIRST_ORDERS = csv(ORDERS, "1,anna,2024-03-01", "2,berta,2024-03-02")
LATER_ORDERS = csv(ORDERS, "1,carla,2024-03-05", " 3 ,dora,2024-03-03", "2,berta,2024-03-02")
SILVER = ("layer:bronze", "silver.sales", "silver.products")
HELD = {"q": "quarantine.sales"}
KEPT = ("read", "published", "quarantined", "duplicate", "superseded", "held", "replaced", "replayed")


@dataclass
class Story:
    """One lake, and what was seen of it after each delivery."""

    engine: engines.Engine
    seen: dict[str, Any] = field(default_factory=dict)


def lines(engine):
    """What stands in `silver.sales`: `1 jam 2024-03-01 anna`."""
    rows = engine.query("SELECT order_id, product_id, sold_on, customer_id FROM s ORDER BY 1, 2", **SALES)
    return [f"{r['order_id']} {r['product_id']} {r['sold_on']} {r['customer_id']}" for r in rows]


def shelf(engine):
    return engine.query("SELECT product_id, category FROM p ORDER BY 1", p="silver.products")


def books(engine, table="silver.sales"):
    found = engine.last(table).books
    return {name: getattr(found, name) for name in KEPT if getattr(found, name)}


def held(engine):
    return [(r["broken"], r["status"]) for r in engine.query("SELECT broken, status FROM q ORDER BY 1, 2", **HELD)]


def contents(engine):
    """Every row of Silver, and what the quarantine holds."""
    rows = [engine.query("SELECT * FROM t", t=name) for name in ("silver.sales", "silver.products")]
    return [sorted(map(str, each)) for each in rows], held(engine)


def look(engine):
    return {"lines": lines(engine), "books": books(engine), "held": held(engine), "shelf": shelf(engine)}


def conf_of(engine):
    return load_conf(engine.conf, "dev", {"roots.lake": str(engine.lake_folder)})


@pytest.fixture(scope="module")
def story(tmp_path_factory, spark):
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("parts"))
        engine.add_source("mail", MAIL)
        engine.add_source("shelf", SHELF)
        told = Story(engine)
        engine.deliver("mail/items-1.csv", FIRST_ITEMS)
        told.seen["alone"] = engines.heard(lambda: engine.run(*SILVER))
        told.seen["waiting"] = engines.heard(lambda: engine.run(*SILVER))
        engine.deliver("mail/orders-1.csv", FIRST_ORDERS)
        engine.deliver("shelf/products.csv", csv("sku,CategoryID", "tea,1", "jam,2"))
        engine.deliver("shelf/categories.csv", csv(CATEGORIES, "1,Drinks"))
        assert engine.run(*SILVER) == 0
        told.seen["first"] = look(engine)
        engine.deliver("mail/orders-2.csv", LATER_ORDERS)
        engine.deliver("shelf/categories.csv", csv(CATEGORIES, "2,Sweet", "1,Hot drinks"))
        told.seen["plan"] = engines.heard(lambda: engine.run(*SILVER, dry_run=True))
        told.seen["killed"] = killed(engine)
        assert engine.run(*SILVER) == 0
        told.seen["later"] = look(engine)
        yield told


def killed(engine):
    """The same delivery in a lake of its own, where sales die between quarantine and table; what the next run left."""
    other, publish = engine.with_lake("killed"), publishing.publish_good

    def ends_at_sales(staged, record, context):
        if record.table == "silver.sales":
            raise RuntimeError("power")
        return publish(staged, record, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "publish_good", ends_at_sales)
        assert other.run(*SILVER) == 1
    assert other.run(*SILVER) == 0
    return contents(other)


def test_rows_wait_until_something_of_each_part_has_landed(story):
    code, said = story.seen["alone"]
    assert code == 0
    assert "bronze.mail_items" in said
    assert "silver.sales@mail" not in said
    code, said = story.seen["waiting"]
    assert "silver.sales@mail: rows wait, since nothing was delivered of mail_orders" in said
    assert "no Java process was started" in said


def test_each_part_has_a_bronze_table_and_rows_of_one_are_counted(story):
    assert story.engine.tables_of("bronze") == [
        "bronze.mail_items",
        "bronze.mail_orders",
        "bronze.shelf_categories",
        "bronze.shelf_products",
    ]
    first = story.seen["first"]
    assert first["books"] == {"read": 4, "published": 3, "quarantined": 1}
    assert first["lines"] == ["1 jam 2024-03-01 anna", "1 tea 2024-03-01 anna", "2 tea 2024-03-02 berta"]
    assert first["held"] == [("sold_at.not_null,sold_on.not_null", "open")]


def test_what_a_later_header_changes_is_judged_again_and_nothing_else(story):
    assert "another part delivered anew" in story.seen["plan"][1]
    later = story.seen["later"]
    assert later["books"] == {"read": 3, "published": 3, "replaced": 2, "replayed": 3}
    assert later["lines"] == [
        "1 jam 2024-03-05 carla",
        "1 tea 2024-03-05 carla",
        "2 tea 2024-03-02 berta",
        "3 tea 2024-03-03 dora",
    ]
    assert later["held"] == [("sold_at.not_null,sold_on.not_null", "replayed")]


def test_a_table_with_every_version_says_it_as_if_it_had_always_been_so(story):
    assert story.seen["first"]["shelf"] == [
        {"product_id": "jam", "category": None},
        {"product_id": "tea", "category": "Drinks"},
    ]
    assert story.seen["later"]["shelf"] == [
        {"product_id": "jam", "category": "Sweet"},
        {"product_id": "tea", "category": "Hot drinks"},
    ]


def test_a_full_refresh_says_the_same(story):
    other = story.engine.with_lake("refreshed")
    before = contents(other)
    assert other.run(full_refresh=("silver.sales", "silver.products"), exclude=("layer:gold",)) == 0
    assert other.last("silver.sales").books.read == 4
    again = contents(other)
    assert again[0] == before[0]


def test_a_killed_step_is_finished_as_if_nothing_had_happened(story):
    assert story.seen["killed"] == contents(story.engine)


def test_a_second_run_does_nothing(story):
    code, said = engines.heard(lambda: story.engine.run(*SILVER))
    assert (code, "no Java process was started" in said) == (0, True)


def test_a_discarded_file_of_headers_counts_no_more(story):
    other = story.engine.with_lake("discarded")
    _, catalog = conf_of(other)
    assert "orders-2.csv (mail_orders:2, 3 rows)" in act(
        other.lake, catalog, Command("discard", what="orders-2.csv", note="wrong"), keep_days=180
    )
    assert other.run(*SILVER) == 0
    assert lines(other) == story.seen["first"]["lines"]
    assert books(other) == {"read": 3, "published": 2, "quarantined": 1, "replaced": 3, "replayed": 3}


def test_a_blocked_batch_goes_on_when_its_headers_come(story):
    other = story.engine.with_lake("blocked")
    other.deliver("mail/items-2.csv", csv(ITEMS, *(f"{n},tea,1,2.00" for n in range(100, 130))))
    assert other.run(*SILVER) == 1
    assert books(other) == {"read": 30, "held": 30}
    other.deliver("mail/orders-3.csv", csv(ORDERS, *(f"{n},emma,2024-03-09" for n in range(100, 130))))
    assert other.run(*SILVER) == 0
    assert books(other) == {"read": 30, "published": 30}


def with_every_header(items, orders):
    """A header for each time that it was delivered; nothing for a line without one."""
    return items.join(orders.select("OrderID", "customer", "day"), "OrderID")


def test_an_adapter_that_loses_rows_is_found_out(story, monkeypatch):
    other = story.engine.with_lake("uneven")
    monkeypatch.setattr(northwind_sales, "adapt", with_every_header)
    code, said = engines.heard(lambda: other.run("silver.sales", full_refresh=("silver.sales",)))
    assert code == 1
    assert "an adapter made 6 rows of 4 delivered ones; it has to give one for each" in said


def test_whom_another_part_names_is_not_forgotten_by_halves(story):
    settings, catalog = conf_of(story.engine)
    with pytest.raises(LakehouseError, match="mail: read through an adapter"):
        forget(settings, catalog, system="mail", customer="anna", dry_run=True)
