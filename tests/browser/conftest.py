"""A real Chromium in front of the real pages: signed in, in any width and colour scheme, checked with axe-core."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.jobs.conftest import prepared

from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

# Playwright keeps an event loop in this thread; the tests' own use of the database there is safe.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

__all__ = ["prepared"]  # an installation run by real processes, for what the live server does not serve

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

# Nothing on a page can be pressed or typed into before its scripts listen: a test's hands are faster than any person's.
HANDS_OFF = """
  const root = () => document.documentElement;
  const hide = () => root() && !!(root().style.visibility = "hidden");
  const wait = (_found, watch) => hide() && watch.disconnect();
  hide() || new MutationObserver(wait).observe(document, {childList: true});
  document.addEventListener("DOMContentLoaded", () => setTimeout(() => (root().style.visibility = "")));
"""
WIDTHS = {"wide": (1400, 860), "narrow": (390, 844)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium where there is one, the lightest first, else Playwright's."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    installed = next(filter(None, map(shutil.which, names)), None)
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
    return {**browser_type_launch_args, "args": flags, **({"executable_path": installed} if installed else {})}


@pytest.fixture
def company(db: None) -> Organisation:
    """The company has been set up; without it every page leads to the first-run page."""
    return Organisation.objects.create(name="株式会社三和製作所")


@pytest.fixture
def open_page(live_server: LiveServer, browser: Browser, company: Organisation) -> Iterator[Open]:
    """Call with a path; `by` is the member who looks, `width` wide or narrow, `scheme` light or dark.

    A member's pages share one browser; whoever is not signed in is a new visitor each time. A page that breaks the
    content policy or throws an error in a script fails its test.
    """
    contexts: dict[object, BrowserContext] = {}
    mistakes: list[str] = []

    def context_of(by: Member | None, width: str, scheme: str) -> BrowserContext:
        key = (by.pk, width, scheme) if by is not None else len(contexts)
        if key not in contexts:
            across, down = WIDTHS[width]
            size = {"width": across, "height": down}
            context = contexts[key] = browser.new_context(
                viewport=size, color_scheme=scheme, locale="ja-JP", base_url=live_server.url
            )
            context.add_init_script(HANDS_OFF)
            context.route("**/*.woff2", lambda route: route.abort())  # the machine's own letters will do
            if by is not None:
                context.add_cookies([{"name": "sessionid", "value": session_of(by), "url": live_server.url}])
        return contexts[key]

    def open_(path: str, *, by: Member | None = None, width: str = "wide", scheme: str = "light") -> Page:
        page = context_of(by, width, scheme).new_page()
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.on("console", lambda line: mistakes.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto(path)
        return page

    yield open_
    for context in contexts.values():
        context.close()
    assert mistakes == []


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Call with a page: fails with a readable list unless axe-core finds nothing against WCAG 2.2 AA."""

    def check(page: Page) -> None:
        settled(page)
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.violations_count == 0, found.generate_report()

    return check


def settled(page: Page) -> None:
    """Wait until every part the page asks for on its own has come and been put in place."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def session_of(member: Member) -> str:
    """Return the key of a new session in which the member is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return str(session.session_key)
