"""Files that come again: the same, another name, overlapping, corrected. Counts as the contract says."""

from __future__ import annotations

import shutil

import engine as engines
import pytest
from run.tills import DESK, DESK_HEAD, OFFICE, OFFICE_HEAD, TILL_HEAD, TILLS, Sold, books, csv, sold, versions

from lakehouse import ledger, session

SILVER = ("layer:bronze", "silver.sales")
MORNING = csv(
    TILL_HEAD,
    "1,tea,2,3.50,2024-03-01 09:00:00",
    "1,cake,1,1250.00,2024-03-01 09:00:00",
    "2,tea,1,3.50,2024-03-01 10:30:00",
    "2,tea,1,3.50,2024-03-01 10:30:00",
)
"""Four lines; the last two are two cups of tea, rung up one by one."""
EVENING = csv(TILL_HEAD, "9,tea,1,3.50,2024-03-01 20:00:00")


@pytest.fixture
def no_java(monkeypatch):
    """Call it: from then on a run that would start Java fails."""

    def forbid():
        def start(*_, **__):
            raise AssertionError("a Java process would have been started")

        monkeypatch.setattr(session, "start", start)

    return forbid


@pytest.fixture(scope="module")
def published(tmp_path_factory, spark):
    """A morning and an evening of the tills, published."""
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        engine = engines.make(tmp_path_factory.mktemp("tills"))
        engine.add_source("tills", TILLS)
        engine.add_source("office", OFFICE)
        engine.deliver("tills/morning.csv", MORNING)
        engine.deliver("tills/evening.csv", EVENING)
        assert engine.run(*SILVER) == 0
        yield engine


@pytest.fixture
def shop(published, request, monkeypatch, spark):
    """The same lake and landing folder for each test."""
    engines.share_session(monkeypatch, spark)
    aside = published.home / "landing as it was"
    shutil.copytree(published.landing, aside)
    yield published.with_lake(request.node.name)
    shutil.rmtree(published.landing)
    aside.rename(published.landing)


def states(engine):
    return sorted((file.path.rpartition("/")[2], file.state) for file in ledger.files(engine.lake))


def test_a_file_delivered_twice_adds_nothing_and_starts_no_java(shop, no_java, capsys):
    assert books(shop, "tills") == {"read": 5, "published": 5}
    before, steps = versions(shop), len(ledger.steps(shop.lake))
    no_java()
    shop.deliver("tills/morning.csv", MORNING)
    shop.deliver("tills/copy of morning.csv", MORNING)
    assert shop.run(*SILVER) == 0
    assert "copy of morning.csv was delivered before under another name; not read again" in capsys.readouterr().out
    assert shop.run(*SILVER) == 0
    assert "no Java process was started" in capsys.readouterr().out
    assert versions(shop) == before
    assert sorted(before) == ["bronze.tills", "silver.sales"]
    assert len(ledger.steps(shop.lake)) == steps
    assert states(shop) == [("copy of morning.csv", "repeated"), ("evening.csv", "landed"), ("morning.csv", "landed")]


def test_overlapping_files_add_only_what_is_new_however_they_are_written(shop, no_java):
    shop.deliver("tills/day.csv", MORNING + "3,cake,1,9.00,2024-03-01 18:00:00\n")
    office = csv(
        OFFICE_HEAD,
        "01.03.2024 09:00:00;1;tea;3,5;2,0",
        "01.03.2024 09:00:00;1;cake;1.250,00;1",
        "01.03.2024 10:30:00;2;tea;3,50;1",
        "01.03.2024 10:30:00;2;tea;3,50;1,000",
        "01.03.2024 10:30:00;2;tea;3,50;1",
        "01.03.2024 19:00:00;4;tea;3,50;1",
    )
    shop.deliver("office/march.csv", office)
    assert shop.run(*SILVER) == 0
    by_source = {name: books(shop, name) for name in ("tills", "office")}
    assert by_source == {
        "tills": {"read": 5, "published": 1, "duplicate": 4},
        "office": {"read": 6, "published": 2, "duplicate": 4},
    }
    assert sold(shop) == [
        Sold("1", "1", "1250.00"),
        Sold("1", "2", "7.00"),
        *[Sold("2", "1", "3.50")] * 3,
        Sold("3", "1", "9.00"),
        Sold("4", "1", "3.50"),
        Sold("9", "1", "3.50"),
    ]
    before = versions(shop)
    no_java()
    assert shop.run(*SILVER) == 0
    assert versions(shop) == before


