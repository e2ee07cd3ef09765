"""The data docs in Chromium: no network, every page drawn, no complaint on the console."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright
from pyspark.sql import functions as F

from lakehouse.gate import Auditor, stage, table_rule
from lakehouse.quality import Fact
from lakehouse.rules import between, matches, not_null, one_of, satisfies

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
RULES = (
    not_null("order_id", severity="quarantine"),
    one_of("region", ["North", "South", "East", "West"], severity="warn"),
    between("discount_rate", 0, 1, severity="quarantine"),
    matches("customer_email", r"^[^@\s]+@[^@\s<>]+$", severity="warn", tolerate=0.5),
    satisfies("returns_are_marked", "quantity >= 0 OR is_return", columns=("quantity", "is_return"), severity="block"),
)
CHECKS = (table_rule("mapped_columns_present"), table_rule("rows_appended_are_rows_read"))


@pytest.fixture(scope="module")
def docs(spark, tmp_path_factory) -> Path:
    """Three runs: a warning, a block with facts beside rows, a Bronze step."""
    root = tmp_path_factory.mktemp("docs root")
    regions = F.element_at(F.split(F.lit("North,South,East,West,Moon"), ","), (F.col("id") % 5 + 1).cast("int"))
    rows = spark.range(400).select(
        F.when(F.col("id") % 40 > 0, F.col("id").cast("string")).alias("order_id"),
        regions.alias("region"),
        ((F.col("id") % 21) / 10).cast("decimal(9,6)").alias("discount_rate"),
        F.when(F.col("id") % 3 > 0, "someone@mail.example").otherwise("broken").alias("customer_email"),
        (F.col("id") % 7 != 5).alias("_returns_are_marked"),
        F.when(F.col("id") % 40 == 0, "quarantined").otherwise("published").alias("_outcome"),
    )
    folder = str(root / "staging")
    counts = stage(rows, folder=folder, rules=RULES)
    staged = spark.read.parquet(folder)
    good = {"mapped_columns_present": Fact(good=True, checked=12), "rows_appended_are_rows_read": Fact(good=True)}
    with Auditor(docs_root=str(root), run_id="2024-03-01-a1") as auditor:
        auditor.audit("bronze.shop_sales", rules=CHECKS, counts=counts, facts=good, books={"read": 400})
        auditor.audit("silver.sales@shop_sales", rules=RULES[:4], counts=counts, staged=staged, ceiling=0.1)
    bad = {"net_amount.reconciles": Fact(good=False, checked=4, failed=1, detail="North: 10.50 here, 10.00 there")}
    rules = (*RULES, table_rule("net_amount.reconciles", ("net_amount",)))
    with Auditor(docs_root=str(root), run_id="2024-03-02-b2") as auditor:
        auditor.audit("silver.sales@shop_sales", rules=rules, counts=counts, staged=staged, facts=bad)
    return root / "data_docs"


@dataclass
class Seen:
    """What the browser asked for and what it complained about."""

    asked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def page(browser: Browser, seen: Seen) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=False)
    opened = context.new_page()

    def local_only(route: Route) -> None:
        here = route.request.url.startswith(("file://", "http://127.0.0.1:"))
        route.continue_() if here else route.abort()

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            seen.complaints.append(message.text)

    def ended(request: Request) -> None:
        seen.failed.append(request.url)

    context.route("**/*", local_only)
    opened.on("request", lambda request: seen.asked.append(request.url))
    opened.on("requestfailed", ended)
    opened.on("response", lambda got: seen.failed.append(got.url) if got.status >= 400 else None)
    opened.on("console", console)
    opened.on("pageerror", lambda error: seen.complaints.append(str(error)))
    yield opened
    context.close()


@pytest.fixture
def served(docs: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the docs under a mount, as a larger application serves them."""
    (tmp_path / "quality-docs").symlink_to(docs)

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/quality-docs/"
        server.shutdown()


def lines(page: Page) -> list[list[str]]:
    rows = page.locator("#results tbody tr").all()
    return [row.locator("td").all_inner_texts() for row in rows]


