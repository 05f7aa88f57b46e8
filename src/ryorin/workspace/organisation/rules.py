"""How the company's particulars are written down, tidy and checked."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from ryorin.lib.dates import parse_date
from ryorin.lib.japanese import normalise_corporate_number, registration_number_ok, to_katakana
from ryorin.lib.phone import to_e164
from ryorin.lib.postal import PREFECTURES, lookup, normalise_postal_code
from ryorin.workspace.members.errors import ParticularsRefused
from ryorin.workspace.organisation.models import TaxRounding

TEXTS = {
    "name": 120,
    "name_kana": 160,
    "address": 200,
    "phone": 30,
    "website": 200,
    "sender_name": 80,
    "sender_email": 254,
    "complaints_contact": 200,
}
NUMBERS = {"fiscal_start_month": (1, 12), "opens_hour": (0, 23), "closes_hour": (1, 24)}
LINES = {"bank_account": 600, "payment_note": 600}
CURRENCIES = ("JPY", "USD", "EUR", "GBP", "CNY", "KRW", "TWD", "SGD", "AUD", "BRL")
MOST_CLOSED_DAYS = 366
_GAPS = re.compile(r"[\s\-‐‑–—−ー]")


def normalised(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as the company's row stores them; raise ParticularsRefused naming every fault."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in fields.items():
        try:
            values[name] = _reader(name)(value)
        except ValueError as error:
            errors[name] = str(error)
    if {"opens_hour", "closes_hour"} <= values.keys() and values["opens_hour"] >= values["closes_hour"]:
        errors["closes_hour"] = _("終業は始業より後の時刻にしてください。")
    if values.get("postal_code") and "prefecture" in values and not values["prefecture"]:
        values["prefecture"] = prefecture_of_postal_code(values["postal_code"])
    if errors:
        raise ParticularsRefused(errors)
    return values


def prefecture_of_postal_code(code: str) -> str:
    """Return the code of the prefecture a postal code lies in, "" where there is no such code."""
    place = lookup(code)
    return place.prefecture_code if place else ""


def closed_days_of(text: str) -> list[str]:
    """Return the days in a text, one a line or parted by commas, as sorted ISO dates; ValueError where one is none."""
    parts = [part.strip() for part in text.replace("、", "\n").replace(",", "\n").splitlines() if part.strip()]
    if len(parts) > MOST_CLOSED_DAYS:
        raise ValueError(_("休業日は%(most)s日までです。") % {"most": MOST_CLOSED_DAYS})
    return sorted({_day(part).isoformat() for part in parts})


def _reader(name: str) -> Callable[[Any], Any]:
    if name in TEXTS:
        return lambda value: _FURTHER.get(name, str)(_text(value, TEXTS[name], required=name == "name"))
    if name in LINES:
        return lambda value: _lines(value, LINES[name])
    if name in NUMBERS:
        return lambda value: _number(value, *NUMBERS[name])
    return _READERS[name]


def _text(value: Any, longest: int, *, required: bool) -> str:
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in str(value or "")).split())
    if required and not text:
        raise ValueError(_("入力してください。"))
    if len(text) > longest:
        raise ValueError(_("%(longest)s文字以内で入力してください。") % {"longest": longest})
    return text


def _lines(value: Any, longest: int) -> str:
    """Return text of several lines, each tidied; empty lines at both ends are left out."""
    text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
    tidy = "\n".join(_text(line, longest, required=False) for line in text.split("\n")).strip("\n")
    if len(tidy) > longest:
        raise ValueError(_("%(longest)s文字以内で入力してください。") % {"longest": longest})
    return tidy


def _number(value: Any, least: int, most: int) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise ValueError(_("数字で入力してください。")) from None
    if not least <= number <= most:
        raise ValueError(_("%(least)sから%(most)sまでの数で入力してください。") % {"least": least, "most": most})
    return number


def _corporate_number(value: Any) -> str:
    text = str(value or "").strip()
    try:
        return normalise_corporate_number(text) if text else ""
    except ValueError:
        raise ValueError(_("法人番号が正しくありません。13桁の数字を確かめてください。")) from None


def _registration_number(value: Any) -> str:
    """Return T and 13 digits; a person in business has a number without check digit."""
    number = _GAPS.sub("", unicodedata.normalize("NFKC", str(value or ""))).upper()
    number = f"T{number}" if number and not number.startswith("T") else number
    if number and not registration_number_ok(number):
        raise ValueError(_("登録番号は、Tと13桁の数字で入力してください。"))
    return number


def _postal_code(value: Any) -> str:
    if not (text := str(value or "").strip()):
        return ""
    code = normalise_postal_code(text)
    if code is None:
        raise ValueError(_("郵便番号は7桁の数字で入力してください。"))
    return code


def _prefecture(value: Any) -> str:
    return _one_of({"", *PREFECTURES}, str(value or ""), _("都道府県を選んでください。"))


def _tax_rounding(value: Any) -> str:
    return _one_of(set(TaxRounding.values), str(value), _("端数の処理を選んでください。"))


def _time_zone(value: Any) -> str:
    return _one_of(available_timezones(), str(value), _("時間帯を選んでください。"))


def _currency(value: Any) -> str:
    return _one_of(set(CURRENCIES), str(value).upper(), _("通貨を選んでください。"))


def _one_of(values: set[str], value: str, problem: str) -> str:
    if value not in values:
        raise ValueError(problem)
    return value


def _phone(value: str) -> str:
    if value and to_e164(value) is None:
        raise ValueError(_("電話番号を確かめてください。"))
    return value


def _website(value: str) -> str:
    return _valid(URLValidator(schemes=["http", "https"]), value, _("https:// から始まるアドレスを入力してください。"))


def _email(value: str) -> str:
    return _valid(validate_email, value, _("メールアドレスを確かめてください。"))


def _valid(validator: Callable[[str], None], value: str, problem: str) -> str:
    try:
        if value:
            validator(value)
    except ValidationError:
        raise ValueError(problem) from None
    return value


def _day(text: str) -> date:
    try:
        return parse_date(text)
    except ValueError:
        raise ValueError(_("「%(text)s」は日付として読めません。") % {"text": text[:20]}) from None


def _closed_days(value: Any) -> list[str]:
    return closed_days_of(value if isinstance(value, str) else "\n".join(str(day) for day in value or ()))


_FURTHER: dict[str, Callable[[str], str]] = {
    "name_kana": to_katakana,
    "phone": _phone,
    "website": _website,
    "sender_email": _email,
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "corporate_number": _corporate_number,
    "registration_number": _registration_number,
    "postal_code": _postal_code,
    "prefecture": _prefecture,
    "tax_rounding": _tax_rounding,
    "time_zone": _time_zone,
    "currency": _currency,
    "closed_days": _closed_days,
}
