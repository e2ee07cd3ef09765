"""Take the picture of the README from a lake: `python -m tests.browser.screenshot --conf conf`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tests.browser.serving import HOME, browser, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURE = HOME / "dashboards" / "screenshot.png"
DRAWN = """() => document.querySelectorAll('.js-plotly-plot .main-svg').length >= 2
    && !document.querySelector('[data-testid="stSkeleton"], .bone')"""
SETTLE_MS = 600


def open_page(
    browser: Browser, address: str, *, mode: Literal["light", "dark"] = "light", width: int = 1440, height: int = 900
) -> Page:
    """Open an address of the app in a fresh window."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=mode)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(address)
    return page


def settled(page: Page, *, charts: bool) -> None:
    """Wait until the page is drawn."""
    page.wait_for_selector(".kpi, .state")
    if charts:
        page.wait_for_function(DRAWN)
    page.wait_for_timeout(SETTLE_MS)


def whole(page: Page, file: Path) -> None:
    """Take a picture of the whole page, however long."""
    tall = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
    size = page.viewport_size or {"width": 1440, "height": 900}
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], tall)})
    page.wait_for_timeout(SETTLE_MS)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)


def main() -> None:
    """Start the app over the lake that conf names and take the picture."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--conf", type=Path, default=HOME / "conf")
    asked.add_argument("--env", default="dev")
    asked.add_argument("--mode", choices=("light", "dark"), default="light")
    asked.add_argument("--query", default="", help="filters as the app's address shows them: business=Shop&period=30D")
    asked.add_argument("--to", type=Path, default=PICTURE)
    told = asked.parse_args()
    with serving(told.conf, told.env) as address, browser() as running:
        page = open_page(running, f"{address}/?{told.query}", mode=told.mode)
        settled(page, charts=True)
        whole(page, told.to)
    print(f"{told.to}: {told.to.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
