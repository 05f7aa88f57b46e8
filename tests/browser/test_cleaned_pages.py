"""Cleaned pages and mails in a real browser without any content policy: no script runs, nobody else is asked."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.lib.attacks import CSS, HTML

from ryorin.lib.cleaning import clean_article, clean_css, clean_mail, clean_page

OWN = "http://own.test/"
WRITTEN: dict[str, Callable[[str], str]] = {
    "page": lambda attack: clean_page(attack, own=("/m/",)).html,
    "mail": lambda attack: clean_mail(attack, own=("/m/",)),
    "article": lambda attack: clean_article(attack, own=("/m/",)),
}


@pytest.fixture
def bare(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """An empty page of our own, and the list of what it did that it must not."""
    context = browser.new_context()
    page = context.new_page()
    noticed: list[str] = []

    def dismissed(dialog) -> None:
        noticed.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismissed)
    page.on("request", lambda one: None if one.url.startswith((OWN, "data:image/")) else noticed.append(one.url))
    page.on("popup", lambda other: noticed.append(f"window {other.url}"))
    context.route(
        "**/*", lambda route: route.fulfill(body="<!doctype html><title>own</title>", content_type="text/html")
    )
    page.goto(OWN)
    yield page, noticed
    context.close()


def looked_at(page: Page, body: str, css: str = "") -> None:
    """This function will show the body, move over it, focus what can be focused, and read it a second time."""
    page.evaluate(
        """([body, css]) => {
            document.title = 'own';
            document.head.innerHTML = `<title>own</title><style>${css}</style>`;
            document.body.innerHTML = body;
            document.body.innerHTML = document.body.innerHTML;
            const seen = document.body.querySelectorAll('*');
            seen.forEach((each) => {
                for (const kind of ['mouseover', 'pointerenter', 'focus', 'toggle', 'animationstart', 'error', 'load'])
                    each.dispatchEvent(new Event(kind));
            });
        }""",
        [body, css],
    )


@pytest.mark.parametrize("kind", WRITTEN)
def test_no_script_runs_and_no_other_host_is_asked(bare: tuple[Page, list[str]], kind: str) -> None:
    page, noticed = bare
    wrong = {}
    for attack in HTML:
        looked_at(page, WRITTEN[kind](attack))
        page.wait_for_timeout(20)
        if noticed or page.title() != "own" or page.url != OWN:
            wrong[attack] = [*noticed, page.title(), page.url]
            noticed.clear()
            page.goto(OWN)
    page.wait_for_timeout(500)
    assert (wrong, noticed) == ({}, [])


def test_a_whole_document_read_by_the_parser_stays_quiet(bare: tuple[Page, list[str]]) -> None:
    page, noticed = bare
    body = "\n".join(clean_page(attack, own=("/m/",)).html for attack in HTML)
    sheet = "\n".join(clean_css(attack, own=("/m/",)) for attack in CSS)
    page.set_content(f"<!doctype html><title>own</title><style>{sheet}</style><p>start</p>{body}<input value=a>")
    page.wait_for_timeout(800)
    assert (noticed, page.title()) == ([], "own")


def test_styles_ask_nobody(bare: tuple[Page, list[str]]) -> None:
    page, noticed = bare
    for attack in CSS:
        looked_at(page, "<p>text</p><input value=a><div class=p>x</div>", clean_css(attack, own=("/m/",)))
        page.wait_for_timeout(20)
    page.wait_for_timeout(500)
    assert (noticed, page.title()) == ([], "own")


def test_the_corpus_itself_would_be_noticed(bare: tuple[Page, list[str]]) -> None:
    page, noticed = bare
    page.set_content(f"<!doctype html><title>own</title>{HTML[0]}")
    page.wait_for_timeout(300)
    assert noticed
