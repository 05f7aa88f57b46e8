"""A published page: what it weighs, how fast the server answers, how soon a browser shows it."""

import re
import shutil
import time
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.results import Bar, Result
from benchmarks.serving import HOST, Browser

ANSWERS, LOADS = 60, 7
HEAVIEST = 50_000
LARGEST = """() => new Promise((answer) => new PerformanceObserver((list) => answer(list.getEntries().at(-1).startTime))
  .observe({ type: "largest-contentful-paint", buffered: true }))"""


def published_page(bench: Bench) -> list[Result]:
    path = publish()
    port, _pid = bench.server
    visitor = Browser(port)
    html = visitor.page(path)
    sheet = visitor.page(style_in(html))
    if len(html) + len(sheet) > HEAVIEST:
        raise RuntimeError(f"the page weighs {len(html) + len(sheet):,} bytes")
    times = []
    for _each in range(ANSWERS):
        began = time.perf_counter()
        visitor.page(path)
        times.append(time.perf_counter() - began)
    shown = shown_after(f"http://{HOST}:{port}{path}")
    size = f"{len(html):,} + {len(sheet):,} bytes"
    rows = [Result(work="published page, answer", size=size, times=tuple(times), bars=(Bar("p50", most=0.03),))]
    if shown:
        rows.append(
            Result(work="published page, shown in Chromium", size=size, times=shown, bars=(Bar("p50", most=1.0),))
        )
    return rows


def publish() -> str:
    """This function will publish a page with every kind of block, and return where it stands."""
    from ryorin.marketing.sites.actions import create_page, default_site, publish_page
    from ryorin.marketing.sites.models import LandingPage
    from ryorin.web.marketing.page_blocks import starting_html

    site = default_site()
    page = LandingPage.objects.filter(site=site, path="bench-page").first()
    if page is None:
        html = starting_html("product", "ja")
        page = publish_page(create_page(site=site, name="bench", path="bench-page", html=html, by=None), by=None)
    return f"{site.base}{page.address}"


def style_in(html: bytes) -> str:
    found = re.search(rb'href="(/m/css/[0-9a-f]+\.css)"', html)
    if not found:
        raise RuntimeError("the page names no styles")
    return found[1].decode()


def shown_after(address: str) -> tuple[float, ...]:
    """Return how long a fresh browser took each time until its largest part stood there; empty without Chromium."""
    program = next((name for name in ("chromium", "chromium-browser", "google-chrome") if shutil.which(name)), "")
    if not program:
        return ()
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=str(Path(shutil.which(program) or program)),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
        )
        for _each in range(LOADS):
            context = browser.new_context()
            page = context.new_page()
            page.goto(address, wait_until="load")
            found.append(float(page.evaluate(LARGEST)) / 1000)
            context.close()
        browser.close()
    return tuple(found)
