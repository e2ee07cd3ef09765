"""`base.yaml` <- `<env>.yaml` <- `--set`: what wins, what is replaced, and what every mistake says."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from examples import ROOT

from lakehouse.business import Anomalies
from lakehouse.errors import ConfigError, Problem
from lakehouse.settings import load

if TYPE_CHECKING:
    from pathlib import Path

BASE = """
roots: {landing: in}
spark: {spark.sql.shuffle.partitions: 4, spark.ui.enabled: false}
retention: {releases: 30}
on_result: {command: [notify, --loud]}
"""


@pytest.fixture
def conf(tmp_path):
    folder = tmp_path / "shop" / "conf"

    def write(*, base=BASE, dev="", business="", **sources) -> Path:
        (folder / "sources").mkdir(parents=True, exist_ok=True)
        files = {"base": base, "dev": dev, "business": business}
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(text)
        for name, text in sources.items():
            (folder / "sources" / f"{name}.yaml").write_text(text)
        return folder

    return write


def problems(conf, env="dev", overrides=None):
    with pytest.raises(ConfigError) as caught:
        load(conf, env, overrides)
    return list(caught.value.problems)


def test_roots_lie_beside_the_conf_folder_unless_they_are_addresses(conf):
    folder = conf(base="roots: {landing: in/./box, lake: 's3://shop/lake', jars: /opt/jars}")
    roots = load(folder).roots
    home = folder.parent
    assert roots.landing == f"{home}/in/box"
    assert roots.lake == "s3://shop/lake"
    assert roots.jars == "/opt/jars"
    assert roots.docs == f"{home}/var/docs"


def test_the_environment_goes_over_the_base_map_by_map(conf):
    dev = "spark: {spark.ui.enabled: true}\nretention:\non_result: {command: [mail]}\nzone: Europe/London"
    settings = load(conf(dev=dev))
    assert settings.spark == {"spark.sql.shuffle.partitions": "4", "spark.ui.enabled": "true"}
    assert settings.on_result.command == ("mail",)
    assert settings.retention.releases == 30
    assert settings.zone == "Europe/London"


def test_set_goes_over_both(conf):
    overrides = {"roots.landing": "/x", "spark.sql.shuffle.partitions": "9", "spark.spark.a.b": "1", "as_of": "data"}
    settings = load(conf(dev="as_of: today"), "dev", overrides)
    assert settings.roots.landing == "/x"
    assert settings.spark["spark.sql.shuffle.partitions"] == "9"
    assert settings.spark["spark.a.b"] == "1"
    assert settings.as_of == "data"


def test_environment_variables_and_roots_are_put_in(conf, monkeypatch):
    monkeypatch.setenv("SHOP_BUCKET", "s3://shop")
    base = "roots: {lake: '${env:SHOP_BUCKET}/lake'}\nspark: {spark.eventLog.dir: '${lake}/log'}"
    settings = load(conf(base=base))
    assert settings.roots.lake == "s3://shop/lake"
    assert settings.spark == {"spark.eventLog.dir": "s3://shop/lake/log"}


def test_text_stays_as_it_was_written(conf):
    settings = load(conf(base="spark: {spark.a: NO, spark.b: 00123, spark.c: 1.0, spark.d: null, spark.e: 2024-01-01}"))
    assert list(settings.spark.values()) == ["NO", "00123", "1.0", "null", "2024-01-01"]


def test_the_business_of_this_project_holds_together():
    business = load(ROOT / "conf").business
    assert business.tax.by_region["West"] == Decimal("0.095")
    assert business.rfm.segments["can't lose"] == "R1-2 F5"
    assert set(business.rfm.advice) == set(business.rfm.segments)
    assert business.calendar.holidays["2024-12-25"] == "Christmas Day"


def test_what_a_business_cannot_mean_is_said_with_its_key(conf):
    said = """
    tax: {by_region: {North: 8}, otherwise: nothing}
    calendar: {opens: 18, closes: 9, closed_on: [Sonntag], holidays: {2024-02-30: Nobody}}
    rfm: {segments: {all: R1-5 F1-4, some: R1 F4-5}, advice: {all: Write to them., most: Wait.}}
    supply: {price: 0.5}
    """
    assert [(each.key, each.what) for each in problems(conf(business=said))] == [
        ("tax.otherwise", "'nothing' is not a number"),
        ("calendar.opens", "18 to 9 are no hours of a day"),
        ("calendar.closed_on", "'Sonntag' is no weekday like Sunday"),
        ("calendar.holidays.2024-02-30", "is no day like 2024-12-25"),
        ("rfm.advice.most", "is no segment"),
        ("rfm.segments", "R1 F4 belongs to 2 segments, not to one"),
        ("rfm.segments", "R2 F5 belongs to 0 segments, not to one"),
        ("rfm.segments", "R3 F5 belongs to 0 segments, not to one"),
        ("rfm.segments", "R4 F5 belongs to 0 segments, not to one"),
        ("rfm.segments", "R5 F5 belongs to 0 segments, not to one"),
        ("supply.price", "price, reliability and delivery add up to 1.10, not to 1"),
    ]


def test_supply_and_stock_without_sense_are_said(conf):
    said = """
    stock: {demand_days: 0}
    forecast: {horizon_days: 0, history_days: 27, least_days: 0}
    supply: {service_level: 1, cover_days: 0, pack_size: 0, overdue_days: 0}
    """
    assert [(each.key, each.what) for each in problems(conf(business=said))] == [
        ("forecast.horizon_days", "0 is too few; at least 1"),
        ("forecast.least_days", "0 is too few; at least 1"),
        ("forecast.history_days", "27 is too few; at least 28"),
        ("stock.demand_days", "0 is too few; at least 1"),
        ("supply.service_level", "1 does not lie between 0.5 and 1, 1 itself left out"),
        ("supply.cover_days", "0 is too few; at least 1"),
        ("supply.pack_size", "0 is too few; at least 1"),
        ("supply.overdue_days", "0 is too few; at least 1"),
    ]


def test_limits_that_nothing_or_everything_reaches_are_said(conf):
    said = """
    anomalies: {lines_per_month: 0, score_above: 0}
    loyalty: {points_per_unit: -1}
    tiers: {months: 0, frequent_orders: 0, vip_spend: -0.01}
    baskets: {least_orders: 0, most_products: 2001}
    """
    assert [(each.key, each.what) for each in problems(conf(business=said))] == [
        ("anomalies.lines_per_month", "0 is too few; at least 1"),
        ("anomalies.score_above", "0 would flag every day; it lies above 0"),
        ("loyalty.points_per_unit", "-1 is less than nothing"),
        ("tiers.months", "0 is too few; at least 1"),
        ("tiers.frequent_orders", "0 is too few; at least 1"),
        ("tiers.vip_spend", "-0.01 is less than nothing"),
        ("baskets.least_orders", "0 is too few; at least 1"),
        ("baskets.most_products", "2001 does not lie between 2 and 2000"),
    ]


def test_business_is_read_like_its_values(conf):
    assert load(conf(business="anomalies: {lines_per_month: 7}")).business.anomalies == Anomalies(7)
    assert load(conf(business="")).business.anomalies == Anomalies(5)


def test_every_mistake_of_every_file_comes_in_one_message(conf):
    folder = conf(
        base="roots: {landign: x}\nspark: {sql.x: 1}\nretention: {releases: 0}\nas_of: tomorrow\nzone: Mars/Base\n",
        dev="on_result: {post: ftp://x}\nretension: {docs: 1}\n",
        business="anomalies: {lines: 3}\n",
        shop="name: shop\nfeds: silver.sales\n",
    )
    found = problems(folder, "dev", {"retention.docs": "many"})
    assert [(each.file, each.key, each.instead) for each in found if not each.file.endswith("shop.yaml")] == [
        ("conf/base.yaml", "roots.landign", "landing"),
        ("conf/base.yaml", "spark.sql.x", "spark.sql.x"),
        ("conf/base.yaml", "retention.releases", ""),
        ("--set", "retention.docs", ""),
        ("conf/dev.yaml", "on_result.post", ""),
        ("conf/business.yaml", "anomalies.lines", "lines_per_month"),
        ("conf/base.yaml", "zone", ""),
        ("conf/base.yaml", "as_of", ""),
        ("conf/dev.yaml", "retension", "retention"),
    ]
    assert Problem("conf/sources/shop.yaml", "feds", "is no word of a source", "feeds") in found


@pytest.mark.parametrize(
    ("base", "key", "what"),
    [
        ("zone: UTC\nzone: UTC\n", "zone", "is written twice, again in line 2"),
        ("roots: {lake: a, lake: b}", "roots.lake", "is written twice, again in line 1"),
        ("roots: [a, b]", "roots", "is a list, and a map of words is expected"),
        ("zone: [UTC]", "zone", "is a list, and one value is expected"),
        ("- a", "file", "holds no words; it starts with `word: value`"),
        ("a: &x 1\nb: *x", "line 2", "is not YAML: an alias (*name) stands here; write the value itself"),
        ("zone: 'UTC", "line 1", "is not YAML: found unexpected end of stream"),
        ("{[a]: b}", "file", "has a word that is not text in line 1"),
        ("roots: {lake: '${lakes}/x'}", "roots.lake", "${lakes} names no root; only a root or ${env:NAME} is replaced"),
        (
            "spark: {spark.a: '${env:NOT_SET_HERE}'}",
            "spark.spark.a",
            "the environment variable NOT_SET_HERE is not set",
        ),
    ],
)
def test_a_mistake_names_file_key_and_cause(conf, base, key, what):
    assert Problem("conf/base.yaml", key, what) in problems(conf(base=base))


def test_bytes_that_are_no_text(conf):
    folder = conf()
    (folder / "base.yaml").write_bytes(b"zone: \xff\xfe\xfa")
    assert problems(folder)[0].what.startswith("is not YAML")


def test_missing_files_are_named(conf, tmp_path):
    assert Problem("conf/prd.yaml", "--env", "there is no environment 'prd'", "") in problems(conf(), "prd")
    assert Problem("conf/dve.yaml", "--env", "there is no environment 'dve'", "dev") in problems(conf(), "dve")
    assert [each.file for each in problems(tmp_path / "no")] == ["no/base.yaml", "no/dev.yaml", "no/business.yaml"]


def test_the_hash_changes_with_what_decides_how_rows_are_judged_and_with_nothing_else(conf):
    before = load(conf()).hash
    assert load(conf(dev="retention: {docs: 3}"), "dev", {"roots.lake": "/elsewhere"}).hash == before
    assert load(conf(business="anomalies: {lines_per_month: 6}")).hash != before
    assert load(conf(dev="as_of: data")).hash != before
