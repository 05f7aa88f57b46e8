"""From the text of a cell to the value of a field."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ryorin.conditions.fields import Type
from ryorin.connectors.csv.mapping import Column
from ryorin.connectors.csv.targets import Target, header_key
from ryorin.lib.dates import parse_date, parse_datetime
from ryorin.lib.money import to_minor

TRUE = {"1", "true", "yes", "y", "t", "on", "はい", "有", "有り", "あり", "○", "〇", "◯", "済", "可", "する"}
FALSE = {"0", "false", "no", "n", "f", "off", "いいえ", "無", "無し", "なし", "×", "✕", "未", "不可", "しない"}
SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class World:
    """What reading values depends on besides the file."""

    currency: str
    time_zone: str


def reader_of(target: Target, column: Column | None, world: World) -> Callable[[str], Any] | None:
    """Return what turns a cell that is not blank into the field's value (ValueError in words); None keeps the text."""
    formats = column.formats if column else ()
    match target.type:
        case Type.DATE:
            return lru_cache(maxsize=4096)(lambda text: parse_date(text, formats=formats))
        case Type.DATETIME:
            return lambda text: parse_datetime(text, world.time_zone, formats=formats)
        case Type.MONEY:
            return lambda text: money(text, world.currency)
        case Type.NUMBER:
            return number
        case Type.BOOLEAN:
            return boolean
        case Type.CHOICE:
            return choice_reader(target)
    return None


def money(text: str, currency: str) -> int:
    try:
        return to_minor(text, currency)
    except ValueError:
        shown = {"text": text[:SHOWN], "currency": currency}
        raise ValueError(_("「%(text)s」を%(currency)sの金額として読めません。") % shown) from None


def number(text: str) -> int | Decimal:
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "").removesuffix("%")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or abs(value) > 10**18:
        raise ValueError(_("「%(text)s」を数値として読めません。") % {"text": text[:SHOWN]})
    return int(value) if value == value.to_integral_value() else value


def boolean(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain in TRUE:
        return True
    if plain in FALSE:
        return False
    raise ValueError(_("「%(text)s」を はい・いいえ として読めません。") % {"text": text[:SHOWN]})


def choice_reader(target: Target) -> Callable[[str], str]:
    """Return what finds the value of a choice written as its value or as its label in either language."""
    table = choices_by_key(target)

    def read(text: str) -> str:
        found = table.get(header_key(text))
        if found is None:
            shown = {"text": text[:SHOWN], "choices": "・".join(str(label) for _value, label in target.choices[:12])}
            raise ValueError(_("「%(text)s」という選択肢はありません（%(choices)s）。") % shown)
        return found

    return read


def choices_by_key(target: Target) -> Mapping[str, str]:
    table: dict[str, str] = {}
    for language in ("ja", "en"):
        with translation.override(language):
            for value, label in target.choices:
                table.setdefault(header_key(str(label)), value)
    return table | {header_key(value): value for value, _label in target.choices}
