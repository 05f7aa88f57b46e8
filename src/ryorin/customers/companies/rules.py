"""How particulars of companies (and of people) are written down: tidy, checked, comparable."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.customers.companies.errors import FieldsRefused
from ryorin.customers.companies.models import ClosingDay, Company, PaymentSite, TaxRounding
from ryorin.lib.japanese import company_key, normalise_corporate_number, to_katakana
from ryorin.lib.postal import PREFECTURES, lookup, normalise_postal_code, prefecture_of

TEXTS = {
    "name": 160,
    "name_kana": 200,
    "name_en": 200,
    "industry": 80,
    "phone": 40,
    "fax": 40,
    "website": 200,
    "city": 80,
    "street": 160,
    "building": 120,
    "payment_terms": 80,
    "customer_group": 40,
    "memo": 20_000,
}
CHOICES: dict[str, Sequence[tuple[str, Any]]] = {
    "closing_day": ClosingDay.choices,
    "payment_site": PaymentSite.choices,
    "tax_rounding": TaxRounding.choices,
}
NUMBERS = {"employees": 2**31 - 1, "annual_revenue": 10**15, "established_year": 9999}
OTHERS = frozenset({"corporate_number", "postal_code", "prefecture", "parent", "owner", "external_key"})
LONGEST_KEY = 120
NO_NAME = gettext_lazy("会社名を入力してください。")


def normalised(fields: Mapping[str, Any], *, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the values as a company stores them, with what follows from them; raise FieldsRefused naming every fault.

    `known` is what the company holds already; without it the company is new and needs a name.
    """
    reading = Reading(fields)
    reading.take_texts(TEXTS)
    reading.take("name_kana", to_katakana)
    reading.take("corporate_number", _corporate_number)
    reading.take_numbers(NUMBERS)
    reading.take_choices(CHOICES)
    reading.take_key()
    reading.take_address(known or {})
    for name in ("parent", "owner"):
        reading.keep(name)
    if known is None or "name" in fields:
        reading.require("name", NO_NAME)
        reading.values["match_key"] = company_key(str(reading.values.get("name", "")))[:160]
    return reading.finished(TEXTS.keys() | NUMBERS.keys() | CHOICES.keys() | OTHERS)


def search_text(company: Company) -> str:
    """Return the words under which the search box finds the company."""
    return " ".join(
        filter(None, (company.name, company.name_kana, company.name_en, company.corporate_number or "", company.phone))
    )


def tidy(text: object) -> str:
    """Return one line of text without control characters, each run of white space as one space."""
    if text is None:
        return ""
    line = str(text)
    if line.isalnum():
        return line
    if line.isprintable():
        return " ".join(line.split())
    return " ".join("".join(letter if letter.isprintable() else " " for letter in line).split())


def tidy_lines(text: object) -> str:
    """Return text of several lines without control characters and trailing space."""
    lines = str(text if text is not None else "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(
        "".join(c if c.isprintable() or c == "\u3000" else " " for c in line).rstrip() for line in lines
    ).strip()


