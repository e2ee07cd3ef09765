"""What lies in a landing folder is listed, settled, hashed and compared with what is known."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

from lakehouse.landing import Arrivals, Found, Known, look
from lakehouse.landing.files import listing, place
from lakehouse.settings.values import Read, Source

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
HASH_OF_ONE = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"  # sha256 of the text "1"


def source(path: str) -> Source:
    return Source("shop", "", "", Read("csv", path), "silver.sales", "shop", ())


def put(path: Path, text: str = "1", *, age: float = 3600) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (NOW.timestamp() - age,) * 2)
    return str(path)


def names(files: tuple[Found, ...]) -> list[str]:
    return [file.path.rpartition("/")[2] for file in files]


def known(found: Found, state: str = "landed") -> Known:
    return Known(found.path, found.size, found.modified_at, found.sha256, state)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "landing" / "shop"


def seen(inbox: Path, *known: Known, glob: str = "*.csv*") -> Arrivals:
    return look(source(f"{inbox}/{glob}"), known, now=NOW)


def test_a_new_file_is_described_and_hashed(inbox):
    path = put(inbox / "day.csv", age=60)
    assert seen(inbox).new == (Found(path, 1, NOW - timedelta(seconds=60), HASH_OF_ONE),)


def test_a_folder_that_does_not_exist_holds_no_files(inbox):
    assert seen(inbox) == Arrivals()


def test_files_come_by_time_then_path(inbox):
    put(inbox / "b.csv", "b", age=100)
    put(inbox / "a.csv", "a", age=100)
    put(inbox / "z.csv", "z", age=200)
    assert names(seen(inbox).new) == ["z.csv", "a.csv", "b.csv"]


@pytest.mark.parametrize("name", [".day.csv", "_day.csv", "day.csv.tmp", "day.csv.part"])
def test_a_name_that_says_it_is_being_written_waits(inbox, name):
    put(inbox / name)
    arrivals = seen(inbox)
    assert (names(arrivals.waiting), arrivals.new) == ([name], ())
    assert arrivals.waiting[0].sha256 == ""


@pytest.mark.parametrize(("age", "waits"), [(0, True), (1.9, True), (2.1, False), (-1, True), (-86_400, False)])
def test_a_file_that_changed_a_moment_ago_waits(inbox, age, waits):
    put(inbox / "day.csv", age=age)
    assert bool(seen(inbox).waiting) is waits


def test_settle_is_the_source_s_own(inbox):
    put(inbox / "day.csv", age=30)
    slow = replace(source(f"{inbox}/*"), settle_seconds=60)
    assert names(look(slow, (), now=NOW).waiting) == ["day.csv"]


def test_an_unchanged_file_is_neither_new_nor_hashed(inbox, monkeypatch):
    put(inbox / "day.csv")
    (found,) = seen(inbox).new
    monkeypatch.setattr("lakehouse.landing.arrivals.sha256_of", pytest.fail)
    assert seen(inbox, known(found)) == Arrivals()


@pytest.mark.parametrize("state", ["claimed", "landed", "repeated", "discarded"])
def test_the_same_content_under_another_name_is_repeated(inbox, state):
    put(inbox / "day.csv")
    (found,) = seen(inbox).new
    put(inbox / "copy.csv")
    arrivals = seen(inbox, known(found, state))
    assert (names(arrivals.repeated), arrivals.new) == (["copy.csv"], ())


@pytest.mark.parametrize("state", ["set_aside", "withdrawn"])
def test_content_that_was_never_published_is_new_under_another_name(inbox, state):
    put(inbox / "day.csv")
    (found,) = seen(inbox).new
    put(inbox / "copy.csv")
    arrivals = seen(inbox, known(found, state))
    assert (names(arrivals.new), arrivals.repeated, arrivals.corrected) == (["copy.csv"], (), ())


def test_of_two_equal_files_in_one_look_the_earlier_is_new(inbox):
    put(inbox / "late.csv", age=10)
    put(inbox / "early.csv", age=20)
    arrivals = seen(inbox)
    assert (names(arrivals.new), names(arrivals.repeated)) == (["early.csv"], ["late.csv"])


def test_the_same_name_with_new_content_is_new_and_corrected(inbox):
    put(inbox / "day.csv", age=90)
    (found,) = seen(inbox).new
    put(inbox / "day.csv", "2", age=30)
    arrivals = seen(inbox, known(found))
    assert names(arrivals.new) == ["day.csv"]
    assert arrivals.corrected == arrivals.new


def test_new_content_of_the_same_size_and_second_is_seen(inbox):
    put(inbox / "day.csv", "1", age=90)
    (found,) = seen(inbox).new
    put(inbox / "day.csv", "2", age=89.9)
    assert names(seen(inbox, known(found)).corrected) == ["day.csv"]


def test_a_file_that_was_only_touched_is_not_new(inbox):
    put(inbox / "day.csv", age=90)
    (found,) = seen(inbox).new
    put(inbox / "day.csv", age=30)
    arrivals = seen(inbox, known(found))
    assert (names(arrivals.touched), arrivals.new, arrivals.repeated) == (["day.csv"], (), ())
    assert seen(inbox, known(found), known(arrivals.touched[0])) == Arrivals()


def test_a_file_set_aside_is_tried_again_when_it_is_delivered_again(inbox):
    put(inbox / "day.csv", age=90)
    (found,) = seen(inbox).new
    assert seen(inbox, known(found, "set_aside")) == Arrivals()
    put(inbox / "day.csv", age=30)
    again = seen(inbox, known(found, "set_aside"))
    assert (names(again.new), again.corrected) == (["day.csv"], ())


def test_an_old_version_put_back_is_new_again(inbox):
    put(inbox / "day.csv", "old", age=300)
    (old,) = seen(inbox).new
    put(inbox / "day.csv", "new", age=200)
    (new,) = seen(inbox, known(old)).new
    put(inbox / "day.csv", "old", age=100)
    back = seen(inbox, known(new), known(old))
    assert (names(back.new), names(back.corrected)) == (["day.csv"], ["day.csv"])


def test_a_waiting_row_is_no_knowledge(inbox):
    put(inbox / "day.csv")
    (found,) = seen(inbox).new
    waiting = replace(known(found, "waiting"), sha256="")
    assert names(seen(inbox, waiting).new) == ["day.csv"]


def test_a_file_that_went_away_meanwhile_is_nobodys(inbox, monkeypatch):
    put(inbox / "day.csv")

    def gone(path):
        raise FileNotFoundError(path)

    monkeypatch.setattr("lakehouse.landing.arrivals.sha256_of", gone)
    assert seen(inbox) == Arrivals()


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        ("*.csv", ["a.csv"]),
        ("*.csv*", ["a.csv", "b.csv.gz"]),
        ("?.csv", ["a.csv"]),
        ("[ab].csv*", ["a.csv", "b.csv.gz"]),
        ("a.csv", ["a.csv"]),
        ("*/*.csv", ["c.csv"]),
        ("2024-0?/c.csv", ["c.csv"]),
        ("*/*/d.csv", ["d.csv"]),
        ("**/*.csv", ["a.csv", "c.csv", "d.csv"]),
        ("**/d.csv", ["d.csv"]),
        ("**", ["a.csv", "b.csv.gz", "c.csv", "d.csv"]),
        ("nowhere/*.csv", []),
        ("A.csv", []),
    ],
)
def test_globs(inbox, glob, found):
    for name in ("a.csv", "b.csv.gz", "2024-01/c.csv", "2024-01/x/d.csv", "_old/e.csv", ".git/f.csv"):
        put(inbox / name)
    assert sorted(path.path.rpartition("/")[2] for path in listing(f"{inbox}/{glob}")) == found


def test_a_linked_folder_and_a_linked_file_are_read_under_their_own_names(inbox, tmp_path):
    put(tmp_path / "elsewhere" / "a.csv")
    put(tmp_path / "b.csv")
    inbox.parent.mkdir()
    inbox.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "b.csv").symlink_to(tmp_path / "b.csv")
    (tmp_path / "elsewhere" / "broken.csv").symlink_to(tmp_path / "nowhere.csv")
    assert [listed.path for listed in listing(f"{inbox}/*.csv")] == [f"{inbox}/a.csv", f"{inbox}/b.csv"]


def test_a_link_into_its_own_folder_ends(inbox):
    put(inbox / "a.csv")
    (inbox / "again").symlink_to(inbox)
    assert f"{inbox}/a.csv" in [listed.path for listed in listing(f"{inbox}/**/*.csv")]


@pytest.mark.parametrize("name", ["a b.csv", "ü é.csv", "p%20q.csv", "h#x.csv", "plus+x.csv", "br[1].csv", "q?.csv"])
def test_odd_names_are_found_as_they_are(inbox, name):
    put(inbox / name)
    assert names(seen(inbox).new) == [name]


def test_a_file_address_is_a_local_path(inbox):
    path = put(inbox / "a b.csv")
    assert [listed.path for listed in listing(f"file://{inbox}/*.csv")] == [path]


def test_a_relative_path_counts_from_the_working_folder(inbox, monkeypatch):
    path = put(inbox / "a.csv")
    monkeypatch.chdir(inbox.parent)
    assert [listed.path for listed in listing("shop/*.csv")] == [path]


def test_an_object_store_is_listed_and_hashed_by_its_address(inbox, monkeypatch):
    put(inbox / "bucket" / "in" / "a b.csv")
    folder = SubTreeFileSystem(str(inbox), LocalFileSystem())
    monkeypatch.setattr("lakehouse.landing.files.store", lambda root: (folder, root.removeprefix("s3://")))
    (found,) = look(source("s3://bucket/in/*.csv"), (), now=NOW).new
    assert (found.path, found.sha256) == ("s3://bucket/in/a b.csv", HASH_OF_ONE)
    assert place("s3://bucket/in/a b.csv").path == "bucket/in/a b.csv"
