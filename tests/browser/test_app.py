"""The app in Chromium, offline: both themes, both widths, full and empty. Pictures stay in var/screenshots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from lakehouse import settings
from lakehouse.lake import Lake
from tests.browser.screenshot import open_page, settled, whole
from tests.browser.serving import HOME, browser, chromium, serving
from tests.dashboards.practice_lake import conf_for, make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="Chromium is not installed"),
    # Playwright's driver leaves its pipes to the garbage collector
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
PICTURES = HOME / "var" / "screenshots"
EXPECTED_404 = ("/_stcore/health", "/_stcore/host-config")
"""A page opened by its own address first looks below itself; harmless."""


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("filled")
    conf = conf_for(folder)
    roots = settings.load(conf).roots
    make(Lake(roots.lake), at=datetime.now(UTC) - timedelta(minutes=2))
    docs = folder / "docs" / "run-1"
    docs.mkdir(parents=True)
    docs.joinpath("silver.sales.html").write_text("<h1>Suite of silver.sales</h1>")
    with serving(conf) as found:
        yield found


@pytest.fixture(scope="module")
def empty_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(conf_for(tmp_path_factory.mktemp("empty"))) as found:
        yield found


class Watch:
    """What a page asked for and complained about."""

    def __init__(self, page: Page, address: str) -> None:
        self.outside: list[str] = []
        self.complaints: list[str] = []
        mine = (address, address.replace("http", "ws", 1), "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(mine) else self.outside.append(request.url))
        page.on("websocket", lambda socket: None if socket.url.startswith(mine) else self.outside.append(socket.url))
        page.on("response", lambda answer: self.answered(answer.status, answer.url))
        page.on("console", lambda told: self.said(told.type, told.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def answered(self, status: int, url: str) -> None:
        if status >= 400 and not url.endswith(EXPECTED_404):
            self.complaints.append(f"{status} {url}")

    def said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "status of 404" not in text:
            self.complaints.append(f"{kind}: {text}")

    def is_clean(self) -> None:
        assert self.outside == []
        assert self.complaints == []


def kpi(page: Page, name: str) -> str:
    return page.locator(f".kpi:has(span:text-is('{name}')) strong").inner_text()


def watched(running: Browser, address: str, path: str, **window: object) -> tuple[Page, Watch]:
    page = open_page(running, "about:blank", **window)  # type: ignore[arg-type]
    watch = Watch(page, address)
    page.goto(address + path)
    return page, watch


@pytest.mark.parametrize("path", ["/", "/quality"])
@pytest.mark.parametrize(
    ("mode", "width"),
    [
        ("light", 1440),
        ("dark", 390),
        pytest.param("dark", 1440, marks=pytest.mark.full),
        pytest.param("light", 390, marks=pytest.mark.full),
    ],
)
def test_pages_draw_and_ask_nobody_outside(running, address, path, width, mode):
    page, watch = watched(running, address, path, mode=mode, width=width)
    settled(page, charts=path == "/")
    whole(page, PICTURES / f"{path.strip('/') or 'overview'}-{mode}-{width}.png")

    assert page.locator(".state.failed").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    labels = [chart.get_attribute("aria-label") for chart in page.locator(".stPlotlyChart").all()]
    assert len(labels) == (2 if path == "/" else 0)
    assert all(labels)
    expected = "rgb(11, 16, 25)" if mode == "dark" else "rgb(245, 247, 250)"
    assert page.locator(".stApp").evaluate("node => getComputedStyle(node).backgroundColor") == expected
    watch.is_clean()
    page.context.close()


def test_filters_change_the_numbers_and_the_address_keeps_them(running, address):
    page, watch = watched(running, address, "/")
    settled(page, charts=True)
    everything = kpi(page, "Net revenue")

    page.get_by_role("radio", name="30D").click()
    page.wait_for_function("before => document.querySelector('.kpi strong').innerText !== before", arg=everything)
    month = kpi(page, "Net revenue")
    assert "period=30D" in page.url

    page.get_by_test_id("stPopoverButton").filter(has_text="All regions").click()
    page.get_by_role("combobox", name="Regions").click()
    page.get_by_role("option", name="North").click()
    page.wait_for_function("before => document.querySelector('.kpi strong').innerText !== before", arg=month)
    north = kpi(page, "Net revenue")
    assert "region=North" in page.url

    again, _ = watched(running, address, page.url.removeprefix(address))
    settled(again, charts=True)
    assert kpi(again, "Net revenue") == north
    assert again.get_by_test_id("stPopoverButton").filter(has_text="North").count() == 1
    watch.is_clean()
    page.context.close()
    again.context.close()


def test_another_business_shows_its_own_currency(running, address):
    page, watch = watched(running, address, "/?business=Giftware")
    settled(page, charts=True)
    assert kpi(page, "Net revenue").startswith("£")
    watch.is_clean()
    page.context.close()


def test_charts_follow_a_theme_changed_while_the_page_is_open(running, address):
    page, watch = watched(running, address, "/", mode="light")
    settled(page, charts=True)
    line = "() => document.querySelectorAll('.js-plotly-plot .scatterlayer .js-line')[1]?.style.stroke"
    assert page.evaluate(line) == "rgb(20, 92, 203)"
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => ({line})() === 'rgb(123, 173, 255)'")
    watch.is_clean()
    page.context.close()


def test_a_broken_rule_leads_to_its_page_of_the_docs(running, address):
    page, watch = watched(running, address, "/quality")
    settled(page, charts=False)
    link = page.locator("tr:has-text('quantity.not_zero') a").get_attribute("href")
    assert link == "/quality-docs/run-1/silver.sales.html"
    answer = page.context.request.get(address + link)
    assert "Suite of silver.sales" in answer.text()
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    watch.is_clean()
    page.context.close()


@pytest.mark.parametrize("path", ["/", "/quality"])
def test_an_empty_lake_says_what_to_run(running, empty_address, path):
    page, watch = watched(running, empty_address, path)
    settled(page, charts=False)
    whole(page, PICTURES / f"empty{path.replace('/', '-').rstrip('-')}.png")
    assert "./scripts/demo" in page.locator(".state").inner_text()
    assert page.context.request.get(f"{empty_address}/quality-docs/none.html").status == 404
    watch.is_clean()
    page.context.close()
