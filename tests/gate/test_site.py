"""The site around the result pages: assets, index, age. No Spark; facts alone give pages."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from lakehouse.gate import Auditor, Counts, table_rule
from lakehouse.gate import site as data_docs
from lakehouse.gate.page import Entry, entry_of, with_panel
from lakehouse.quality import Fact

if TYPE_CHECKING:
    from pathlib import Path

RULE = table_rule("rows_appended")
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def audit(root: Path, run: str, *, good: bool = True) -> str:
    with Auditor(docs_root=str(root), run_id=run) as auditor:
        facts = {RULE.id: Fact(good=good, checked=4, failed=0 if good else 1)}
        return auditor.audit("bronze.shop_sales", rules=[RULE], counts=Counts(4), facts=facts).link


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    audit(folder, "run-1")
    audit(folder, "run-2", good=False)
    return folder


def index_of(root: Path) -> str:
    return (root / "data_docs" / "index.html").read_text()


def test_the_link_leads_to_the_page(root):
    link = audit(root, "3")
    assert re.fullmatch(r"data_docs/validations/bronze/shop_sales/whole/run-3/\d{8}T\d{6}\.\d{6}Z/[^/]+\.html", link)
    assert (root / link).is_file()


def test_the_index_says_what_was_decided(root):
    for told in ('"run": "run-1"', '"state": "blocked"', '"broken": "rows_appended"', '"read": 4'):
        assert told in index_of(root)


def test_every_asset_is_copied(root):
    static = root / "data_docs" / "static"
    assert {file.relative_to(static).as_posix() for file in static.rglob("*") if file.is_file()} == set(
        data_docs.ASSETS
    )


def test_a_run_without_audits_writes_nothing(tmp_path):
    with Auditor(docs_root=str(tmp_path), run_id="idle"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_older_pages_are_not_written_again(root):
    before = {page: page.stat().st_mtime_ns for page in (root / "data_docs" / "validations").rglob("*.html")}
    audit(root, "run-4")
    assert {page: page.stat().st_mtime_ns for page in before} == before


def test_a_page_that_never_got_its_verdict_is_listed_as_unfinished(tmp_path):
    folder = tmp_path / "validations" / "silver" / "sales@x" / "run-9" / "20240501T101112.000013Z"
    folder.mkdir(parents=True)
    (folder / "staging-silver.sales@x.html").write_text("<!DOCTYPE html>\n<html></html>")
    data_docs.rebuild(tmp_path)
    for told in ('"state": "unfinished"', '"step": "silver.sales@x"', '"at": "2024-05-01 10:11:12"', '"run": "run-9"'):
        assert told in (tmp_path / "index.html").read_text()


def test_what_a_page_says_of_itself_can_be_read_back():
    entry = Entry("silver.a@b", "r-1", "2024-06-01T00:00:00", "blocked", {"read": 3}, ("a--b",), ("<b> --> c",), "v/p")
    page = with_panel("<!DOCTYPE html>\n<html><!--panel--></html>", entry, {})
    assert entry_of("\n".join(page.splitlines()[:2])) == entry
    assert "&lt;b&gt; --&gt; c" in page
    assert "<b> -->" not in page


def aged(root: Path, pages: int, *, days: int) -> None:
    """Lay down results and pages of one a minute, ending `days` before NOW."""
    for number in range(pages):
        at = (NOW - timedelta(days=days, minutes=number)).strftime(data_docs.STAMP)
        for top, kind in ((root / "validations", "json"), (root / "data_docs" / "validations", "html")):
            folder = top / "silver" / f"t{number % 20}" / f"run-{number // 20}" / at
            folder.mkdir(parents=True)
            (folder / f"staging.{kind}").write_text("<!DOCTYPE html>\n<html></html>")


def test_what_is_too_old_goes_with_its_folders(tmp_path):
    aged(tmp_path, 3, days=40)
    aged(tmp_path, 2, days=5)
    assert data_docs.prune(tmp_path, keep=timedelta(days=30), now=NOW) == 3
    left = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(left) == 4
    assert not [folder for folder in tmp_path.rglob("*") if folder.is_dir() and not any(folder.iterdir())]


def test_an_empty_root_has_nothing_to_prune(tmp_path):
    assert data_docs.prune(tmp_path, keep=timedelta(days=30), now=NOW) == 0


def test_closing_over_a_thousand_pages_is_cheap(tmp_path):
    aged(tmp_path, 1000, days=1)
    before = sum(os.times()[:2])
    assert data_docs.prune(tmp_path, keep=timedelta(days=30), now=NOW) == 0
    data_docs.rebuild(tmp_path / "data_docs")
    assert sum(os.times()[:2]) - before < 0.5
