"""What the catalog knows once everything is in order."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lakehouse.business import Anomalies, Business
from lakehouse.catalog import load_catalog, load_conf, rules_of
from lakehouse.errors import ConfigError
from lakehouse.settings.values import Mapped
from tests.catalog.practice_tables import DAILY, SALES, source

CONF = Path(__file__).parents[2] / "conf"

ASKING = """
@table("gold.asking", grain=("system",), inputs={"daily": "gold.daily_sales"}, columns=(SYSTEM,))
def asking(daily, *, params, as_of):
    "One row per business."
    return daily.limit(READ)
"""


def test_order_needs_and_both_directions(good):
    catalog = load_catalog([source("web"), source("shop")], package=good)
    assert catalog.order() == ("silver.sales", "gold.daily_sales")
    assert catalog.needs("gold.daily_sales") == {"silver.sales"}
    assert catalog.needs("silver.sales") == set()
    assert catalog.upstream("gold.daily_sales") == {"silver.sales", "bronze.shop", "bronze.web", "shop", "web"}
    assert catalog.downstream("shop") == {"bronze.shop", "silver.sales", "gold.daily_sales"}
    assert [each.name for each in catalog.feeding(catalog.table("silver.sales"))] == ["shop", "web"]
    assert catalog.feeding(catalog.table("gold.daily_sales")) == ()


def test_what_a_rule_or_a_spelling_looks_into_comes_first(package):
    products = SALES.replace("silver.sales", "silver.products").replace("def sales", "def products")
    judged = SALES.replace("write=", "rules=(refers_to('order_id', 'silver.products'),), write=")
    near = source(columns=(Mapped("order_id", origin="o", near="silver.areas.order_id"), "sold_on"))
    areas = products.replace("products", "areas")
    name = package({"silver/sales": judged, "silver/products": products, "silver/areas": areas})
    assert load_catalog(package=name).needs("silver.sales") == {"silver.products"}
    catalog = load_catalog([near], package=name)
    assert catalog.needs("silver.sales") == {"silver.products", "silver.areas"}
    assert catalog.order() == ("silver.areas", "silver.products", "silver.sales")


def test_an_unknown_table_names_the_nearest(good):
    with pytest.raises(ConfigError) as caught:
        load_catalog(package=good).table("gold.daily_sale")
    assert caught.value.problems[0].instead == "gold.daily_sales"


def test_rules_come_with_those_of_columns_and_grain_and_with_a_severity(good):
    catalog = load_catalog(package=good)
    assert [(rule.id, rule.severity) for rule in rules_of(catalog.table("silver.sales"))] == [
        ("system.not_null", "quarantine"),
        ("sold_on.not_null", "quarantine"),
        ("is_return.not_null", "quarantine"),
        ("sold_on.parses", "quarantine"),
        ("net_amount.parses", "quarantine"),
        ("is_return.parses", "quarantine"),
        ("grain.unique", "block"),
    ]
    assert [(rule.id, rule.severity) for rule in rules_of(catalog.table("gold.daily_sales"))] == [
        ("system.not_null", "block"),
        ("sold_on.not_null", "block"),
        ("grain.unique", "block"),
        ("net_amount.reconciles", "block"),
    ]


def test_a_source_can_only_break_the_types_it_maps(good):
    sales = load_catalog(package=good).table("silver.sales")
    parsed = [rule.id for rule in rules_of(sales, source()) if rule.id.endswith(".parses")]
    assert parsed == ["sold_on.parses"]


def test_tables_are_found_in_a_zip(good, tmp_path, monkeypatch):
    shutil.make_archive(str(tmp_path / "shop"), "zip", tmp_path, good)
    unpacked = load_catalog(package=good)
    for name in [each for each in sys.modules if each.partition(".")[0] == good]:
        del sys.modules[name]
    shutil.rmtree(tmp_path / good)
    monkeypatch.syspath_prepend(str(tmp_path / "shop.zip"))
    zipped = load_catalog(package=good)
    assert zipped.order() == ("silver.sales", "gold.daily_sales")
    assert zipped.hash_of(zipped.table("gold.daily_sales")) == unpacked.hash_of(unpacked.table("gold.daily_sales"))


def hash_of(package, **modules):
    name = package({path.replace("__", "/"): text for path, text in modules.items()})
    catalog = load_catalog(package=name)
    return catalog.hash_of(catalog.table("gold.daily_sales"))


def test_the_hash_changes_with_contract_rules_and_code(package):
    before = hash_of(package, silver__sales=SALES, gold__daily_sales=DAILY)
    assert hash_of(package, silver__sales=SALES, gold__daily_sales=DAILY) == before
    assert hash_of(package, silver__sales=SALES + "\n# other\n", gold__daily_sales=DAILY) == before
    changed = DAILY.replace("return sales", "return sales.where('net_amount > 0')")
    assert hash_of(package, silver__sales=SALES, gold__daily_sales=changed) != before
    ruled = DAILY.replace("rules=(", "rules=(between('net_amount', 0, 1),")
    assert hash_of(package, silver__sales=SALES, gold__daily_sales=ruled) != before


def test_the_hash_follows_helpers_that_the_build_imports(package, tmp_path):
    calling = "\nfrom {name}.columns import helper\n" + DAILY.replace("return sales", "return helper(sales)")
    helper = "def helper(rows):\n    return rows\n"
    name = package({"silver/sales": SALES, "gold/daily_sales": calling, "columns": helper})
    catalog = load_catalog(package=name)
    daily, sales = catalog.table("gold.daily_sales"), catalog.table("silver.sales")
    before = catalog.hash_of(daily), catalog.hash_of(sales)
    (tmp_path / name / "columns.py").write_text(helper.replace("return rows", "return rows.limit(1)"))
    later = load_catalog(package=name)
    assert later.hash_of(daily) != before[0]
    assert later.hash_of(sales) == before[1]


@pytest.mark.parametrize(
    ("read", "changes"),
    [("params.anomalies.lines_per_month", True), ("params", True), ("1", False)],
)
def test_the_hash_follows_the_params_that_the_build_reads(package, read, changes):
    modules = {"silver/sales": SALES, "gold/daily_sales": DAILY, "gold/asking": ASKING.replace("READ", read)}
    catalog = load_catalog(package=package(modules))
    asking = catalog.table("gold.asking")
    same = catalog.hash_of(asking, Business()) == catalog.hash_of(asking, Business(Anomalies(9)))
    assert same is not changes


def test_the_projects_own_tables_and_sources_are_in_order():
    settings, catalog = load_conf(CONF)
    assert settings.env == "dev"
    assert {"complete_journey", "online_retail"} <= set(catalog.sources)
    assert catalog.order().index("silver.sales") < catalog.order().index("gold.daily_sales")
    anomalies = catalog.table("gold.sales_anomalies")
    other = replace(settings.business, anomalies=Anomalies(6))
    assert catalog.hash_of(anomalies, settings.business) != catalog.hash_of(anomalies, other)


def test_settings_sources_and_contracts_share_one_message(tmp_path):
    conf = shutil.copytree(CONF, tmp_path / "conf")
    (conf / "dev.yaml").write_text("zoen: UTC")
    shop = (conf / "sources" / "online_retail.yaml").read_text()
    shop = shop.replace("product_name:", "prodct_name:").replace("2 days", "two days")
    (conf / "sources" / "online_retail.yaml").write_text(shop)
    with pytest.raises(ConfigError) as caught:
        load_conf(conf)
    assert str(caught.value).splitlines() == [
        "conf/dev.yaml: zoen: is no word here. Did you mean 'zone'?",
        "conf/sources/online_retail.yaml: arrives_within: 'two days' is not a length of time like"
        " '2 days', '12 hours', '30 minutes' or '2 s'.",
        "conf/sources/online_retail.yaml: map.prodct_name: is not a column of silver.sales."
        " Did you mean 'product_name'?",
    ]


def test_production_takes_its_places_from_the_environment(monkeypatch):
    monkeypatch.setenv("LAKEHOUSE_LANDING", "s3a://shop-landing")
    monkeypatch.setenv("LAKEHOUSE_LAKE", "s3a://shop-lake")
    settings, catalog = load_conf(CONF, "prod")
    assert settings.roots.lake == "s3a://shop-lake"
    assert settings.as_of == "today"
    assert catalog.sources["online_retail"].read.path == "s3a://shop-landing/online_retail/*.csv*"
