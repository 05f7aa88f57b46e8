"""From a line of a medium's report to the day's figures it tells; lines of totals are left out."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext as _

from ryorin.connectors.adcosts.headers import currency_in
from ryorin.lib.dates import parse_date
from ryorin.lib.money import decimals_of
from ryorin.marketing.campaigns.rules import utm_of
from ryorin.marketing.media.rules import Told

NONE = {"", "-", "--", "—", "–", "−", "n/a", "なし", "(not set)"}
TOTALS = ("合計", "総計", "小計", "total", "grand total", "subtotal")
LONGEST_NAME, LONGEST_KEY = 255, 120
NAMES = ("campaign_name", "group_name", "ad_name")
KEYS = ("campaign_key", "group_key", "ad_key", "account")
MICROS = Decimal(1_000_000)
SPAN = re.compile(r"(.+?)\s*(?:〜|~|から|to| - | – )\s*(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a report is read: field -> place of its column; money in millionths when `micros`, times `rate`."""

    places: Mapping[str, int]
    currency: str
    micros: bool = False
    rate: Decimal | None = None


class Skipped(Exception):
    """A line of totals, or one that tells nothing."""


def reading_of(
    headers: Sequence[str], columns: Mapping[str, str], *, currency: str, micros: bool, rate: Decimal | None
) -> Reading:
    """Return how lines below these headers are read; columns that are not there are left out."""
    places = {name: headers.index(header) for name, header in columns.items() if header in headers}
    return Reading(places=places, currency=currency, micros=micros, rate=rate)


def told_by(values: Sequence[str], reading: Reading) -> Told:
    """Return what a line tells; Skipped for totals, ValueError (in words) for what cannot be read."""
    texts = {name: values[place].strip() if place < len(values) else "" for name, place in reading.places.items()}
    if _is_total(texts, values):
        raise Skipped
    names = {name: _name(texts.get(name, ""), LONGEST_NAME) for name in NAMES}
    keys = {name: _name(texts.get(name, ""), LONGEST_KEY) for name in KEYS}
    content = _name(texts.get("content", "") or utm_of(texts.get("url", "")).get("utm_content", ""), 100)
    if not any((*names.values(), *(keys[name] for name in KEYS if name != "account"), content)):
        raise Skipped
    return Told(
        day=day_in(texts["day"]),
        **names,
        **keys,
        content=content,
        cost=money_in(texts["cost"], reading),
        impressions=count_in(texts.get("impressions", "")),
        clicks=count_in(texts.get("clicks", "")),
        conversions=number_in(texts.get("conversions", "")).quantize(Decimal("0.01"), ROUND_HALF_UP),
    )


def _is_total(texts: Mapping[str, str], values: Sequence[str]) -> bool:
    """Return whether the line adds up others: its day is none and it says so, or has no names at all."""
    if _plain(texts["day"]) in NONE or _plain(texts["day"]).startswith(TOTALS):
        says_so = any(_plain(value).startswith(TOTALS) for value in values)
        return says_so or not any(_name(texts.get(name, ""), 9) for name in (*NAMES, *KEYS[:-1]))
    return any(_plain(texts.get(name, "")).startswith(TOTALS) for name in NAMES)


def day_in(text: str) -> date:
    """Return the one day a cell names, also as a span of one day or with a time behind; ValueError in words."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if span := SPAN.fullmatch(plain):
        first, last = parse_date(span[1]), parse_date(span[2])
        if first != last:
            raise ValueError(
                _("「%(text)s」は1日ではありません。日別のレポートを書き出してください。") % {"text": text[:40]}
            )
        return first
    try:
        return parse_date(re.sub(r"[（(][月火水木金土日][)）]$", "", plain))
    except ValueError:
        raise ValueError(_("「%(text)s」を日付として読めません。") % {"text": text[:40]}) from None


def money_in(text: str, reading: Reading) -> int:
    """Return an amount in minor units of the company's currency, rounded half up once."""
    amount = number_in(re.sub(r"[¥￥\\$€£円]|JPY|USD|EUR", "", text))
    if reading.micros:
        amount /= MICROS
    if reading.rate is not None:
        amount *= reading.rate
    minor = amount.scaleb(decimals_of(reading.currency)).quantize(Decimal(1), ROUND_HALF_UP)
    return int(minor)


def count_in(text: str) -> int:
    return int(number_in(text).quantize(Decimal(1), ROUND_HALF_UP))


def number_in(text: str) -> Decimal:
    """Return the number in a cell, 0 for a blank one or a dash; ValueError in words."""
    plain = _plain(text).replace(",", "").replace(" ", "").strip('"')
    if plain in NONE:
        return Decimal(0)
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or abs(number) >= 10**15:
        raise ValueError(_("「%(text)s」を数値として読めません。") % {"text": text[:40]})
    if number < 0:
        raise ValueError(_("「%(text)s」は0より小さい数です。") % {"text": text[:40]})
    return number


def currency_of(headers: Sequence[str], columns: Mapping[str, str], first: Sequence[str]) -> str:
    """Return the currency a report is in, as its column or the header of its cost says; empty when it does not say."""
    if (header := columns.get("currency")) in headers:
        text = first[headers.index(header)].strip() if header and first else ""
        if len(text) == 3:
            return text.upper()
    return currency_in(columns.get("cost", ""))


def is_in_micros(header: str) -> bool:
    return "micros" in header.casefold()


def _name(text: str, longest: int) -> str:
    return "" if _plain(text) in NONE else text.replace("\0", "")[:longest]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
