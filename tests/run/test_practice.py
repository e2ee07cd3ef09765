"""Practice data: every count of the manifest, to the row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scripts.practice.deliveries import generate

SOURCES = ("shop_customers", "shop_products", "shop_sales")


@pytest.fixture
def delivered(engine):
    for name in SOURCES:
        engine.add_source(name)
    manifest = generate(lines=50_000, seed=11, to=engine.landing)
    engine.settle()
    return manifest


def test_every_count_of_the_manifest_is_met(engine, delivered):
    assert engine.run("+silver.sales") == 0
    for name in SOURCES:
        expected = delivered.source(name)
        books = engine.last(expected.table, name).books
        assert (books.read, books.published, books.quarantined, books.duplicate, books.superseded) == (
            expected.read, expected.published, expected.quarantined, expected.duplicate, expected.superseded
        )  # fmt: skip
        assert engine.failed(engine.last(expected.table, name)) == dict(expected.quarantined_by) | dict(expected.warned)
    [sums] = engine.query("SELECT sum(net_amount) AS net, sum(quantity) AS units FROM s", s="silver.sales")
    assert sums["net"] == Decimal(delivered.source("shop_sales").net_amount)
    assert sums["units"] == Decimal(delivered.source("shop_sales").units)
