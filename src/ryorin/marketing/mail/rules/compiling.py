"""From MJML to a mail that is filled in for one person after another: compiled once, personalised by joining bytes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape

from ryorin.marketing.mail.errors import BodyUnreadable
from ryorin.marketing.mail.rules import mjml
from ryorin.marketing.mail.rules.fields import LEFT_OVER, LINKS, SENDERS, mentions
from ryorin.marketing.mail.rules.texts import as_text

_MARK = re.compile(r"\{\{([#^/])\s*([^{}]{1,80}?)\s*\}\}[ \t]*(?:\n)?")
_HREF = re.compile(r'(<a\b[^>]*?\shref=")([^"]*)(")', re.IGNORECASE)
_FOREIGN = re.compile(r"<!--\[if !mso\]><!-->\s*<link href=[^>]*>.*?<!--<!\[endif\]-->|<link\b[^>]*>", re.DOTALL)
_HTML_TAG = re.compile(r'<html lang="[^"]*"')
_TEXT_LINK = re.compile(r"https?://[^\s<>「」『』（）()、。]+|\{\{[^{}]+\}\}")
_BREAK = re.compile(r"<br\s*/?>|\n")
_SHOWN = re.compile(r"\bif-([a-z0-9]{1,12})\b")
_HIDDEN = re.compile(r"\bunless-([a-z0-9]{1,12})\b")
FONTS = "'Hiragino Sans','Hiragino Kaku Gothic ProN','BIZ UDPGothic','Yu Gothic Medium',Meiryo,sans-serif"
CLIPPED_AT = 102 * 1024  # Gmail shows no more of a mail than this


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, as far as it stands in the mail."""

    name: str = ""
    address: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail as somebody wrote it, without a database; `rules` gives the name of each rule by its key."""

    subject: str
    preheader: str
    mjml: str
    text: str = ""
    language: str = "ja"
    rules: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place filled in for each person: a field (with its default), one of our links, a tracked link, the pixel."""

    kind: str  # field, link, pixel
    key: str = ""
    default: str = ""
    number: int = 0
    tail: str = ""  # a line break that goes away with an empty value


@dataclass(frozen=True, slots=True)
class Gate:
    """The beginning of a block that not everybody sees."""

    rule: str
    shown: bool  # True: to those for whom the rule holds; False: to the others


@dataclass(frozen=True, slots=True)
class End:
    """The end of such a block."""


Part = str | Slot | Gate | End


@dataclass(frozen=True, slots=True)
class Link:
    """One link whose clicks are counted: where it leads, and the words one clicks on."""

    url: str
    label: str = ""


@dataclass(frozen=True)
class CompiledMail:
    """A mail ready to be filled in; `links` are the tracked ones in order, `rules` the keys that decide on blocks."""

    subject: tuple[Part, ...]
    html: tuple[Part, ...]
    text: tuple[Part, ...]
    links: tuple[Link, ...]
    rules: frozenset[str]
    fields: frozenset[str]
    unknown: tuple[str, ...]  # placeholders that name nothing
    without_default: tuple[str, ...]  # placeholders that may stay empty
    broken: bool  # braces that open or close nothing
    size: int  # bytes of the HTML with every block shown
    flats: dict[frozenset[str], object] = field(default_factory=dict, compare=False, repr=False)


def compile_mail(draft: Draft, *, sender: Sender, origin: str) -> CompiledMail:
    """Return the mail compiled; `origin` (https://…) is where our own pictures and pages are reached."""
    body = mjml.read(draft.mjml)
    html = _html(body, draft, origin=origin)
    constant = {"sender_name": sender.name, "sender_address": sender.address, "sender_contact": sender.contact}
    links: list[Link] = []
    making = _Making(constant, links, rules={**{key: key for key in draft.rules}, **_by_name(draft.rules)})
    html_parts = making.parts(_HREF.sub(_marked_link(links), html), quote=lambda text: escape(text))
    text = draft.text or as_text(body, rules=draft.rules)
    text_parts = making.parts(_TEXT_LINK.sub(_marked_text_link(links), text), quote=str)
    subject = making.parts(draft.subject, quote=str)
    used = [part for part in (*html_parts, *text_parts, *subject)]
    return CompiledMail(
        subject=tuple(part for part in subject if isinstance(part, str | Slot)),
        html=tuple(html_parts),
        text=tuple(text_parts),
        links=tuple(links),
        rules=frozenset(part.rule for part in used if isinstance(part, Gate)),
        fields=frozenset(part.key for part in used if isinstance(part, Slot) and part.key),
        unknown=tuple(dict.fromkeys(making.unknown)),
        without_default=tuple(dict.fromkeys(making.without_default)),
        broken=making.broken,
        size=sum(len(part.encode()) if isinstance(part, str) else 40 for part in html_parts),
    )


def _html(body: mjml.Element, draft: Draft, *, origin: str) -> str:
    import mrml

    for one in body.walk():
        for name in ("src", "background-url"):
            if one.attributes.get(name, "").startswith("/"):
                one.attributes[name] = origin + one.attributes[name]
    inside = "".join(_gated(child, draft.rules) for child in body.children)
    outer = mjml.write(mjml.Element("mj-body", body.attributes)).removesuffix("</mj-body>")
    preheader = escape(draft.preheader)
    source = (
        f"<mjml><mj-head><mj-title>{escape(draft.subject)}</mj-title><mj-preview>{preheader}</mj-preview>"
        f"<mj-attributes><mj-all font-family=\"{FONTS}\" /><mj-text font-size='15px' line-height='1.8' "
        f"color='#1f2430' /></mj-attributes><mj-style>{STYLE}</mj-style></mj-head>{outer}{inside}</mj-body></mjml>"
    )
    try:
        html = str(mrml.to_html(source).content)
    except OSError:
        raise BodyUnreadable() from None
    html = _FOREIGN.sub("", html)
    html = _HTML_TAG.sub(f'<html lang="{escape(draft.language)}"', html, count=1)
    html = html.replace("<head>", f"<head>{META}", 1).replace('lang="und"', f'lang="{escape(draft.language)}"')
    return html.replace("</body>", "{{!pixel}}</body>", 1)


