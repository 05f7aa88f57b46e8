"""The words and pictures of a mail as plain fields: what can be changed without the visual editor, on a phone too."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape

from ryorin.marketing.mail.rules.mjml import Element, is_link, is_picture

KINDS = {"mj-text": "text", "mj-button": "button", "mj-image": "picture", "mj-table": "table"}
_BREAK = re.compile(r"<br\s*/?>|</p>\s*(?=<p)|</li>\s*(?=<li)", re.IGNORECASE)
_BOLD = re.compile(r"</?(?:strong|b)\b[^>]*>", re.IGNORECASE)
_LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"[^>]*>(.*?)</a>', re.IGNORECASE | re.DOTALL)
_DEAD_LINK = re.compile(r"<a\b(?![^>]*\shref=)[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_WHOLE_TABLE = re.compile(r"\s*(<table[^>]*>).*</table>\s*", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.IGNORECASE | re.DOTALL)
_CELL = re.compile(r"<(t[hd])([^>]*)>(.*?)</t[hd]>", re.IGNORECASE | re.DOTALL)
_SAID_LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]*)\)")
_SAID_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_BAR = re.compile(r"\s*｜\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to fill in; `number` is its place in the mail."""

    number: int
    kind: str  # text, button, picture, table
    text: str = ""  # words; **bold**, [words](address); of a table one row per line, cells parted by ｜
    href: str = ""
    src: str = ""
    alt: str = ""


def pieces_of(body: Element) -> list[Piece]:
    """Return what of the mail can be filled in, in the order of reading."""
    return [_piece(number, element) for number, element in enumerate(body.walk()) if element.tag in KINDS]


def with_pieces(body: Element, given: Mapping[int, Mapping[str, str]]) -> Element:
    """Return the body with what was filled in; a text that was not touched keeps its formats."""
    for number, element in enumerate(body.walk()):
        if element.tag not in KINDS or number not in given:
            continue
        old, new = _piece(number, element), given[number]
        if "text" in new and _lines(new["text"]) != old.text:
            text = _lines(new["text"])
            element.content = _table(text, element.content) if old.kind == "table" else as_html(text)
        _set(element, "href", new.get("href"), is_link)
        _set(element, "src", new.get("src"), is_picture)
        _set(element, "alt", new.get("alt"), lambda _text: True)
    return body


def as_plain(html: str) -> str:
    """Return HTML as people type it: lines, **bold**, [words](address); other formats fall away."""
    text = _BREAK.sub("\n", html.replace("\n", " "))
    text = _LINK.sub(lambda match: f"[{_TAGS.sub('', match[2])}]({match[1]})", text)
    text = _DEAD_LINK.sub(lambda match: f"[{_TAGS.sub('', match[1])}]()", text)
    text = _BOLD.sub("**", text)
    return _lines(unescape(_TAGS.sub("", text)))


def as_html(text: str) -> str:
    """Return what was typed as HTML; what is no address of a link leads nowhere."""
    html = escape(text, quote=False)
    html = _SAID_LINK.sub(_link, html)
    html = _SAID_BOLD.sub(r"<strong>\1</strong>", html)
    return html.replace("\n", "<br />")


def _piece(number: int, element: Element) -> Piece:
    kind, given = KINDS[element.tag], element.attributes
    if kind == "text" and _WHOLE_TABLE.fullmatch(element.content):
        kind = "table"
    text = ""
    if kind == "table":
        rows = ["｜".join(as_plain(cell[2]) for cell in _CELL.findall(row)) for row in _ROW.findall(element.content)]
        text = _lines("\n".join(row.replace("\n", " ") for row in rows))
    elif kind != "picture":
        text = as_plain(element.content)
    return Piece(number, kind, text, given.get("href", ""), given.get("src", ""), given.get("alt", ""))


def _table(text: str, old: str) -> str:
    """Return lines as rows that look like the first row did."""
    first = _ROW.search(old)
    shapes = [(tag, look) for tag, look, _words in _CELL.findall(first[1])] if first else [("td", "")]
    rows = []
    for line in filter(None, text.split("\n")):
        cells = _BAR.split(line, maxsplit=len(shapes) - 1)
        cells += [""] * (len(shapes) - len(cells))
        rows.append(
            "".join(f"<{tag}{look}>{as_html(cell)}</{tag}>" for (tag, look), cell in zip(shapes, cells, strict=True))
        )
    inner = "".join(f"<tr>{row}</tr>" for row in rows)
    whole = _WHOLE_TABLE.fullmatch(old)
    return f"{whole[1]}<tbody>{inner}</tbody></table>" if whole else inner


def _link(match: re.Match[str]) -> str:
    words, address = match[1], unescape(match[2])
    return f'<a href="{escape(address)}">{words}</a>' if is_link(address) else f"<a>{words}</a>"


def _set(element: Element, name: str, value: str | None, may_stand: Callable[[str], bool]) -> None:
    if value is None:
        return
    text = " ".join(value.replace("\0", "").split())
    if not text:
        element.attributes.pop(name, None)
    elif may_stand(text):
        element.attributes[name] = text[:500]


def _lines(text: str) -> str:
    lines = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.strip() for line in lines).strip("\n")
