"""The daily report and the pages about tables in Chromium, opened as files: no request outside, both themes drawn."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lakehouse import docs, report
from lakehouse.catalog import load_conf
from lakehouse.lake import Lake
from lakehouse.report import Command
from tests.browser.serving import browser, chromium
from tests.dashboards.practice_lake import make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="Chromium is not installed"),
    # Playwright's driver leaves its pipes to the garbage collector
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

CONF = Path(__file__).parents[2] / "conf"
AT = datetime(2024, 3, 18, 6, 30, tzinfo=UTC)
BAR = "getComputedStyle(document.querySelector('.figure .bars path')).fill"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder with `report.html` and `tables/`, made from a lake of forty days."""
    home = tmp_path_factory.mktemp("written pages")
    settings, catalog = load_conf(CONF, "dev", {f"roots.{name}": str(home / name) for name in ("lake", "docs")})
    make(Lake(settings.roots.lake), days=40, at=AT)
    docs.write(settings, catalog)
    report.write(settings, catalog, Command(to=str(home / "docs" / "report.html")))
    return home / "docs"


@pytest.fixture(scope="module")
def running():
    with browser() as started:
        yield started


@pytest.fixture
def open_page(running, written):
    """Open a file in a theme; what it asks for outside its folder, and what it complains of, fails the test."""
    complaints = []

    def opened(name, scheme="light"):
        page = running.new_page(color_scheme=scheme)
        page.on(
            "request", lambda asked: None if asked.url.startswith(written.as_uri()) else complaints.append(asked.url)
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page.goto((written / name).as_uri())
        return page

    yield opened
    assert complaints == []


def test_the_report_draws_every_figure_in_both_themes(open_page):
    colours = set()
    for scheme in ("light", "dark"):
        page = open_page("report.html", scheme)
        page.wait_for_function("document.querySelectorAll('.figure svg.main-svg').length >= 4")
        colours.add(page.evaluate(BAR))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(colours) == 2


def test_figures_follow_a_change_of_theme(open_page):
    page = open_page("report.html")
    page.wait_for_selector(".figure .bars path")
    before = page.evaluate(BAR)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{BAR} !== '{before}'")


def test_the_index_of_tables_is_filtered_and_leads_on(open_page):
    page = open_page("tables/index.html")
    page.fill("#filter", "day region")
    assert [each for each in page.locator("tbody tr:visible td:first-child").all_inner_texts() if "daily" in each] == [
        "gold.daily_sales"
    ]
    page.click("text=gold.daily_sales")
    page.click("svg.lineage a[href='gold.fct_sales.html']")
    assert page.inner_text("h1") == "gold.fct_sales"
