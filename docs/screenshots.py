"""Take the pictures of the documentation: `.venv/bin/python docs/screenshots.py`, with a Chromium on the PATH.

A demo company is made in a temporary folder unless RYORIN_HOME names one that holds it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
ADDRESS = "127.0.0.1:8931"
EMAIL, PASSWORD = "admin@ryorin.example", "demo-pass-2026"
WIDE, NARROW = {"width": 1400, "height": 880}, {"width": 390, "height": 844}
PICTURES = [
    ("home", "/", WIDE, "light"),
    ("home", "/", WIDE, "dark"),
    ("home", "/", NARROW, "light"),
    ("people", "/people/", WIDE, "light"),
    ("person", "first", WIDE, "light"),
    ("board", "/deals", WIDE, "light"),
    ("handoffs", "/handoffs/", WIDE, "light"),
    ("funnel", "/funnel", WIDE, "light"),
    ("goals", "/goals", WIDE, "light"),
]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = os.environ.get("RYORIN_HOME") or folder
        environment = {**os.environ, "RYORIN_HOME": home, "RYORIN_PASSWORD": PASSWORD}
        if home == folder:
            subprocess.run([sys.executable, "-m", "ryorin", "demo"], check=True, env=environment)
        serve = [sys.executable, "-m", "ryorin", "serve", "--address", ADDRESS, "--workers", "1"]
        server = subprocess.Popen(serve, env=environment)
        try:
            wait_for(f"http://{ADDRESS}/health")
            take_pictures()
        finally:
            server.terminate()
            server.wait(20)


def wait_for(address: str) -> None:
    for _attempt in range(120):
        try:
            urllib.request.urlopen(address, timeout=2)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"{address} does not answer")


def take_pictures() -> None:
    IMAGES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for name, path, size, scheme in PICTURES:
            page = signed_in(browser, size, scheme)
            page.goto(f"http://{ADDRESS}{'/people/' if path == 'first' else path}")
            if path == "first":
                page.goto(f"http://{ADDRESS}/people/?sort=-score")
                page.locator("table tbody a").first.click()
            page.wait_for_load_state("networkidle")
            width = "wide" if size is WIDE else "narrow"
            page.screenshot(path=str(IMAGES / f"{name}-{width}-{scheme}.png"))
            page.context.close()
        browser.close()


def signed_in(browser: Browser, size: dict[str, int], scheme: str) -> Page:
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="ja-JP", timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.goto(f"http://{ADDRESS}/accounts/login/")
    page.fill("input[name=login]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"http://{ADDRESS}/")
    return page


if __name__ == "__main__":
    main()
