"""Products over time, delivery by delivery: what readers of every version see, and what a full refresh gives."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import engine as engines
import pytest
from run.catalogues import GOODS, PRODUCTS, SHELF, books, contents, goods, shelf, versions

from lakehouse import ledger
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.quarantine import Decision

if TYPE_CHECKING:
    from lakehouse.ledger import StepRecord

pytestmark = pytest.mark.full


@dataclass
class Story:
    """What the table said after each delivery."""

    engine: engines.Engine
    versions: list[list[tuple[object, ...]]] = field(default_factory=list)
    books: list[dict[str, int]] = field(default_factory=list)
    steps: list[StepRecord] = field(default_factory=list)
    before: list[dict[str, object]] = field(default_factory=list)
    at_once: list[dict[str, object]] = field(default_factory=list)


def told(home, source, text, system, deliveries, *, fixed=None):
    """Deliver one file after the other, each judged by itself; then judge all of them again at once.

    `fixed`: the text that a person gives at last, by column, to the row without a key in the first file.
    """
    engine = engines.make(home)
    engine.add_source(source, text)
    story = Story(engine)
    for path, content in deliveries:
        engine.deliver(path, content)
        assert engine.run(*PRODUCTS) == 0
        story.versions.append(versions(engine, system))
        story.books.append(books(engine, source))
        story.steps.append(engine.last("silver.products", source))
    if fixed:
        fix_keyless(engine, source, fixed)
        assert engine.run(*PRODUCTS) == 0
        story.versions.append(versions(engine, system))
        story.books.append(books(engine, source))
    story.before = contents(engine)
    assert engine.run(*PRODUCTS, full_refresh=("silver.products",)) == 0
    story.at_once = contents(engine)
    return story


def fix_keyless(engine, source, values):
    [row] = engine.query("SELECT _row_id AS r FROM q WHERE _batch_id = 1", q="quarantine.products")
    fix = Decision("fix", "looked it up", ledger.now(), values=json.dumps(values))
    event = fix.event(source, table="silver.products", batch_id=1, row_id=row["r"], file="1.csv")
    engine.lake.append(quarantine_actions, [event])


@pytest.fixture(scope="module")
def changes(tmp_path_factory, spark):
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        deliveries = [
            ("goods/1.csv", goods("tea,Tea,3.00,10", "tea,Green tea,3.50,20", "cup,Cup,5.00,10", "mug,Mug,,10")),
            ("goods/2.csv", goods("tea,Leaf tea,3.20,15", "cup,,,14,D", "mug,Mug,,12", "pot,Pot,-1,10", ",Lid,1,10")),
            ("goods/3.csv", goods("cup,Cup,5.00,18", "mug,Jug,,11", "tea,Tea,3.00,5")),
            ("goods/3.csv", goods("cup,Cup,5.00,18", "mug,Jug,,11", "tea,Tea,3.00,10")),
        ]
        yield told(tmp_path_factory.mktemp("changes"), "goods", GOODS, "corner", deliveries)


def test_changes_of_one_delivery_become_versions_in_the_order_of_their_moments(changes):
    assert changes.books[0] == {"read": 4, "published": 4}
    assert changes.versions[0] == [
        ("cup", "Cup", "ever", None, True),
        ("mug", "Mug", "ever", None, True),
        ("tea", "Tea", "ever", "20", False),
        ("tea", "Green tea", "20", None, True),
    ]


def test_a_late_change_comes_between_a_deletion_ends_and_what_says_nothing_new_adds_nothing(changes):
    assert changes.books[1] == {"read": 5, "published": 2, "quarantined": 2, "duplicate": 1, "replaced": 3}
    assert changes.versions[1] == [
        ("cup", "Cup", "ever", "14", False),
        ("cup", None, "14", None, False),
        ("mug", "Mug", "ever", None, True),
        ("tea", "Tea", "ever", "15", False),
        ("tea", "Leaf tea", "15", "20", False),
        ("tea", "Green tea", "20", None, True),
    ]


def test_what_is_listed_again_leaves_a_gap_and_what_was_said_twice_comes_back_after_a_late_change(changes):
    assert changes.books[2] == {"read": 3, "published": 3, "replaced": 3}
    assert changes.versions[2] == [
        ("cup", "Cup", "ever", "14", False),
        ("cup", None, "14", "18", False),
        ("cup", "Cup", "18", None, True),
        ("mug", "Mug", "ever", "11", False),
        ("mug", "Jug", "11", "12", False),
        ("mug", "Mug", "12", None, True),
        ("tea", "Tea", "ever", "15", False),
        ("tea", "Leaf tea", "15", "20", False),
        ("tea", "Green tea", "20", None, True),
    ]


def test_a_file_delivered_again_takes_nothing_away_and_without_news_nothing_is_committed(changes):
    assert changes.books[3] == {"read": 3, "duplicate": 3}
    assert changes.versions[3] == changes.versions[2]
    assert changes.steps[3].version_after == changes.steps[3].version_before


def test_all_changes_judged_at_once_give_the_same_rows(changes):
    assert changes.at_once == changes.before


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory, spark):
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)
        deliveries = [
            ("shelf/1.csv", shelf("tea,Tea,3.00", "cup,Cup,5.00", "pot,Pot,9.00", ",Pan,7.00")),
            ("shelf/2.csv", shelf("tea,Tea,3.00", "cup,Cup,-5.00", "mug,Mug,4.00")),
            ("shelf/2.csv", shelf("mug,Mug,4.00", "tea,Tea,3.00", "cup,Cup,-5.00")),
            ("shelf/3.csv", shelf("tea,Tea,3.50", "mug,Mug,4.00", "pot,Pot,9.00")),
        ]
        yield told(
            tmp_path_factory.mktemp("snapshots"), "shelf", SHELF, "kiosk", deliveries, fixed={"product_id": "pan"}
        )


def test_what_a_snapshot_leaves_out_was_deleted_and_what_it_lists_wrongly_was_not(snapshots):
    assert snapshots.books[0] == {"read": 4, "published": 3, "quarantined": 1}
    assert snapshots.books[1] == {"read": 3, "published": 1, "quarantined": 1, "duplicate": 1, "replaced": 1}
    assert snapshots.versions[1] == [
        ("cup", "Cup", "ever", None, True),
        ("mug", "Mug", "ever", None, True),
        ("pot", "Pot", "ever", "then", False),
        ("pot", None, "then", None, False),
        ("tea", "Tea", "ever", None, True),
    ]


def test_a_snapshot_that_lists_the_same_changes_nothing(snapshots):
    assert snapshots.books[2] == {"read": 3, "quarantined": 1, "duplicate": 2}
    assert snapshots.steps[2].version_after == snapshots.steps[2].version_before


def test_a_later_snapshot_is_compared_with_the_one_before(snapshots):
    assert snapshots.books[3] == {"read": 3, "published": 2, "duplicate": 1, "replaced": 3}
    assert snapshots.versions[3] == [
        ("cup", "Cup", "ever", "then", False),
        ("cup", None, "then", None, False),
        ("mug", "Mug", "ever", None, True),
        ("pot", "Pot", "ever", "then", False),
        ("pot", None, "then", "then", False),
        ("pot", "Pot", "then", None, True),
        ("tea", "Tea", "ever", "then", False),
        ("tea", "Tea", "then", None, True),
    ]


def test_a_key_that_a_fix_gives_to_an_old_snapshot_was_deleted_by_the_one_after_it(snapshots):
    assert snapshots.books[4] == {"read": 1, "published": 1}
    assert [version for version in snapshots.versions[4] if version not in snapshots.versions[3]] == [
        ("pan", "Pan", "ever", "then", False),
        ("pan", None, "then", None, False),
    ]


def test_all_snapshots_judged_at_once_give_the_same_rows(snapshots):
    assert snapshots.at_once == snapshots.before