def prefecture_code(text: str) -> str:
    """Return the code of a prefecture given by code ("13", "5") or name; ValueError where there is no such one."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isdigit() and plain.isascii() and plain.zfill(2) in PREFECTURES:
        return plain.zfill(2)
    code = prefecture_of(plain)
    if code is None:
        raise ValueError(plain)
    return code


def _corporate_number(text: str) -> str | None:
    if not text:
        return None
    try:
        return normalise_corporate_number(text)
    except ValueError:
        raise ValueError(_("法人番号が正しくありません。13桁の数字と先頭の検査数字を確かめてください。")) from None


class Reading:
    """One reading of given values: what they become, and what is wrong with them."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = fields
        self.values: dict[str, Any] = {}
        self.errors: dict[str, str] = {}

    def take_texts(self, longest: Mapping[str, int]) -> None:
        """This method will take the texts that are given, tidied, none longer than its column."""
        for name, length in longest.items():
            if name not in self.fields:
                continue
            given = self.fields[name]
            text = tidy_lines(given) if name == "memo" else tidy(given)
            if len(text) > length:
                self.errors[name] = _("%(label)sは%(count)s字までです。") % {"label": label_of(name), "count": length}
            self.values[name] = text

    def take(self, name: str, read: Callable[[str], Any]) -> None:
        """This method will take one given value through `read`, whose ValueError says what is wrong."""
        if name not in self.fields:
            return
        try:
            self.values[name] = read(tidy(self.values.get(name, self.fields[name])))
        except ValueError as problem:
            self.errors[name] = str(problem)

    def take_numbers(self, largest: Mapping[str, int]) -> None:
        """This method will take whole numbers from 0, typed in any width and with separators; empty is None."""
        for name, high in largest.items():
            if name not in self.fields:
                continue
            text = unicodedata.normalize("NFKC", tidy(self.fields[name])).replace(",", "").replace(" ", "")
            number = int(text) if text.isascii() and text.isdigit() and len(text) < 17 else None
            if text and (number is None or number > high):
                self.errors[name] = _("%(label)sは0以上の整数で入力してください。") % {"label": label_of(name)}
            self.values[name] = number

    def take_choices(self, choices: Mapping[str, Sequence[tuple[str, Any]]]) -> None:
        """This method will take one of the choices, given by what is stored or by what is shown; empty is none."""
        for name, known in choices.items():
            if name not in self.fields:
                continue
            text = tidy(self.fields[name])
            stored = next((value for value, label in known if text in (value, str(label))), "")
            if text and not stored:
                shown = {"label": label_of(name), "text": text[:20]}
                self.errors[name] = _("%(label)sに「%(text)s」は選べません。") % shown
            self.values[name] = stored

    def take_key(self) -> None:
        """This method will take the key another system knows the record by; empty is None."""
        if "external_key" in self.fields:
            key = tidy(self.fields["external_key"])
            if len(key) > LONGEST_KEY:
                self.errors["external_key"] = _("外部IDは%(count)s字までです。") % {"count": LONGEST_KEY}
            self.values["external_key"] = key or None

    def take_address(self, known: Mapping[str, Any]) -> None:
        """This method will take postal code and prefecture, and fill prefecture and city from the code where empty."""
        self.take("prefecture", lambda text: _prefecture(text) if text else "")
        if "postal_code" not in self.fields:
            return
        text = tidy(self.fields["postal_code"])
        code = normalise_postal_code(text) if text else ""
        if code is None:
            self.errors["postal_code"] = _("郵便番号は「100-0001」のように7桁で入力してください。")
            return
        self.values["postal_code"] = code
        if not (self.values.get("prefecture") or known.get("prefecture")) and (place := lookup(code)):
            self.values["prefecture"] = place.prefecture_code
            if not (self.values.get("city") or known.get("city")):
                self.values["city"] = place.city

    def keep(self, name: str) -> None:
        """This method will keep a value that needs no reading."""
        if name in self.fields:
            self.values[name] = self.fields[name]

    def require(self, name: str, problem: object) -> None:
        """This method will note the problem (lazy: it is seldom said) unless the value is there."""
        if not self.values.get(name):
            self.errors.setdefault(name, str(problem))

    def finished(self, known_names: frozenset[str] | set[str]) -> dict[str, Any]:
        """Return the values; raise FieldsRefused where something is wrong, TypeError for names that are no fields."""
        if strangers := self.fields.keys() - known_names:
            raise TypeError(f"no such fields: {', '.join(sorted(strangers))}")
        if self.errors:
            raise FieldsRefused(self.errors)
        return self.values


def _prefecture(text: str) -> str:
    try:
        return prefecture_code(text)
    except ValueError:
        raise ValueError(_("「%(text)s」という都道府県はありません。") % {"text": text[:20]}) from None


def label_of(name: str) -> str:
    """Return what the field is called, for messages about people and companies alike."""
    labels = {
        "name": _("会社名"),
        "name_kana": _("会社名カナ"),
        "name_en": _("会社名（英語）"),
        "industry": _("業種"),
        "phone": _("電話番号"),
        "fax": _("FAX"),
        "website": _("ウェブサイト"),
        "city": _("市区町村"),
        "street": _("番地"),
        "building": _("建物名"),
        "payment_terms": _("締め日・支払条件"),
        "closing_day": _("締め日"),
        "payment_site": _("支払サイト"),
        "tax_rounding": _("消費税の端数"),
        "customer_group": _("顧客グループ"),
        "memo": _("メモ"),
        "employees": _("従業員数"),
        "annual_revenue": _("年間売上高"),
        "established_year": _("設立年"),
        "family_name": _("姓"),
        "given_name": _("名"),
        "family_kana": _("セイ"),
        "given_kana": _("メイ"),
        "honorific": _("敬称"),
        "email": _("メールアドレス"),
        "mobile": _("携帯電話"),
        "department": _("部署"),
        "job_title": _("役職"),
        "do_not_call_reason": _("架電禁止の理由"),
        "source_channel": _("獲得チャネル"),
        "source_detail": _("きっかけ"),
    }
    return labels.get(name, name)
