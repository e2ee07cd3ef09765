"""Practice data: every count of the manifest, to the row."""

from __future__ import annotations

from decimal import Decimal

import engine as engines
import pytest

from scripts.practice.deliveries import generate, generate_increment

SOURCES = (
    "shop_customers", "shop_products", "shop_sales", "shop_suppliers", "shop_purchase_orders", "shop_stock_movements",
    "exchange_rates",
)  # fmt: skip
SHOP = {"lines": 20_000, "seed": 11}


@pytest.fixture(scope="module")
def told(tmp_path_factory, compiled):
    """A lake after the first delivery, and what was expected."""
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, compiled)
        engine = engines.make(tmp_path_factory.mktemp("practice"), SOURCES)
        manifest = generate(to=engine.landing, **SHOP)
        engine.settle()
        assert engine.run("+layer:silver") == 0
        yield engine, manifest


def found(engine, expected):
    """What the ledger has of a source, in the words of the manifest."""
    step = engine.last(expected.table, expected.source)
    sql = f"SELECT rule, corrected FROM dq WHERE step_id = '{step.step_id}' AND corrected > 0"
    books = step.books
    return {
        "outcomes": (books.read, books.published, books.quarantined, books.duplicate, books.superseded, books.replaced),
        "failed": engine.failed(step),
        "corrected": {row["rule"]: row["corrected"] for row in engine.query(sql, dq="ops.dq_results")},
    }


def meant(expected):
    return {
        "outcomes": (
            expected.read, expected.published, expected.quarantined, expected.duplicate, expected.superseded,
            expected.replaced,
        ),
        "failed": dict(expected.quarantined_by) | dict(expected.warned),
        "corrected": dict(expected.corrected),
    }  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
def test_every_count_of_the_manifest_is_met(told, source):
    engine, manifest = told
    assert found(engine, manifest.source(source)) == meant(manifest.source(source))


def test_what_was_sold_is_what_the_manifest_says(told):
    engine, manifest = told
    [sums] = engine.query("SELECT sum(net_amount) AS net, sum(quantity) AS units FROM s", s="silver.sales")
    assert sums["net"] == Decimal(manifest.source("shop_sales").net_amount)
    assert sums["units"] == Decimal(manifest.source("shop_sales").units)


@pytest.mark.full
def test_every_count_of_a_further_delivery_is_met(told):
    engine, _ = told
    manifest = generate_increment(1, rows=2_000, to=engine.landing, **SHOP)
    engine.settle()
    assert engine.run("+layer:silver") == 0
    for expected in manifest.sources:
        assert found(engine, expected) == meant(expected), expected.source
