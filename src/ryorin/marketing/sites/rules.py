"""What an address, a host and a colour may be; what is missing before a page can be shown. No database."""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from ryorin.marketing.sites.errors import PageInvalid, SiteInvalid

PATH = re.compile(r"[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*){0,5}")
RESERVED = frozenset(
    [
        "accounts",
        "articles",
        "collect",
        "d",
        "external-transmission",
        "f",
        "health",
        "l",
        "m",
        "mail",
        "p",
        "privacy",
        "q",
        "r",
        "s",
        "static",
        "u",
    ]
)
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
FORM_SLOT = re.compile(r'(<div\b[^>]*\sdata-ry-form="(\d{1,9})"[^>]*>)')
PICTURE_TAG = re.compile(r"<img\b[^>]*>")
TAG = re.compile(r"<[^>]+>")
MOST_LINKS = 12
DARKEST_CONTRAST = 4.5


def tidy_path(text: str) -> str:
    """Return the path of a page without slashes around it; refuses what is no path or is taken by the site itself."""
    path = text.strip().strip("/").lower()
    if not PATH.fullmatch(path) or len(path) > 120:
        raise PageInvalid(what=_("アドレスは半角の英小文字・数字・ハイフンで入力してください。例：seminar-2026"))
    if path.split("/")[0] in RESERVED:
        raise PageInvalid(
            what=_("アドレス「%(path)s」はシステムで使われています。別の名前にしてください。") % {"path": path}
        )
    return path


def tidy_host(text: str) -> str:
    """Return the host as browsers send it: lower case, without scheme or port, Japanese names in their ASCII form."""
    typed = text.strip().lower()
    if not typed:
        return ""
    host = (urlsplit(typed if "//" in typed else f"//{typed}").hostname or "").rstrip(".")
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_host = ""
    labels = ascii_host.split(".")
    if len(labels) < 2 or len(ascii_host) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise SiteInvalid(what=_("ドメインは www.example.co.jp のように入力してください。"))
    return ascii_host


def tidy_links(rows: Any) -> list[dict[str, str]]:
    """Return menu links with a label and a safe address; empty lines fall away."""
    if not isinstance(rows, list):
        raise SiteInvalid(what=_("メニューを読み取れません。"))
    links = [
        {"label": str(row.get("label", "")).strip()[:60], "address": tidy_address(str(row.get("address", "")))}
        for row in rows
        if isinstance(row, Mapping) and (str(row.get("label", "")).strip() or str(row.get("address", "")).strip())
    ]
    if len(links) > MOST_LINKS or any(not link["label"] or not link["address"] for link in links):
        raise SiteInvalid(
            what=_("メニューは%(most)s個まで、名前とリンク先の両方を入力してください。") % {"most": MOST_LINKS}
        )
    return links


def tidy_address(text: str) -> str:
    """Return where a link leads: a path of the site or a web, mail or telephone address."""
    address = text.strip()
    if not address:
        return ""
    is_path = address.startswith("/") and not address.startswith("//") and "\\" not in address
    if len(address) > 500 or not (is_path or re.match(r"(https?://[^\s\\]+|mailto:|tel:|#)", address)):
        raise SiteInvalid(what=_("リンク先は https:// か / で始めてください。"))
    return address


def tidy_colour(text: str) -> str:
    """Return a colour on which white letters can be read; a lighter one is darkened until they can."""
    if not COLOUR.fullmatch(text):
        raise SiteInvalid(what=_("色は #1f5fbf のように入力してください。"))
    red, green, blue = (int(text[place : place + 2], 16) for place in (1, 3, 5))
    while contrast_with_white(red, green, blue) < DARKEST_CONTRAST:
        red, green, blue = (int(part * 0.96) for part in (red, green, blue))
    return f"#{red:02x}{green:02x}{blue:02x}"


def contrast_with_white(red: int, green: int, blue: int) -> float:
    """Return the contrast ratio of WCAG 2, 1 to 21."""
    parts = [value / 255 for value in (red, green, blue)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def forms_in(html: str) -> list[int]:
    """Return the ids of the forms a page shows, in their order."""
    return list(dict.fromkeys(int(found.group(2)) for found in FORM_SLOT.finditer(html)))


def pictures_in(html: str) -> set[str]:
    """Return the tokens of the pictures a page shows."""
    return set(re.findall(r"/m/([A-Za-z0-9_-]{8,24})/", html))


def text_of(html: str) -> str:
    """Return what a page says, without its markup."""
    return " ".join(unescape(TAG.sub(" ", html)).split())


def advice_on(html: str, *, title: str, description: str, open_forms: Iterable[int]) -> list[str]:
    """Return what would make the page better; nothing of it stops the page."""
    told = []
    headings = len(re.findall(r"<h1\b", html))
    if headings != 1:
        told.append(_("大見出し（H1）は1つにしてください。いまは%(count)s個あります。") % {"count": headings})
    nameless = sum(' alt="' not in tag for tag in PICTURE_TAG.findall(html))
    if nameless:
        told.append(_("%(count)s枚の画像に代替テキストがありません。") % {"count": nameless})
    if "/static/ryorin/page/" in html:
        told.append(_("仮の画像が残っています。"))
    if not title.strip():
        told.append(_("検索結果の見出しがありません。"))
    if not 40 <= len(description.strip()) <= 160:
        told.append(_("検索結果の説明は40〜160文字が読まれやすい長さです。"))
    closed = set(forms_in(html)) - set(open_forms)
    if closed:
        told.append(_("公開していないフォームが置かれています。そのままでは表示されません。"))
    return told
