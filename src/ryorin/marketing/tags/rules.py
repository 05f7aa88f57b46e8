"""Ready entries for usual services, and finding what a page sends to whom. No database."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from ryorin.marketing.tags.errors import TagIncomplete

TEXTS = {
    "name": 120, "recipient": 160, "data": 2_000, "our_purpose": 2_000, "their_purpose": 2_000, "name_en": 120,
    "recipient_en": 160, "data_en": 2_000, "our_purpose_en": 2_000, "their_purpose_en": 2_000, "policy_url": 500,
    "refusal_url": 500,
}  # fmt: skip
NEEDED = ("name", "recipient", "data", "our_purpose", "their_purpose")
HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)+")
MOST_HOSTS = 40
SEEN = "閲覧したページのURL、閲覧日時、ブラウザと端末の種類、IPアドレス、Cookieなどの識別子"
SEEN_EN = "Addresses and times of pages viewed, kind of browser and device, IP address, identifiers such as cookies"

READY: dict[str, dict[str, Any]] = {
    "ryorin": {
        "name": "両輪アクセス計測", "name_en": "Ryorin access measurement",
        "recipient": "当社（自社のサーバー）", "recipient_en": "Our company (our own server)",
        "data": "閲覧したページのURL、参照元、閲覧日時、ブラウザの種類、閲覧者を区別する識別子",
        "data_en": "Addresses of pages viewed, referrer, times, kind of browser, an identifier of the visitor",
        "our_purpose": "サイトの利用状況の把握と改善、お問い合わせをいただいた方への適切なご案内",
        "our_purpose_en": "To understand and improve use of the site, and to answer those who contact us suitably",
        "their_purpose": "当社が自ら利用し、第三者には提供しません。",
        "their_purpose_en": "Used by ourselves only and not given to third parties.", "hosts": [],
    },
    "google_analytics": {
        "name": "Google アナリティクス", "name_en": "Google Analytics",
        "recipient": "Google LLC", "recipient_en": "Google LLC",
        "data": SEEN, "data_en": SEEN_EN, "our_purpose": "サイトの利用状況の分析と改善",
        "our_purpose_en": "To analyse and improve use of the site",
        "their_purpose": "アクセス解析サービスの提供、Googleのサービスの改善と広告の品質向上",
        "their_purpose_en": "To provide analytics and to improve Google's services and advertising",
        "policy_url": "https://policies.google.com/privacy", "refusal_url": "https://tools.google.com/dlpage/gaoptout",
        "hosts": ["www.googletagmanager.com", ".google-analytics.com", ".analytics.google.com"],
    },
    "google_ads": {
        "name": "Google 広告", "name_en": "Google Ads", "recipient": "Google LLC", "recipient_en": "Google LLC",
        "data": SEEN, "data_en": SEEN_EN, "our_purpose": "広告の効果の計測と配信",
        "our_purpose_en": "To measure and deliver advertising", "their_purpose": "広告サービスの提供と改善",
        "their_purpose_en": "To provide and improve advertising services",
        "policy_url": "https://policies.google.com/privacy", "refusal_url": "https://myadcenter.google.com/",
        "hosts": [".googleadservices.com", ".doubleclick.net", ".googlesyndication.com"],
    },
    "meta": {
        "name": "Meta ピクセル", "name_en": "Meta Pixel", "recipient": "Meta Platforms, Inc.",
        "recipient_en": "Meta Platforms, Inc.", "data": SEEN, "data_en": SEEN_EN,
        "our_purpose": "FacebookとInstagramの広告の効果の計測と配信",
        "our_purpose_en": "To measure and deliver advertising on Facebook and Instagram",
        "their_purpose": "広告サービスの提供とMetaのサービスの改善",
        "their_purpose_en": "To provide advertising and to improve Meta's services",
        "policy_url": "https://www.facebook.com/privacy/policy/", "refusal_url": "https://www.facebook.com/adpreferences",
        "hosts": ["connect.facebook.net", ".facebook.com", ".fbcdn.net"],
    },
    "line": {
        "name": "LINE Tag", "name_en": "LINE Tag", "recipient": "LINEヤフー株式会社", "recipient_en": "LY Corporation",
        "data": SEEN, "data_en": SEEN_EN, "our_purpose": "LINE広告の効果の計測と配信",
        "our_purpose_en": "To measure and deliver LINE ads", "their_purpose": "広告サービスの提供と改善",
        "their_purpose_en": "To provide and improve advertising services",
        "policy_url": "https://www.lycorp.co.jp/ja/company/privacypolicy/", "refusal_url": "https://optout.tr.line.me/",
        "hosts": [".line.me", ".line-scdn.net"],
    },
    "yahoo": {
        "name": "Yahoo!広告", "name_en": "Yahoo! JAPAN Ads", "recipient": "LINEヤフー株式会社",
        "recipient_en": "LY Corporation", "data": SEEN, "data_en": SEEN_EN,
        "our_purpose": "Yahoo!広告の効果の計測と配信", "our_purpose_en": "To measure and deliver Yahoo! JAPAN ads",
        "their_purpose": "広告サービスの提供と改善", "their_purpose_en": "To provide and improve advertising services",
        "policy_url": "https://www.lycorp.co.jp/ja/company/privacypolicy/", "refusal_url": "https://btoptout.yahoo.co.jp/",
        "hosts": [".yahoo.co.jp", ".yimg.jp"],
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """Something visitors see: what it is called, where members change it, its HTML."""

    label: str
    url: str
    html: str


@dataclass(slots=True)
class Found:
    """A host that pages send something to and no entry names, with the pages on which it was found."""

    host: str
    pages: list[Document] = field(default_factory=list)
    likely: str = ""


def read_tag(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a tag as they are stored; refuse an entry that would tell visitors too little."""
    values: dict[str, Any] = {
        name: str(given[name]).replace("\x00", "").strip()[:longest] for name, longest in TEXTS.items() if name in given
    }
    missing = [name for name in NEEDED if name in values and not values[name]]
    if missing:
        raise TagIncomplete(what=_("サービス名、送信先、送信される情報、双方の利用目的をすべて入力してください。"))
    for name in ("policy_url", "refusal_url"):
        if values.get(name) and not values[name].startswith(("https://", "http://")):
            raise TagIncomplete(what=_("ページのアドレスは https:// で始めてください。"))
    if "hosts" in given:
        raw = given["hosts"].split() if isinstance(given["hosts"], str) else given["hosts"]
        hosts = list(dict.fromkeys(str(host).lower().strip(" ,、") for host in raw))[:MOST_HOSTS]
        wrong = next((host for host in hosts if not HOST.fullmatch(host)), None)
        if wrong is not None:
            raise TagIncomplete(what=_("ホスト名「%(host)s」の形式が正しくありません。") % {"host": wrong[:60]})
        values["hosts"] = hosts
    return values