def _gated(element: mjml.Element, names: dict[str, str]) -> str:
    """Return a block with marks around it when only some people see it."""
    text = mjml.write(element)
    classes = element.attributes.get("css-class", "")
    for pattern, sign in ((_SHOWN, "#"), (_HIDDEN, "^")):
        for key in pattern.findall(classes):
            if key in names:
                text = f"<mj-raw>{{{{{sign}{key}}}}}</mj-raw>{text}<mj-raw>{{{{/{key}}}}}</mj-raw>"
    return text


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return {name: key for key, name in names.items()}


def _marked_link(links: list[Link]) -> Callable[[re.Match[str]], str]:
    """Return what puts a mark in place of every http(s) address behind a link, and remembers the address."""

    def mark(match: re.Match[str]) -> str:
        url = unescape(match[2])
        if not url.lower().startswith(("http://", "https://")):
            return match[0]
        return f"{match[1]}{{{{!{_number_of(url, links)}}}}}{match[3]}"

    return mark


def _marked_text_link(links: list[Link]) -> Callable[[re.Match[str]], str]:
    def mark(match: re.Match[str]) -> str:
        if match[0].startswith("{{"):
            return match[0]
        url = match[0].rstrip(".,;:!?」）)")
        return f"{{{{!{_number_of(url, links)}}}}}{match[0][len(url) :]}"

    return mark


def _number_of(url: str, links: list[Link]) -> int:
    for number, link in enumerate(links):
        if link.url == url:
            return number
    links.append(Link(url))
    return len(links) - 1


_OURS = re.compile(r"\{\{!(pixel|\d+)\}\}")


class _Making:
    """Cuts texts into parts; what cannot be filled in is noted on the way."""

    def __init__(self, constant: dict[str, str], links: list[Link], *, rules: dict[str, str]) -> None:
        self.constant = constant
        self.links = links
        self.rules = rules
        self.unknown: list[str] = []
        self.without_default: list[str] = []
        self.broken = False

    def parts(self, text: str, *, quote: Callable[[str], str]) -> list[Part]:
        """Return the text as literals, slots and gates, in order, neighbouring literals joined."""
        found: list[Part] = []
        at = 0
        for start, end, part in sorted(self._places(text, quote), key=lambda one: one[0]):
            if start < at:
                continue
            self._add(found, text[at:start], checks=True)
            if isinstance(part, str):
                self._add(found, part)
            else:
                found.append(part)
            at = end
        self._add(found, text[at:], checks=True)
        return _balanced(found)

    def _places(self, text: str, quote: Callable[[str], str]) -> Iterator[tuple[int, int, Part]]:
        for match in _OURS.finditer(text):
            slot = Slot("pixel") if match[1] == "pixel" else Slot("link", number=int(match[1]))
            yield match.start(), match.end(), slot
        for match in _MARK.finditer(text):
            sign, name = match[1], unescape(match[2])
            rule = self.rules.get(name)
            if rule is None:
                self.unknown.append(f"{sign}{name}")
                yield match.start(), match.end(), ""
            else:
                yield match.start(), match.end(), End() if sign == "/" else Gate(rule, shown=sign == "#")
        for one in mentions(text):
            if one.name.startswith("!"):
                continue
            if one.field is None:
                self.unknown.append(one.name)
                continue
            if one.needs_default:
                self.without_default.append(one.name)
            if one.field.key in SENDERS:
                yield one.start, one.end, quote(self.constant[one.field.key])
            elif one.field.key in LINKS:
                yield one.start, one.end, Slot("field", one.field.key)
            else:
                tail = _BREAK.match(text, one.end) if one.has_default and not one.default else None
                end = tail.end() if tail else one.end
                yield one.start, end, Slot("field", one.field.key, unescape(one.default), tail=tail[0] if tail else "")

    def _add(self, found: list[Part], text: str, *, checks: bool = False) -> None:
        if not text:
            return
        if checks and LEFT_OVER.search(text):
            self.broken = True
        if found and isinstance(found[-1], str):
            found[-1] += text
        else:
            found.append(text)


def _balanced(parts: list[Part]) -> list[Part]:
    """Return the parts with every gate closed and no end without a gate."""
    depth, kept = 0, []
    for part in parts:
        if isinstance(part, End):
            if depth == 0:
                continue
            depth -= 1
        depth += isinstance(part, Gate)
        kept.append(part)
    return [*kept, *[End()] * depth]


META = '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
# Colours of the dark: only classes of ours, so that a colour somebody chose is never lost without a trace.
STYLE = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
.quiet div, .quiet a { color: #5b6474 !important; }
@media (prefers-color-scheme: dark) {
  body, .ground, .ground > table { background: #14171d !important; background-color: #14171d !important; }
  .paper, .paper > table { background: #1e232c !important; background-color: #1e232c !important; }
  .soft, .soft > table { background: #272d38 !important; background-color: #272d38 !important; }
  .ink div, .ink td, .ink th, .ink a { color: #e9ecf2 !important; }
  .quiet div, .quiet a { color: #a9b2c1 !important; }
  .paper p, .soft p { border-top-color: #3d4553 !important; }
  .paper th, .paper td { border-top-color: #3d4553 !important; }
  .logo img { background: #ffffff; border-radius: 4px; }
}
"""
