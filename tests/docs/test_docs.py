"""Pages about every table: whole, true to the ledger, and readable without a network."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from lakehouse import docs
from lakehouse.catalog import load_conf, rules_of
from lakehouse.docs.known import Known
from lakehouse.docs.lineage import Node, drawing
from lakehouse.docs.sources import files, summary
from lakehouse.docs.tables import newest_audits, steps
from lakehouse.gate import site
from lakehouse.lake import Lake
from lakehouse.ledger import FileRecord, StepRecord
from tests.dashboards.practice_lake import make

CONF = Path(__file__).parents[2] / "conf"
AT = datetime(2024, 3, 18, 6, 30, tzinfo=UTC)
LINK = re.compile(r'(?:href|src)="([^"]*)"')


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    home = tmp_path_factory.mktemp("docs")
    roots = {f"roots.{name}": str(home / name) for name in ("lake", "docs", "landing", "state")}
    settings, catalog = load_conf(CONF, "dev", roots)
    make(Lake(settings.roots.lake), days=3, at=AT)
    return settings, catalog


@pytest.fixture(scope="module")
def folder(loaded):
    settings, catalog = loaded
    data_docs = Path(settings.roots.docs) / site.SITE
    site.put(data_docs / "index.html", b"")
    site.put(Path(settings.roots.docs) / site.TABLES / "gold.given_up.html", b"")
    return docs.write(settings, catalog).parent


def text_of(folder, name):
    return (folder / f"{name}.html").read_text()


def test_every_table_and_source_has_a_page_with_every_column_and_rule(folder, loaded):
    _, catalog = loaded
    for table in catalog.tables.values():
        page = text_of(folder, table.name)
        assert [c.name for c in table.columns if f"<code>{c.name}</code>" not in page] == []
        assert [c.name for c in table.columns if escape(c.doc) not in page] == []
        if table.layer in ("silver", "gold"):
            assert [rule.id for rule in rules_of(table) if f"<code>{rule.id}</code>" not in page] == []
    for source in catalog.sources.values():
        page = text_of(folder, f"source.{source.name}")
        assert [mapped.column for mapped in source.map if f"<code>{mapped.column}</code>" not in page] == []
        assert "feeds: silver." in page


def test_every_link_leads_to_a_file_and_none_outside(folder):
    pages = {page.name: page.read_text() for page in folder.glob("*.html")}
    links = {(name, target) for name, page in pages.items() for target in LINK.findall(page)}
    assert [link for link in links if "://" in link[1]] == []
    ours = [(name, target) for name, target in links if not target.startswith("../")]
    assert [(name, target) for name, target in ours if not (folder / target).is_file()] == []
    assert "gold.given_up.html" not in pages


def test_nobody_learns_where_files_lie(folder, loaded):
    home = str(Path(loaded[0].roots.lake).parent)
    assert [page.name for page in folder.glob("*.html") if home in page.read_text()] == []
    assert "day-02.csv" in text_of(folder, "source.shop_sales")


def test_a_page_tells_what_the_ledger_knows(folder):
    sales = text_of(folder, "silver.sales")
    parses = next(line for line in sales.splitlines() if "<code>sold_at.parses</code>" in line)
    assert ">55,840<" in parses
    assert ">1,531<" in parses
    assert ">quarantined<" in parses
    assert "14.2 % of 5,840 rows are quarantined" in sales
    daily = text_of(folder, "gold.daily_sales")
    assert "version 1 in release 2" in daily
    assert "What each region earned each day" in daily
    assert 'href="gold.fct_sales.html"' in daily
    assert "not released yet" in text_of(folder, "gold.month_cube")
    assert "daily at 00:30" in text_of(folder, "gold.quality_trend")


def test_the_index_of_the_audits_leads_to_the_tables_once_they_are_there(folder, tmp_path):
    assert 'href="../tables/index.html"' in (folder.parent / "data_docs" / "index.html").read_text()
    site.rebuild(tmp_path / "data_docs")
    assert "tables/index.html" not in (tmp_path / "data_docs" / "index.html").read_text()


def a_known(loaded, tmp_path, **told):
    return Known(loaded[1], loaded[1].tables, Path(), docs=tmp_path, landing="/files/landing", **told)


def a_step(number, source, **told):
    at = AT.replace(minute=number)
    return StepRecord("run-1", f"run-1-{number:02}", "silver.sales", source, "done", **{"at": at} | told)


def test_no_audit_before_a_full_refresh_or_of_a_source_that_is_gone_counts(loaded, tmp_path):
    full = a_step(2, "", inputs={"full": True})
    steps = (a_step(1, "online_retail"), full, a_step(3, "shop_sales"), a_step(4, "given_up"))
    found = {step.step_id: {"a rule": {"of": step.step_id}} for step in steps}
    known = a_known(loaded, tmp_path, steps=steps, results=found)
    table = loaded[1].table("silver.sales")
    assert [each["a rule"]["of"] for each in newest_audits(table, known)] == ["run-1-03", "run-1-02"]
    held = replace(known, steps=(steps[0], replace(full, state="blocked")))
    assert [each["a rule"]["of"] for each in newest_audits(table, held)] == ["run-1-02", "run-1-01"]


def test_a_step_tells_the_first_line_of_its_error_and_links_to_what_there_is(loaded, tmp_path):
    failed = a_step(1, "given_up", error="it broke\nat some line", docs="data_docs/gone.html")
    [cells] = steps([failed], a_known(loaded, tmp_path))
    assert [cell for cell in cells if "href" in cell] == []
    assert cells[3].endswith(">it broke</span>")
    (tmp_path / "data_docs").mkdir()
    (tmp_path / "data_docs/gone.html").touch()
    [cells] = steps([replace(failed, source="shop_sales")], a_known(loaded, tmp_path))
    assert [cell for cell in cells if "href" in cell] == [
        '<a href="source.shop_sales.html">shop_sales</a>', '<a href="../data_docs/gone.html">page</a>'
    ]  # fmt: skip


def test_files_of_every_part_are_listed_and_no_reason_says_where_they_lie(loaded, tmp_path):
    at, source = AT.replace(minute=31), loaded[1].sources["northwind_sales"]
    part, other = sorted(each.name for each in source.each_part)
    why = "same content as /files/landing/northwind/a.csv and /else/b.csv"
    told = (
        FileRecord(part, "/else/c.csv", 10, AT, "x", "repeated", reason=why, at=AT),
        FileRecord(other, "/else/d.csv", 10, AT, "y", "landed", 1, at=at),
        FileRecord("shop_sales", "/else/e.csv", 10, AT, "z", "landed", 1, at=at),
    )
    known = a_known(loaded, tmp_path, files=told)
    listed = [(cells[2], cells[-1]) for cells in files(source, known)]
    assert listed == [("d.csv", ""), ("c.csv", "same content as northwind/a.csv and b.csv")]
    assert "06:31" in summary(source, known)


def test_pages_lead_to_no_audits_before_there_are_any(loaded, tmp_path):
    settings, catalog = load_conf(CONF, "dev", {f"roots.{name}": str(tmp_path / name) for name in ("lake", "docs")})
    assert "data_docs" not in docs.write(settings, catalog).read_text()


def test_a_lake_that_was_never_run_is_documented_too(loaded, tmp_path):
    settings, catalog = load_conf(CONF, "dev", {f"roots.{name}": str(tmp_path / name) for name in ("lake", "docs")})
    index = docs.write(settings, catalog).read_text()
    assert "Nothing was released yet" in index


def test_a_drawing_names_and_links_every_box():
    before = [Node("silver.sales", "a.html"), Node("silver.<x>", "b.html", is_judge=True)]
    drawn = drawing(Node("gold.here", "c.html"), before=before, after=[Node("gold." + "y" * 60, "d.html")])
    assert drawn.count("<path") == 3
    assert drawn.count('class="judge"') == 1
    assert "silver.&lt;x&gt;" in drawn
    assert 'href="c.html"' not in drawn
    assert f"<title>gold.{'y' * 60}</title>" in drawn
    assert "y" * 40 not in re.sub(r"<title>.*?</title>|aria-label=\"[^\"]*\"", "", drawn)
