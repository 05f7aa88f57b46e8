"""The script of the web site tag on a page of the company's own site: what it sends, and when it sends nothing."""

import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.jobs.conftest import Installation, eventually, is_healthy

pytestmark = pytest.mark.processes

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
PAGE = """<!doctype html><html lang="ja"><meta charset="utf-8"><title>料金のご案内</title>
<a href="/guide.pdf" download>資料</a> <a href="https://partner.example/" target="_blank">取引先</a>
<script src="{collector}/r.js" {attributes} defer></script></html>"""
DO_NOT_TRACK = "Object.defineProperty(navigator, 'doNotTrack', {value: '1'})"
GLOBAL_PRIVACY_CONTROL = "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"


@dataclass
class Site:
    """The company's web site at one address, its Ryorin at another."""

    url: str
    collector: str
    database: Path
    asked: list[str] = field(default_factory=list)
    since: str = ""

    def inbox(self) -> list[dict[str, Any]]:
        """Return what this test's visitors sent, oldest first, the properties among the columns.

        A page closed at the end of a test may still send what it was not told to have arrived; its older uid tells.
        """
        with sqlite3.connect(self.database, timeout=30) as opened:
            opened.row_factory = sqlite3.Row
            query = "SELECT * FROM customers_timeline_inboxtouchpoint WHERE uid >= ? ORDER BY id"
            rows = [dict(row) for row in opened.execute(query, [self.since])]
        return [row | json.loads(row["properties"]) for row in rows]

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        assert eventually(lambda: len(self.inbox()) >= count, seconds=20), self.inbox()
        return self.inbox()

    def strangers(self) -> list[str]:
        """Return what was asked of anybody but the site and its collector."""
        return [url for url in self.asked if not url.startswith((self.url, self.collector))]

    def sendings(self) -> list[str]:
        return [url for url in self.asked if url.endswith("/collect")]


def handler(collector: str) -> type[BaseHTTPRequestHandler]:
    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_page = not self.path.endswith((".pdf", ".ico"))
            attributes = 'data-consent="not-required"' if "free" in self.path else ""
            body = PAGE.format(collector=collector, attributes=attributes).encode() if is_page else b"%PDF-1.4"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8" if is_page else "application/pdf")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            return

    return Pages


