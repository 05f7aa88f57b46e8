"""What people write becomes harmless, and what is harmless stays."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lib.attacks import CSS, EVIL, HTML

from ryorin.lib.cleaning import clean_article, clean_css, clean_mail, clean_page

TAGS_THAT_ACT = frozenset(
    ["base", "embed", "form", "frame", "iframe", "input", "link", "math", "meta", "object", "script", "svg", "template"]
)
ATTRIBUTES_THAT_ACT = frozenset(["action", "background", "formaction", "ping", "poster", "srcdoc", "x-data", "hx-get"])


class Reader(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in TAGS_THAT_ACT:
            self.alive.append(f"<{tag}>")
        for name, value in attrs:
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            loads = name in ("src", "srcset") and EVIL in address
            runs = name in ("href", "src") and address.startswith(("javascript:", "vbscript:", "data:text"))
            styled = name == "style" and (EVIL in address or "fixed" in address or "expression" in address)
            if name.startswith("on") or name in ATTRIBUTES_THAT_ACT or loads or runs or styled:
                self.alive.append(f"{tag} {name}={value}")


def alive_in(html: str) -> list[str]:
    reader = Reader()
    reader.feed(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))
    return reader.alive


def test_there_are_enough_attacks() -> None:
    assert len(HTML) + len(CSS) >= 80


@pytest.mark.parametrize("attack", HTML)
def test_nothing_that_runs_or_calls_home_is_left_of_a_page(attack: str) -> None:
    html = clean_page(attack, own=("/m/",)).html
    assert alive_in(html) == []


@pytest.mark.parametrize("attack", HTML)
def test_nothing_that_runs_or_calls_home_is_left_of_a_mail(attack: str) -> None:
    html = clean_mail(attack, own=("/m/",))
    assert alive_in(html) == []


@pytest.mark.parametrize("attack", CSS)
def test_styles_load_nothing_and_end_nothing(attack: str) -> None:
    css = clean_css(attack, own=("/m/",))
    assert EVIL not in css
    assert "</style" not in css.lower()
    assert "fixed" not in css
    assert "expression" not in css


def test_what_a_page_needs_stays() -> None:
    html = (
        '<section class="p-section" id="form"><h1>見出し</h1><p>本文<br>二行目</p>'
        '<a class="p-button" href="#form">申し込む</a><img src="/m/abcdefgh/640.webp" alt="図" width="640" height="480"'
        ' loading="lazy"><details open=""><summary>質問</summary><p>答え</p></details>'
        '<div data-ry-form="3"></div></section>'
    )
    assert clean_page(html).html == html.replace('href="#form"', 'href="#form" rel="noopener noreferrer"')


def test_what_styles_need_stays() -> None:
    css = '.a{color:#123456;padding:4px}@media (max-width:640px){.a{padding:0}}.b{background:url("/m/x/1.webp")}'
    assert clean_css(css) == css


def test_a_person_is_told_what_fell_away() -> None:
    removed = clean_page('<p onclick="x()">a</p><script>1</script><iframe src="https://a.example"></iframe>').removed
    assert set(removed) == {"<script>", "<iframe>", "on…="}


def test_an_article_keeps_its_text_without_looks_of_its_own() -> None:
    html = clean_article(
        '<h2 class="x" style="color:red">節</h2><p>文<b>太字</b></p><table><tbody><tr><td>1</td></tr></tbody></table>'
    )
    assert html == "<h2>節</h2><p>文<b>太字</b></p><table><tbody><tr><td>1</td></tr></tbody></table>"


@given(st.text(alphabet=st.sampled_from(list("<>/\"'=&;:(){}!-\\ \t\nasvgmthonercipurl")), max_size=200))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_page(text).html
    assert clean_page(once).html == once


@given(st.text(max_size=300))
def test_any_text_can_be_cleaned(text: str) -> None:
    assert "<script" not in clean_page(text, text).html.lower()
    clean_mail(text)
    clean_css(text)
