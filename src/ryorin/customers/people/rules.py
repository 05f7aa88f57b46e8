"""How people are written down, and when a change of work is a move."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.customers.companies.rules import Reading
from ryorin.customers.people.models import CallHours, Person
from ryorin.lib.japanese import to_katakana
from ryorin.lib.keyed import address_hash
from ryorin.lib.phone import to_e164

TEXTS = {
    "family_name": 60,
    "given_name": 60,
    "family_kana": 80,
    "given_kana": 80,
    "honorific": 10,
    "email": 254,
    "phone": 40,
    "mobile": 40,
    "department": 80,
    "job_title": 80,
    "city": 80,
    "street": 160,
    "building": 120,
    "memo": 20_000,
    "do_not_call_reason": 120,
    "call_hours": 10,
    "source_channel": 40,
    "source_detail": 160,
}
OTHERS = frozenset(
    {"company", "owner", "postal_code", "prefecture", "source_campaign_id", "first_contact_at", "external_key"}
)
HONORIFICS = ("様", "先生", "殿", "御中", "各位", "さん", "")
NO_NAME = gettext_lazy("姓を入力してください。")
WORK = ("company", "department", "job_title")

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+\.[^\s@<>()\[\],;:\"\\.]+")
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def normalised(fields: Mapping[str, Any], *, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the values as a person stores them, with what follows from them; raise FieldsRefused naming every fault.

    `known` is what the person holds already; without it the person is new and needs a family name.
    """
    reading = Reading(fields)
    reading.take_texts(TEXTS)
    reading.take("family_kana", _kana)
    reading.take("given_kana", _kana)
    reading.take("email", _email)
    reading.take("call_hours", _call_hours)
    reading.take_key()
    reading.take_address(known or {})
    for name in ("company", "owner", "source_campaign_id", "first_contact_at"):
        reading.keep(name)
    if known is None or "family_name" in fields:
        reading.require("family_name", NO_NAME)
    if "honorific" in fields and not reading.values["honorific"]:
        reading.values["honorific"] = "様"
    if "phone" in fields or "mobile" in fields:
        reading.values["phone_key"] = phone_key(**_numbers(reading.values, known or {}))
    if "email" in fields and "email" not in reading.errors:
        reading.values["email_key"] = email_key(reading.values["email"])
    return reading.finished(TEXTS.keys() | OTHERS)


def email_key(address: str) -> str:
    """Return the keyed hash by which a suppressed address is recognised; empty for no address."""
    return address_hash(address, key=settings.SECRET_KEY)


def phone_key(*, mobile: str, phone: str) -> str:
    """Return the international form of the mobile number, else of the other, empty when neither can exist."""
    return (mobile and to_e164(mobile)) or (phone and to_e164(phone)) or ""


def search_text(person: Person) -> str:
    """Return the words under which the search box finds the person (load `company` along)."""
    company = person.company.name if person.company else ""
    words = (person.family_name, person.given_name, person.family_kana, person.given_kana, company, person.email)
    return " ".join(filter(None, (*words, person.phone, person.mobile)))


def is_move(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Return whether somebody has moved on (other company, department or title), rather than been filled in."""
    return any(before[name] and before[name] != after[name] for name in WORK)


def _numbers(values: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, str]:
    return {name: values[name] if name in values else known.get(name, "") for name in ("mobile", "phone")}


def _kana(text: str) -> str:
    kana = to_katakana(text)
    if _IDEOGRAPHS.search(kana):
        raise ValueError(_("フリガナに漢字は使えません。カタカナで入力してください。"))
    return kana


def _call_hours(text: str) -> str:
    if text and text not in CallHours.values:
        raise ValueError(_("希望時間帯を選んでください。"))
    return text


def _email(text: str) -> str:
    address = unicodedata.normalize("NFKC", text).strip().lower()
    if address and not _EMAIL.fullmatch(address):
        raise ValueError(_("メールアドレスの形式が正しくありません。"))
    return address