@pytest.fixture(scope="module")
def running(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site and the web process of an installation, both on ports of their own."""
    pages = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{pages.server_port}"
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as probe:
        port = probe.server_port
    collector = f"http://127.0.0.1:{port}"
    pages.RequestHandlerClass = handler(collector)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    installation = Installation(tmp_path_factory.mktemp("site") / "home", {"RYORIN_SITES": url})
    shutil.copytree(prepared.home, installation.home)
    installation.start("serve", "--address", f"127.0.0.1:{port}", "--workers", "1")
    try:
        assert eventually(lambda: is_healthy(port), seconds=90), installation.said.read_text()
        yield Site(url, collector, installation.home / "ryorin.sqlite3")
    finally:
        installation.stop_all()
        pages.shutdown()
        pages.server_close()


@pytest.fixture
def site(running: Site) -> Site:
    """Nobody has been on the site yet."""
    running.since = f"{time.time_ns() // 1_000_000:012x}"
    running.asked.clear()
    return running


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Call with a path and what the browser has set: a new visitor opens the page."""
    contexts: list[BrowserContext] = []

    def visit_(path: str = "/pricing?utm_source=mail", *, setting: str = "", referrer: str | None = None) -> Page:
        context = browser.new_context(locale="ja-JP", user_agent=CHROME, base_url=site.url)
        contexts.append(context)
        context.on("request", lambda request: site.asked.append(request.url))
        context.route("https://partner.example/**", lambda route: route.fulfill(body="partner"))
        if setting:
            context.add_init_script(setting)
        page = context.new_page()
        page.goto(path, referer=referrer, wait_until="load")
        return page

    yield visit_
    for context in contexts:
        context.close()


def kept(page: Page) -> dict[str, str]:
    """Return what the script has left in the browser."""
    return dict(page.evaluate("({...localStorage})"))


def consent(page: Page, *, yes: bool = True) -> None:
    page.evaluate("yes => ryorin.consent(yes)", yes)


def test_nothing_is_sent_or_kept_before_consent(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_text("資料").click()
    page.evaluate("history.pushState({}, '', '/contact')")
    page.wait_for_timeout(500)
    assert page.evaluate("ryorin.visitor()") == ""
    assert kept(page) == {}
    assert (site.sendings(), site.inbox(), site.strangers()) == ([], [], [])


def test_with_consent_a_page_view_arrives_and_nobody_else_is_asked(site: Site, visit: Callable[..., Page]) -> None:
    page = visit(referrer=f"{site.url}/")
    consent(page)
    (view,) = site.wait_for(1)
    assert (view["kind"], view["verdict"], view["source"]) == ("page_view", "human", "collector")
    assert (view["url"], view["title"]) == (f"{site.url}/pricing?utm_source=mail", "料金のご案内")
    assert (view["referrer"], view["utm_source"]) == (f"{site.url}/", "mail")
    assert view["visitor"] == kept(page)["ryv"] == page.evaluate("ryorin.visitor()")
    assert view["session"] == kept(page)["rys"].split()[0]
    assert site.strangers() == []
    assert page.context.cookies() == []


def test_a_later_page_belongs_to_the_same_visitor_and_visit(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    consent(page)
    page.goto("/contact", wait_until="load")
    first, second = site.wait_for(2)
    assert (second["visitor"], second["session"]) == (first["visitor"], first["session"])
    assert second["url"] == f"{site.url}/contact"


def test_a_page_changed_by_script_counts_and_a_place_on_it_does_not(site: Site, visit: Callable[..., Page]) -> None:
    page = visit("/pricing")
    consent(page)
    site.wait_for(1)
    page.evaluate("location.hash = 'faq'")
    page.evaluate("history.pushState({}, '', '/plans')")
    site.wait_for(2)
    page.wait_for_timeout(300)
    first, second = site.inbox()
    assert (second["kind"], second["url"], second["referrer"]) == ("page_view", f"{site.url}/plans", first["url"])


def test_a_document_and_a_link_to_elsewhere_are_noticed(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    consent(page)
    site.wait_for(1)
    page.get_by_text("資料").click()
    page.get_by_text("取引先").click()
    _view, document, link = site.wait_for(3)
    assert (document["kind"], document["target"]) == ("downloaded", f"{site.url}/guide.pdf")
    assert (link["kind"], link["target"]) == ("link_clicked", "https://partner.example/")


@pytest.mark.parametrize("setting", [DO_NOT_TRACK, GLOBAL_PRIVACY_CONTROL])
def test_a_browser_that_asks_not_to_be_followed_is_left_alone(
    site: Site, visit: Callable[..., Page], setting: str
) -> None:
    page = visit("/free", setting=setting)
    consent(page)
    page.get_by_text("資料").click()
    page.wait_for_timeout(500)
    assert kept(page).keys() <= {"ryc"}
    assert (site.sendings(), site.inbox()) == ([], [])


def test_a_site_that_need_not_ask_sends_at_once(site: Site, visit: Callable[..., Page]) -> None:
    visit("/free")
    (view,) = site.wait_for(1)
    assert view["url"] == f"{site.url}/free"


def test_consent_taken_back_removes_what_was_kept(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    consent(page)
    site.wait_for(1)
    consent(page, yes=False)
    page.goto("/contact", wait_until="load")
    page.wait_for_timeout(300)
    assert kept(page) == {"ryc": "0"}
    assert len(site.inbox()) == 1


def test_what_could_not_be_sent_is_sent_with_the_next_page(site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.route("**/collect", lambda route: route.abort())
    consent(page)
    page.wait_for_timeout(300)
    page.unroute("**/collect")
    assert site.inbox() == []
    page.goto("/contact", wait_until="load")
    assert [view["url"] for view in site.wait_for(2)] == [f"{site.url}/pricing?utm_source=mail", f"{site.url}/contact"]
    assert eventually(lambda: json.loads(kept(page)["ryq"]) == [], seconds=10)
