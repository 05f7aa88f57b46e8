"""What a form may ask, what counts as an answer, and what looks like spam. No database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from ryorin.lib.dates import parse_date
from ryorin.marketing.pages.errors import FormInvalid

LIMIT_OF_FIELDS = 60
LONGEST_TEXT = 200
LONGEST_PARAGRAPH = 4_000
FASTEST_PERSON = timedelta(seconds=2)
OLDEST_PAGE = timedelta(hours=12)
CONSENT = "mail_consent"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
EMAIL = re.compile(r"[^\s@<>(),;:\"\\]+@[^\s@<>(),;:\"\\]+\.[^\s@<>(),;:\"\\.]+")
PHONE = re.compile(r"[0-9０-９+＋()（）\-－ー‐ 　]{6,40}")
LINK = re.compile(r"https?://|\[url", re.IGNORECASE)


class FieldType(StrEnum):
    TEXT = "text"
    PARAGRAPH = "paragraph"
    EMAIL = "email"
    PHONE = "phone"
    SELECT = "select"
    RADIO = "radio"
    CHECKBOXES = "checkboxes"
    CHECKBOX = "checkbox"
    NUMBER = "number"
    DATE = "date"
    HIDDEN = "hidden"

    @property
    def has_choices(self) -> bool:
        return self in (FieldType.SELECT, FieldType.RADIO, FieldType.CHECKBOXES)


PERSON_FIELDS = (
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "email",
    "phone",
    "mobile",
    "department",
    "job_title",
    "postal_code",
    "prefecture",
    "city",
    "street",
    "building",
)
FULL_NAME, FULL_KANA, COMPANY = "full_name", "full_kana", "company_name"
MAPPINGS = (*PERSON_FIELDS, FULL_NAME, FULL_KANA, COMPANY, CONSENT)


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of a form; `maps_to` names what of the person it fills."""

    name: str
    label: str
    type: FieldType
    required: bool = False
    choices: tuple[str, ...] = ()
    maps_to: str = ""
    help: str = ""
    value: str = ""


def read_fields(data: Any) -> tuple[FormField, ...]:
    """Return the questions of a form from its JSON; raise FormInvalid saying which one is wrong."""
    if not isinstance(data, list) or not data:
        raise FormInvalid(what=_("項目を1つ以上置いてください。"))
    if len(data) > LIMIT_OF_FIELDS:
        raise FormInvalid(what=_("項目は%(limit)s個までです。") % {"limit": LIMIT_OF_FIELDS})
    fields = tuple(read_field(entry, place) for place, entry in enumerate(data, start=1))
    names = [each.name for each in fields]
    targets = [each.maps_to for each in fields if each.maps_to]
    for values in (names, targets):
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice:
            raise FormInvalid(what=_("「%(name)s」が2回使われています。") % {"name": twice})
    if not {"email", "phone", "mobile"} & set(targets):
        raise FormInvalid(what=_("メールアドレスか電話番号の項目を入れてください。相手が分からなくなります。"))
    return fields


def read_field(entry: Any, place: int) -> FormField:
    """Return one question; `place` is counted from 1 for the message."""
    if not isinstance(entry, Mapping):
        raise FormInvalid(what=_("%(place)s番目の項目を読み取れません。") % {"place": place})
    label = str(entry.get("label", "")).strip()
    name = str(entry.get("name", "")).strip() or f"q{place}"
    if not label or len(label) > LONGEST_TEXT:
        raise FormInvalid(what=_("%(place)s番目の項目に名前を付けてください。") % {"place": place})
    if entry.get("type") not in list(FieldType) or not NAME.fullmatch(name):
        raise FormInvalid(what=_("項目「%(label)s」の種類が正しくありません。") % {"label": label})
    kind = FieldType(entry["type"])
    raw = entry.get("choices") or ()
    choices = tuple(dict.fromkeys(str(choice).strip()[:LONGEST_TEXT] for choice in raw if str(choice).strip()))
    if kind.has_choices and len(choices) < 1:
        raise FormInvalid(what=_("項目「%(label)s」に選択肢を入れてください。") % {"label": label})
    maps_to = str(entry.get("maps_to", ""))
    if maps_to and maps_to not in MAPPINGS:
        raise FormInvalid(what=_("項目「%(label)s」の保存先が正しくありません。") % {"label": label})
    return FormField(
        name=name,
        label=label,
        type=kind,
        required=bool(entry.get("required")),
        choices=choices if kind.has_choices else (),
        maps_to=maps_to,
        help=str(entry.get("help", ""))[:LONGEST_TEXT],
        value=str(entry.get("value", ""))[:LONGEST_TEXT],
    )


