"""HTML and CSS that people write, cleaned by lists of what is allowed; everything else falls away."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import nh3


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


LONGEST_HTML = 1_000_000
LONGEST_CSS = 300_000
TEXT_TAGS = _names(
    "a abbr b blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i"
    " img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead"
    " time tr u ul var wbr col colgroup"
)
PAGE_TAGS = TEXT_TAGS | _names("address article aside footer header main nav section picture source")
MAIL_TAGS = TEXT_TAGS | frozenset(["center", "font", "style", "html", "head", "body", "meta", "title"])
ARTICLE_TAGS = TEXT_TAGS - {"h1", "details", "summary", "div", "span"}
FOR_ALL = frozenset(["class", "id", "title", "lang", "dir", "role", "style", "aria-label", "aria-hidden"])
FOR_PAGES = FOR_ALL - {"style"}
FOR_ARTICLES = frozenset(["lang", "dir", "title"])
BY_TAG: dict[str, frozenset[str]] = {
    "a": frozenset(["href", "target", "name"]),
    "img": frozenset(["src", "srcset", "sizes", "alt", "width", "height", "loading"]),
    "source": frozenset(["srcset", "sizes", "type", "media"]),
    "td": frozenset(["colspan", "rowspan", "align", "valign", "width", "height", "bgcolor"]),
    "th": frozenset(["colspan", "rowspan", "scope", "align", "valign", "width", "bgcolor"]),
    "table": frozenset(["align", "width", "border", "cellpadding", "cellspacing", "bgcolor"]),
    "time": frozenset(["datetime"]),
    "ol": frozenset(["start", "type", "reversed"]),
    "details": frozenset(["open"]),
    "div": frozenset(["align"]),
    "p": frozenset(["align"]),
    "col": frozenset(["span", "width"]),
    "font": frozenset(["color", "size", "face"]),
}
PAGE_SCHEMES = frozenset(["https", "http", "mailto", "tel"])
PICTURE_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
CLOBBERS = _names(
    "attributes body children cookie createelement documentelement firstchild forms getelementbyid head images"
    " innerhtml links location name nodename ownerdocument parentnode plugins scripts submit window document ryorin"
    " self top"
)
UNSAFE_VALUES = re.compile(r"expression\s*\(|javascript:|vbscript:|behavior\s*:|-moz-binding|@import|\\", re.IGNORECASE)
AT_RULES = frozenset(["media", "supports", "container", "layer", "keyframes"])
FORBIDDEN_PROPERTIES = frozenset(["behavior", "-moz-binding", "-ms-behavior", "src"])
FUNCTIONS_THAT_LOAD = frozenset(
    ["url", "image", "image-set", "-webkit-image-set", "cross-fade", "element", "src", "attr"]
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is left, and in a few words what fell away."""

    html: str
    css: str
    removed: tuple[str, ...] = ()


def clean_page(html: str, css: str = "", *, own: Iterable[str] = ("/",)) -> Cleaned:
    """Return HTML and CSS of a public page without anything that runs, loads from elsewhere or covers the window.

    Pictures may come only from addresses beginning with one of `own`; styles stand in the sheet, not in attributes.
    """
    hosts = tuple(own)
    kept = _clean(html[:LONGEST_HTML], tags=PAGE_TAGS, own=hosts, general=FOR_PAGES, data_attributes=True)
    return Cleaned(kept, clean_css(css, own=hosts), tuple(_missed(html, kept)))


def clean_article(html: str, *, own: Iterable[str] = ("/",)) -> str:
    """Return the text of an article: headings, lists, tables, pictures and links, without styles of its own."""
    return _clean(html[:LONGEST_HTML], tags=ARTICLE_TAGS, own=tuple(own), general=FOR_ARTICLES)


def clean_mail(html: str, *, own: Iterable[str] = ("/",)) -> str:
    """Return the HTML of a mail: tables, style sheets without foreign addresses, pictures from `own` only.

    Comments stay out, also those only Outlook reads; what a compiler adds around the cleaned text is its own affair.
    """
    hosts = tuple(own)
    sheets = "".join(re.findall(r"<style[^>]*>(.*?)</style\s*>", html, re.IGNORECASE | re.DOTALL))
    body = _clean(html[:LONGEST_HTML], tags=MAIL_TAGS - {"style", "html", "head", "body", "meta", "title"}, own=hosts)
    css = clean_css(sheets, own=hosts)
    return f"<style>{css}</style>{body}" if css else body


def clean_css(css: str, *, own: Iterable[str] = ("/",)) -> str:
    """Return the rules that only change how the page looks: no imports, fonts or pictures from elsewhere."""
    import tinycss2

    rules = tinycss2.parse_stylesheet(css[:LONGEST_CSS], skip_comments=True, skip_whitespace=True)
    return _closed("".join(_rules(rules, tuple(own))))