def test_the_index_lists_every_page(page, docs, seen):
    page.goto((docs / "index.html").as_uri())
    found = {(line[0], line[2], line[3]) for line in lines(page)}
    assert found == {
        ("passed", "bronze.shop_sales", "2024-03-01-a1"),
        ("warned", "silver.sales@shop_sales", "2024-03-01-a1"),
        ("blocked", "silver.sales@shop_sales", "2024-03-02-b2"),
    }
    assert page.get_by_text("3 of 3 results").is_visible()
    assert (seen.complaints, seen.failed) == ([], [])


def test_the_index_sorts_and_filters(page, docs):
    page.goto((docs / "index.html").as_uri())
    page.get_by_role("button", name="Step").click()
    assert lines(page)[0][2] == "bronze.shop_sales"
    page.get_by_label("Filter Step").fill("SILVER")
    page.get_by_label("Filter Verdict").select_option("warned")
    assert [line[0] for line in lines(page)] == ["warned"]
    assert lines(page)[0][4:9] == ["400", "390", "10", "0", "0"]


def every_page(docs: Path) -> list[Path]:
    return sorted(docs.rglob("*.html"))


def test_every_page_draws_and_nothing_leaves_the_machine(page, docs, seen):
    assert len(every_page(docs)) == 5
    for file in every_page(docs):
        page.goto(file.as_uri())
        assert page.locator("h1").first.is_visible()
        assert page.evaluate("document.fonts.ready.then(() => document.images.length > 0)")
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert [url for url in seen.asked if not url.startswith("file://")] == []
    assert (seen.complaints, seen.failed) == ([], [])


def test_pages_name_no_address_outside(docs):
    texts = {file: file.read_text() for file in every_page(docs)}
    assert [file for file, text in texts.items() if "http://" in text or "https://" in text] == []


def open_result(page: Page, docs: Path, verdict: str) -> None:
    page.goto((docs / "index.html").as_uri())
    page.get_by_label("Filter Verdict").select_option(verdict)
    page.locator("#results tbody a").first.click()


def test_severity_and_rule_are_readable(page, docs):
    open_result(page, docs, "warned")
    for severity, rule in [("quarantine", "discount_rate.between"), ("warn", "region.one_of")]:
        cell = page.locator("td", has_text=f"{rule}:").first
        assert cell.locator(f".severity.{severity}").inner_text() == severity
        assert cell.is_visible()
    assert page.locator("body").inner_text().count("matches ^[^@\\s]+@[^@\\s<>]+$") == 1


def test_the_panel_says_what_was_decided(page, docs):
    open_result(page, docs, "blocked")
    panel = page.locator(".gate-panel")
    text = " ".join(panel.inner_text().split())
    for told in (
        "silver.sales@shop_sales blocked",
        "Run 2024-03-02-b2",
        "read 400 published 390 quarantined 10 duplicate 0 superseded 0",
        "returns_are_marked (block): 57 of 400, 14.2 %",
        "net_amount.reconciles (block): 1 of 4, 25.0 %: North: 10.50 here, 10.00 there",
    ):
        assert told in text
    assert "Data asset: silver.sales@shop_sales" in page.locator("body").inner_text()
    panel.get_by_role("link", name="All results").click()
    assert page.url.endswith("/data_docs/index.html")


def test_rows_and_whole_table_link_to_each_other(page, docs):
    open_result(page, docs, "blocked")
    first = page.url
    page.locator(".gate-panel .links a").nth(1).click()
    assert page.url != first
    page.locator(".gate-panel .links a").nth(1).click()
    assert page.url == first


def test_failed_only_hides_what_passed(page, docs):
    open_result(page, docs, "warned")
    passed = page.locator("td", has_text="customer_email.matches:").first
    page.get_by_text("Failed Only").click()
    passed.wait_for(state="hidden")
    assert page.locator("td", has_text="region.one_of:").first.is_visible()


def test_the_docs_work_under_a_mount(page, served, seen):
    page.goto(served)
    page.locator("#results tbody a").first.click()
    page.locator(".gate-panel h1").wait_for()
    page.get_by_role("link", name="Home").click()
    page.wait_for_url(f"{served}index.html")
    assert all(url.startswith(served) for url in seen.asked)
    assert (seen.complaints, seen.failed) == ([], [])