def to_json(fields: tuple[FormField, ...]) -> list[dict[str, Any]]:
    """Return the questions as they are stored."""
    return [
        {
            "name": each.name,
            "label": each.label,
            "type": each.type.value,
            "required": each.required,
            "choices": list(each.choices),
            "maps_to": each.maps_to,
            "help": each.help,
            "value": each.value,
        }
        for each in fields
    ]


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered: by field, by what it fills of the person, and what was wrong by field."""

    values: dict[str, Any]
    person: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    allows_mail: bool = False


def read_answer(fields: tuple[FormField, ...], given: Mapping[str, Any]) -> Answer:
    """Return the answer to these questions; `given` maps a field's name to a text or a list of texts."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for each in fields:
        try:
            values[each.name] = read_value(each, given.get(each.name))
        except ValueError as fault:
            faults[each.name] = str(fault)
    person = {each.maps_to: str(values[each.name]) for each in fields if each.maps_to and values.get(each.name)}
    allows_mail = bool(person.pop(CONSENT, ""))
    return Answer(values, person, faults, allows_mail)


def read_value(question: FormField, given: Any) -> Any:
    """Return the value of one answer; raise ValueError with a message that names the question."""
    parts = [str(part).strip() for part in given] if isinstance(given, list | tuple) else [str(given or "").strip()]
    parts = [part.replace("\x00", "") for part in parts if part]
    label = {"label": question.label}
    if question.type is FieldType.HIDDEN:
        return (parts[0] if parts else question.value)[:LONGEST_TEXT]
    if not parts:
        if question.required:
            raise ValueError(_("「%(label)s」を入力してください。") % label)
        return [] if question.type is FieldType.CHECKBOXES else ""
    if question.type is FieldType.CHECKBOXES:
        return [known_choice(question, part) for part in dict.fromkeys(parts)]
    return read_text(question, parts[0])


def read_text(question: FormField, text: str) -> Any:
    """Return the value of a question that has one answer."""
    label = {"label": question.label}
    longest = LONGEST_PARAGRAPH if question.type is FieldType.PARAGRAPH else LONGEST_TEXT
    if len(text) > longest:
        raise ValueError(_("「%(label)s」は%(limit)s文字以内で入力してください。") % {**label, "limit": longest})
    if question.type.has_choices:
        return known_choice(question, text)
    if question.type is FieldType.CHECKBOX:
        return _("はい")
    if question.type is FieldType.EMAIL and not EMAIL.fullmatch(text):
        raise ValueError(_("「%(label)s」の形式が正しくありません。例：taro@example.co.jp") % label)
    if question.type is FieldType.PHONE and not PHONE.fullmatch(text):
        raise ValueError(_("「%(label)s」は電話番号を数字で入力してください。例：03-1234-5678") % label)
    if question.type is FieldType.NUMBER and not re.fullmatch(r"-?[0-9０-９][0-9０-９,，]*(\.[0-9０-９]+)?", text):
        raise ValueError(_("「%(label)s」は数字で入力してください。") % label)
    if question.type is FieldType.DATE:
        return readable_date(question, text)
    return text


def readable_date(question: FormField, text: str) -> str:
    try:
        return parse_date(text).isoformat()
    except ValueError:
        message = _("「%(label)s」は実在する日付を入力してください。例：%(example)s")
        raise ValueError(message % {"label": question.label, "example": date(2026, 11, 22).isoformat()}) from None


def known_choice(question: FormField, text: str) -> str:
    if text not in question.choices:
        raise ValueError(_("「%(label)s」は選択肢から選んでください。") % {"label": question.label})
    return text


def looks_like_spam(*, values: Mapping[str, Any], trap: str, shown_at: datetime | None, now: datetime) -> str:
    """Return why the answer looks as if a machine wrote it; empty when it looks like a person's.

    `trap` is a field people do not see; `shown_at` the signed moment the page was shown, None when it was not readable.
    """
    if trap:
        return "trap"
    if shown_at is None:
        return "no_page"
    if now - shown_at < FASTEST_PERSON:
        return "too_fast"
    if now - shown_at > OLDEST_PAGE:
        return "too_old"
    texts = " ".join(str(value) for value in values.values())
    return "links" if len(LINK.findall(texts)) > 2 else ""