def hosts_in(html: str) -> set[str]:
    """Return the foreign hosts from which a page loads something, or to which it sends forms."""
    reader = _Hosts()
    reader.feed(html)
    return reader.hosts


def missing_in(documents: Iterable[Document], *, known: Iterable[str], own: Iterable[str]) -> list[Found]:
    """Return the hosts that no entry names, each with its pages; `own` are the hosts of the company itself."""
    named, ours = list(known), set(own)
    found: dict[str, Found] = {}
    for document in documents:
        for host in sorted(hosts_in(document.html)):
            if host not in ours and not is_named(host, named):
                found.setdefault(host, Found(host, likely=ready_for(host))).pages.append(document)
    return sorted(found.values(), key=lambda one: one.host)


def is_named(host: str, named: Iterable[str]) -> bool:
    """Return whether an entry names the host: itself, or by a beginning dot a domain it belongs to."""
    return any(host == one or (one.startswith(".") and (host.endswith(one) or host == one[1:])) for one in named)


def ready_for(host: str) -> str:
    """Return the key of the ready entry that names the host, "" for none."""
    return next((key for key, entry in READY.items() if is_named(host, entry["hosts"])), "")


class _Hosts(HTMLParser):
    ATTRIBUTES = frozenset({"src", "srcset", "data", "action", "formaction", "poster"})
    IN_STYLES = re.compile(r"""(?:url\(|@import\s)\s*["']?\s*((?:https?:)?//[^"')\s]+)""", re.IGNORECASE)

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.hosts: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if not value:
                continue
            if name in self.ATTRIBUTES or (name == "href" and tag == "link"):
                for part in value.split(",") if name == "srcset" else [value]:
                    self.note(part.strip().split(" ")[0])
            elif name == "style":
                self.handle_data(value)

    def handle_data(self, data: str) -> None:
        for address in self.IN_STYLES.findall(data):
            self.note(address)

    def note(self, address: str) -> None:
        try:
            parts = urlsplit(address)
            host = parts.hostname or ""
        except ValueError:
            return
        if host and parts.scheme in ("", "http", "https"):
            self.hosts.add(host.lower())