def _clean(
    html: str,
    *,
    tags: Iterable[str],
    own: tuple[str, ...],
    general: frozenset[str] = FOR_ALL,
    data_attributes: bool = False,
) -> str:
    allowed = frozenset(tags)
    return nh3.clean(
        html.replace("\x00", ""),
        tags=set(allowed),
        clean_content_tags={
            "script",
            "style",
            "template",
            "noscript",
            "iframe",
            "object",
            "svg",
            "math",
            "title",
            "select",
        },
        attributes={"*": set(general), **{tag: set(BY_TAG[tag]) for tag in BY_TAG if tag in allowed}},
        attribute_filter=_attribute_filter(own),
        generic_attribute_prefixes={"data-ry-"} if data_attributes else None,
        url_schemes=set(PAGE_SCHEMES) | {"data"},
        strip_comments=True,
        link_rel="noopener noreferrer",
    )


def _attribute_filter(own: tuple[str, ...]) -> Callable[[str, str, str], str | None]:
    def keep(tag: str, name: str, value: str) -> str | None:
        if name in ("id", "name"):
            return value if value.lower() not in CLOBBERS and re.fullmatch(r"[\w\-:.]{1,80}", value) else None
        if name == "style":
            return clean_declarations(value, own=own) or None
        if name == "srcset":
            return value if all(is_own(part.split()[0], own) for part in value.split(",") if part.split()) else None
        if name == "src":
            return value if is_own(value, own) or PICTURE_DATA.fullmatch(value.strip()) else None
        if name == "href":
            return value if not value.strip().lower().startswith("data:") and "\\" not in value[:3] else None
        if name == "target":
            return value if value in ("_blank", "_self") else None
        return value

    return keep


def is_own(address: str, own: Iterable[str]) -> bool:
    """Return whether a picture's address is one of ours; "//host" and backslashes lead elsewhere."""
    plain = re.sub(r"[\x00-\x20]", "", address)
    if plain.startswith("//") or "\\" in plain:
        return False
    return any(plain.startswith(start) for start in own)


def clean_declarations(text: str, *, own: Iterable[str] = ("/",)) -> str:
    """Return the declarations of a style attribute that are allowed."""
    import tinycss2

    return _declarations(tinycss2.parse_blocks_contents(text[:LONGEST_CSS]), tuple(own))


def _rules(rules: Iterable[Any], own: tuple[str, ...], depth: int = 0) -> Iterable[str]:
    import tinycss2

    for rule in rules:
        if rule.type == "qualified-rule":
            selector = tinycss2.serialize(rule.prelude).strip()
            body = _declarations(tinycss2.parse_blocks_contents(rule.content), own)
            if body and "<" not in selector and not _loads(rule.prelude, own):
                yield f"{selector}{{{body}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in AT_RULES and rule.content is not None and depth < 4:
            inner = "".join(_rules(tinycss2.parse_rule_list(rule.content, skip_whitespace=True), own, depth + 1))
            prelude = tinycss2.serialize(rule.prelude).strip()
            if inner and "<" not in prelude:
                yield f"@{rule.lower_at_keyword} {prelude}{{{inner}}}"


def _declarations(parts: Iterable[Any], own: tuple[str, ...]) -> str:
    import tinycss2

    kept = []
    for part in parts:
        if part.type != "declaration" or part.lower_name in FORBIDDEN_PROPERTIES:
            continue
        value = tinycss2.serialize(part.value).strip()
        if value.lower() == "initial" and part.lower_name.startswith("background"):
            continue
        if part.lower_name == "position" and value.lower() not in ("static", "relative", "absolute"):
            continue
        if UNSAFE_VALUES.search(value) or "<" in value or _loads(part.value, own):
            continue
        kept.append(f"{part.name}:{value}{'!important' if part.important else ''}")
    return ";".join(kept)


def _loads(tokens: Iterable[Any], own: tuple[str, ...]) -> bool:
    """Return whether the value would fetch something that is not ours."""
    for token in tokens:
        kind = token.type
        if kind == "error":
            return True
        if kind == "url" and not (is_own(token.value, own) or PICTURE_DATA.fullmatch(token.value.strip())):
            return True
        if kind == "function":
            if token.lower_name == "url":
                texts = [part.value for part in token.arguments if part.type == "string"]
                if len(texts) != 1 or not (is_own(texts[0], own) or PICTURE_DATA.fullmatch(texts[0].strip())):
                    return True
            elif token.lower_name in FUNCTIONS_THAT_LOAD or _loads(token.arguments, own):
                return True
        elif kind in ("() block", "[] block", "{} block") and _loads(token.content, own):
            return True
    return False


def _closed(css: str) -> str:
    """Return the sheet so that it can stand inside <style> without ending it."""
    return css.replace("</", "<\\/").replace("<!--", "")


class _Names(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: dict[str, int] = {}
        self.handlers = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.handlers += sum(name.startswith("on") for name, _value in attrs)


def _missed(before: str, after: str) -> Iterable[str]:
    """Return which tags fell away, for the person who wrote them."""
    try:
        first, second = _Names(), _Names()
        first.feed(before[:LONGEST_HTML])
        second.feed(after)
    except (AssertionError, ValueError):
        return
    yield from sorted(f"<{tag}>" for tag in _fewer(first.tags, second.tags) if tag not in ("body", "html", "head"))[:20]
    if first.handlers:
        yield "on…="


def _fewer(first: Mapping[str, int], second: Mapping[str, int]) -> Iterable[str]:
    return (tag for tag, count in first.items() if second.get(tag, 0) < count and re.fullmatch(r"[a-z0-9-]{1,20}", tag))