def test_a_line_that_its_file_no_longer_has_stays_when_another_delivery_has_it(shop, no_java):
    shop.deliver("tills/copy.csv", csv(TILL_HEAD, "2,tea,1,3.50,2024-03-01 10:30:00"))
    shop.deliver("office/march.csv", csv(OFFICE_HEAD, "01.03.2024 09:00:00;1;cake;1.250,00;1"))
    assert shop.run(*SILVER) == 0
    assert books(shop, "tills") == {"read": 1, "duplicate": 1}
    assert books(shop, "office") == {"read": 1, "duplicate": 1}
    shop.deliver("tills/morning.csv", csv(TILL_HEAD, "3,tea,1,3.50,2024-03-01 09:00:00"))
    assert shop.run(*SILVER) == 0
    assert books(shop, "tills") == {"read": 1, "published": 1, "replaced": 4}, "two are gone, two are restored"
    query = "SELECT source, order_id, quantity FROM s ORDER BY order_id"
    assert [(r["source"], r["order_id"], int(r["quantity"])) for r in shop.query(query, s="silver.sales")] == [
        ("office", "1", 1),
        ("tills", "2", 1),
        ("tills", "3", 1),
        ("tills", "9", 1),
    ]
    before = shop.query("SELECT source, order_id, line_id, net_amount FROM s ORDER BY order_id", s="silver.sales")
    assert shop.run(*SILVER, full_refresh=("silver.sales",)) == 0
    after = shop.query("SELECT source, order_id, line_id, net_amount FROM s ORDER BY order_id", s="silver.sales")
    assert after == before
    no_java()
    assert shop.run(*SILVER) == 0


def test_the_newest_version_of_a_numbered_line_wins_whenever_it_arrives(engine, no_java):
    engine.add_source("desk", DESK)
    first = csv(
        DESK_HEAD,
        "1,1,2,10.00,2024-03-01 09:00:00,2024-03-01 09:00:00",
        "1,2,1,5.00,2024-03-01 09:00:00,2024-03-01 09:00:00",
        "1,2,4,5.00,2024-03-01 09:00:00,2024-03-01 12:00:00",
    )
    engine.deliver("desk/1.csv", first)
    assert engine.run(*SILVER) == 0
    assert books(engine, "desk") == {"read": 3, "published": 2, "superseded": 1}
    second = csv(
        DESK_HEAD,
        "1,1,3,10.00,2024-03-01 09:00:00,2024-03-05 09:00:00",
        "1,2,9,5.00,2024-03-01 09:00:00,2024-03-01 10:00:00",
        "1,2,4,5.00,2024-03-01 09:00:00,2024-03-01 12:00:00",
        "2,1,1,1.00,2024-03-02 09:00:00,2024-03-02 09:00:00",
    )
    engine.deliver("desk/2.csv", second)
    assert engine.run(*SILVER) == 0
    assert books(engine, "desk") == {"read": 4, "published": 2, "duplicate": 1, "superseded": 1, "replaced": 1}
    assert sold(engine) == [Sold("1", "3", "30.00"), Sold("1", "4", "20.00"), Sold("2", "1", "1.00")]
    before = versions(engine)
    no_java()
    assert engine.run(*SILVER) == 0
    assert versions(engine) == before


def test_a_corrected_file_under_an_old_name_replaces_its_earlier_lines(shop, no_java):
    corrected = csv(
        TILL_HEAD,
        "1,tea,2,3.50,2024-03-01 09:00:00",
        "1,cake,1,12.50,2024-03-01 09:00:00",
        "2,tea,1,3.50,2024-03-01 10:30:00",
    )
    shop.deliver("tills/morning.csv", corrected)
    assert shop.run(*SILVER) == 0
    assert books(shop, "tills") == {"read": 3, "published": 1, "duplicate": 2, "replaced": 2}
    assert sold(shop) == [
        Sold("1", "1", "12.50"),
        Sold("1", "2", "7.00"),
        Sold("2", "1", "3.50"),
        Sold("9", "1", "3.50"),
    ]
    assert shop.query("SELECT count(*) AS n FROM b", b="bronze.tills") == [{"n": 8}]
    before = versions(shop)
    no_java()
    assert shop.run(*SILVER) == 0
    assert versions(shop) == before
