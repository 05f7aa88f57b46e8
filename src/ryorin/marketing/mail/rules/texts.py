"""The plain-text part of a mail, made from its body: what is said in the same order, links written out."""

import re
from html import unescape

from ryorin.marketing.mail.rules.mjml import Element

_BREAKS = re.compile(r"<br\s*/?>|</p>|</h[1-6]>|</div>|</tr>|</blockquote>", re.IGNORECASE)
_ITEMS = re.compile(r"<li[^>]*>", re.IGNORECASE)
_CELLS = re.compile(r"</t[dh]>\s*(?=<t[dh])", re.IGNORECASE)
_HEADINGS = re.compile(r"<h[1-4][^>]*>", re.IGNORECASE)
_LINKS = re.compile(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_BLANK_LINES = re.compile(r"\n{3,}")
_KEYS = re.compile(r"\b(if|unless)-([a-z0-9]{1,12})\b")
RULER = "─" * 20


def as_text(body: Element, *, rules: dict[str, str]) -> str:
    """Return the body as text; `rules` names the rules by key, whose blocks stand between {{#name}} and {{/name}}."""
    blocks = [_block(child, rules) for child in body.children]
    return _BLANK_LINES.sub("\n\n", "\n\n".join(block for block in blocks if block)).strip() + "\n"


def text_of(html: str) -> str:
    """Return HTML as lines of text; a link is its words and, where they are not the address itself, its address."""
    text = _LINKS.sub(_link, html.replace("\r", "").replace("\n", " "))
    text = _ITEMS.sub("\n・", _HEADINGS.sub("\n■ ", _CELLS.sub("　", text)))
    text = unescape(_TAGS.sub("", _BREAKS.sub("\n", text)))
    lines = [" ".join(line.replace("\xa0", " ").split(" ")).strip(" ") for line in text.split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _block(element: Element, rules: dict[str, str]) -> str:
    text = "\n\n".join(part for part in (_said(one) for one in element.walk()) if part)
    if not text:
        return ""
    for kind, key in _KEYS.findall(element.attributes.get("css-class", "")):
        if key in rules:
            name, sign = rules[key], "#" if kind == "if" else "^"
            text = f"{{{{{sign}{name}}}}}\n{text}\n{{{{/{name}}}}}"
    return text


def _said(element: Element) -> str:
    if element.tag in ("mj-text", "mj-table"):
        return text_of(element.content)
    if element.tag == "mj-button":
        words, address = text_of(element.content), element.attributes.get("href", "")
        return f"▼{words}\n{address}" if address else words
    if element.tag == "mj-image":
        alt, address = element.attributes.get("alt", "").strip(), element.attributes.get("href", "")
        return "\n".join(part for part in (f"［{alt}］" if alt else "", address) if part)
    return RULER if element.tag == "mj-divider" else ""


def _link(match: re.Match[str]) -> str:
    address, words = match[1], _TAGS.sub("", match[2]).strip()
    shown = unescape(address)
    if not shown or shown.removeprefix("mailto:").removeprefix("tel:") == unescape(words):
        return words
    return f"{words} {address}" if words else address
