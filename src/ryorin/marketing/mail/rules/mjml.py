"""The body of a mail as a tree of MJML: read it leniently, keep only what a mail may hold, write it strictly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser

from ryorin.marketing.mail.errors import BodyTooDeep, BodyTooLarge, BodyUnreadable

MOST_CHARACTERS = 300_000
DEEPEST = 12
MOST_ELEMENTS = 2_000

# What may stand in what; everything else is left out, its content too.
CHILDREN: dict[str, frozenset[str]] = {
    "mj-body": frozenset({"mj-section", "mj-wrapper", "mj-hero"}),
    "mj-wrapper": frozenset({"mj-section", "mj-hero"}),
    "mj-section": frozenset({"mj-column", "mj-group"}),
    "mj-group": frozenset({"mj-column"}),
    "mj-column": frozenset({"mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-table"}),
    "mj-hero": frozenset({"mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-table"}),
}
CONTENT = frozenset({"mj-text", "mj-button", "mj-table"})
EMPTY = frozenset({"mj-image", "mj-divider", "mj-spacer"})
KNOWN = frozenset(CHILDREN) | CONTENT | EMPTY

ADDRESSES = frozenset({"href", "src", "background-url"})
WORDS = frozenset({"alt", "title"})
_ATTRIBUTE = re.compile(r"(?!on)[a-z][a-z-]{0,39}")
_PLAIN = re.compile(r"[^<>;{}\"\\:]{0,200}")
_CLASSES = re.compile(r"[\w -]{0,200}")
_CODE = re.compile(r"url\s*\(|expression|import|javascript", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"'`\\]+|mailto:[^\s<>\"'`\\]+|tel:[+\d-]+|\{\{[^{}<>\"]{1,40}\}\}", re.IGNORECASE)
_PICTURE = re.compile(r"https?://[^\s<>\"'`\\]+|/(?!/)[\w./-]+", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_VOIDS = re.compile(r"<(br|hr)\s*>")

TAGS = {"a", "b", "br", "blockquote", "code", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "s"}
TAGS |= {"small", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"}
STYLES = {"background-color", "border", "border-bottom", "border-collapse", "border-top", "color", "font-size"}
STYLES |= {"font-style", "font-weight", "line-height", "list-style-type", "margin", "padding", "text-align"}
STYLES |= {"text-decoration", "vertical-align", "white-space", "width"}


@dataclass
class Element:
    """One MJML element: its attributes as they mean (no entities), its children, or its content as cleaned HTML."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element]" = field(default_factory=list)
    content: str = ""

    def walk(self) -> "Iterator[Element]":
        """Return this element and everything below it, in the order of reading."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("css-class", "").split()


def read(text: str) -> Element:
    """Return the body of a mail, cleaned: elements, attributes, addresses and HTML that are not allowed are gone."""
    if len(text) > MOST_CHARACTERS:
        raise BodyTooLarge()
    reader = _Reader()
    reader.feed(_CONTROLS.sub("", text))
    reader.close()
    if reader.body is None:
        raise BodyUnreadable()
    return reader.body


def write(element: Element) -> str:
    """Return the element as MJML; no tag closes itself, for a browser would take what follows for its content."""
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attributes.items())
    inner = element.content if element.tag in CONTENT else "".join(write(child) for child in element.children)
    return f"<{element.tag}{attributes}>{inner}</{element.tag}>"


def cleaned(text: str) -> str:
    """Return MJML from anywhere as the MJML that is kept: one <mjml> with one body of allowed elements."""
    return f"<mjml>{write(read(text))}</mjml>"


def clean_content(html: str) -> str:
    """Return the HTML within a text, a button or a table as mails may hold it, well-formed for the MJML compiler."""
    import nh3

    found = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags={"script", "style", "svg", "math", "template", "iframe", "object", "noscript", "title"},
        attributes={
            "*": {"style", "align"},
            "a": {"href", "title"},
            "td": {"colspan", "rowspan", "valign", "width"},
            "th": {"colspan", "rowspan", "valign", "width"},
        },
        attribute_filter=_kept_attribute,
        filter_style_properties=STYLES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return _VOIDS.sub(r"<\1 />", found)


def is_link(address: str) -> bool:
    """Return whether an address may stand behind a link: http(s), mailto, tel, or one of our placeholders."""
    return bool(_LINK.fullmatch(address))


def is_picture(address: str) -> bool:
    """Return whether an address may be that of a picture: a path of ours or http(s)."""
    return bool(_PICTURE.fullmatch(address))


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value.strip() if is_link(value.strip()) else None
    if name == "style":
        return None if _CODE.search(value) else value
    return value


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.body: Element | None = None
        self.open: list[Element] = []
        self.content: list[str] | None = None  # what stands inside the content element that is open
        self.skipped: list[str] = []  # elements left out with all they hold
        self.count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.content is not None and not tag.startswith("mj"):
            self.content.append(self.get_starttag_text() or "")
            return
        self._begin(tag, attrs, closes=tag in EMPTY)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.content is not None and not tag.startswith("mj"):
            self.content.append(self.get_starttag_text() or "")
            return
        self._begin(tag, attrs, closes=True)

    def handle_endtag(self, tag: str) -> None:
        if self.content is not None and not tag.startswith("mj"):
            self.content.append(f"</{tag}>")
        elif self.skipped:
            if tag in self.skipped:
                del self.skipped[self.skipped.index(tag) :]
        elif any(one.tag == tag for one in self.open):
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.content is not None:
            self.content.append(escape(data, quote=False))

    def handle_entityref(self, name: str) -> None:
        if self.content is not None:
            self.content.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        if self.content is not None:
            self.content.append(f"&#{name};")

    def close(self) -> None:
        super().close()
        while self.open:
            self._close()

    def _begin(self, tag: str, attrs: list[tuple[str, str | None]], *, closes: bool) -> None:
        if tag == "mjml":
            return
        if self.skipped or not self._fits(tag):
            if not closes and (self.skipped or (tag.startswith("mj") and tag not in EMPTY)):
                self.skipped.append(tag)
            return
        self.count += 1
        if self.count > MOST_ELEMENTS or len(self.open) > DEEPEST:
            raise BodyTooDeep()
        made = Element(tag, _attributes(tag, attrs))
        if self.open:
            self.open[-1].children.append(made)
        else:
            self.body = made
        if closes:
            return
        self.open.append(made)
        if tag in CONTENT:
            self.content = []

    def _fits(self, tag: str) -> bool:
        if self.content is not None:
            return False
        if not self.open:
            return tag == "mj-body" and self.body is None
        return tag in CHILDREN.get(self.open[-1].tag, ())

    def _close(self) -> str:
        """Close the innermost element and return its tag; a table becomes a text that holds one."""
        closed = self.open.pop()
        tag = closed.tag
        if self.content is not None and tag in CONTENT:
            html = "".join(self.content)
            closed.content = _table(html) if tag == "mj-table" else clean_content(html)
            closed.tag = "mj-text" if tag == "mj-table" else tag
            self.content = None
        return tag


def _table(rows: str) -> str:
    """Return rows as a whole table: alone, a browser would take them for nothing."""
    return clean_content(f'<table style="width:100%;border-collapse:collapse;">{rows}</table>')


def _attributes(tag: str, attrs: list[tuple[str, str | None]]) -> dict[str, str]:
    kept = {}
    for name, given in attrs:
        value = unescape(given or "").strip() if given and "&" in given else (given or "").strip()
        if tag == "mj-image" and (name in ("height", "loading") or (name == "width" and value.isdigit())):
            continue  # what a page's editor notes about a picture; a mail shows it as wide as there is room
        if _ATTRIBUTE.fullmatch(name) and _may_stand(name, value):
            kept[name] = value
    return kept


def _may_stand(name: str, value: str) -> bool:
    if name == "href":
        return is_link(value)
    if name in ADDRESSES:
        return is_picture(value)
    if name in WORDS:
        return len(value) <= 300
    if name == "css-class":
        return bool(_CLASSES.fullmatch(value))
    return bool(value) and bool(_PLAIN.fullmatch(value)) and not _CODE.search(value)
