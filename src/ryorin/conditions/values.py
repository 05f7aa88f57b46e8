"""One value of a condition, checked and made the Python value its field's type stands for."""

import re
import unicodedata
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.fields import Field, Type
from ryorin.conditions.meaning import ZONE
from ryorin.conditions.tree import Scalar

MAX_VALUES = 1_000
MAX_TEXT = 500
MAX_WHOLE = 2**63 - 1  # what a database holds
MAX_NUMBER = 2**53  # what a floating-point number holds exactly
YEARS = range(1000, 9001)

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,19}(\.[0-9]{1,19})?")
_BOOLEANS = {"true": True, "false": False}


def one_value(data: object, field: Field, *, where: str) -> Scalar:
    """Return `data` as a value of `field`; raise ConditionInvalid."""
    match field.type:
        case Type.TEXT:
            return _text(data, where=where)
        case Type.CHOICE:
            return _choice(data, field, where=where)
        case Type.NUMBER:
            return _number(data, where=where)
        case Type.MONEY | Type.REFERENCE:
            return whole_number(data, low=-MAX_WHOLE, high=MAX_WHOLE, where=where)
        case Type.BOOLEAN:
            return _boolean(data, where=where)
        case Type.DATE:
            return _date(data, where=where)
        case Type.DATETIME:
            return _date_or_instant(data, where=where)


def several_values(data: object, field: Field, *, where: str, ends: bool = False) -> tuple[Scalar, ...]:
    """Return a list as a tuple of values of `field`, of its two ends in order if `ends`; raise ConditionInvalid."""
    if not isinstance(data, list | tuple) or not data:
        raise ConditionInvalid(_("値を [ ] に並べてください。"), where=where)
    if ends and len(data) != 2:
        raise ConditionInvalid(_("始まりと終わりの二つの値を書いてください。"), where=where)
    if len(data) > MAX_VALUES:
        raise ConditionInvalid(_("値は%(count)s個までです。") % {"count": MAX_VALUES}, where=where)
    values = tuple(one_value(item, field, where=f"{where}[{index}]") for index, item in enumerate(data))
    if ends and place_of(values[0]) > place_of(values[1]):
        raise ConditionInvalid(_("始まりが終わりより後になっています。"), where=where)
    return values


def whole_number(data: object, *, low: int, high: int, where: str) -> int:
    """Return `data` as a whole number between two ends that belong to it; raise ConditionInvalid."""
    number = _typed_number(data) if isinstance(data, str) else data
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        raise ConditionInvalid(_("整数を書いてください。"), where=where)
    if not low <= number <= high:
        what = _("%(low)s から %(high)s までの整数を書いてください。") % {"low": low, "high": high}
        raise ConditionInvalid(what, where=where)
    return number


def _text(data: object, *, where: str) -> str:
    if not isinstance(data, str) or not data:
        raise ConditionInvalid(_("文字を書いてください。未入力の条件には empty を使います。"), where=where)
    if len(data) > MAX_TEXT:
        raise ConditionInvalid(_("文字は%(count)s字までです。") % {"count": MAX_TEXT}, where=where)
    if "\0" in data or any("\ud800" <= letter <= "\udfff" for letter in data):
        raise ConditionInvalid(_("使えない文字が含まれています。"), where=where)
    return data


def _choice(data: object, field: Field, *, where: str) -> str:
    text = _text(data, where=where)
    if text not in {value for value, _label in field.options()}:
        what = _("「%(field)s」に「%(value)s」という選択肢はありません。")
        raise ConditionInvalid(what % {"field": field.label, "value": text[:40]}, where=where)
    return text


def _number(data: object, *, where: str) -> int | float:
    number = _typed_number(data) if isinstance(data, str) else data
    if not isinstance(number, int | float) or isinstance(number, bool) or number != number:
        raise ConditionInvalid(_("数値を書いてください。"), where=where)
    if abs(number) > MAX_NUMBER:
        raise ConditionInvalid(_("数値が大きすぎます。"), where=where)
    return int(number) if float(number).is_integer() else number


def _typed_number(text: str) -> int | float | None:
    """Return a number as people type it, full-width digits and thousands separators included."""
    plain = unicodedata.normalize("NFKC", text[:MAX_TEXT]).strip().replace(",", "")
    if not _NUMBER.fullmatch(plain):
        return None
    return int(plain) if _WHOLE.fullmatch(plain) else float(plain)


def _boolean(data: object, *, where: str) -> bool:
    value = _BOOLEANS.get(data.lower()) if isinstance(data, str) else data
    if not isinstance(value, bool):
        raise ConditionInvalid(_("true か false を書いてください。"), where=where)
    return value


def _date_or_instant(data: object, *, where: str) -> date | datetime:
    """Return a date for "2026-04-01" and an instant in UTC for anything longer; without an offset it is Tokyo time."""
    if isinstance(data, datetime):
        instant = data
    elif isinstance(data, str) and len(data) > 10:
        try:
            instant = datetime.fromisoformat(data)
        except ValueError:
            raise ConditionInvalid(_("日時は 2026-04-01T09:00 のように書いてください。"), where=where) from None
    else:
        return _date(data, where=where)
    _refuse_far_year(instant.year, where=where)
    return (instant if instant.tzinfo else instant.replace(tzinfo=ZONE)).astimezone(UTC)


def _date(data: object, *, where: str) -> date:
    try:
        day = date.fromisoformat(data) if isinstance(data, str) and len(data) == 10 else data
    except ValueError:
        day = None
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ConditionInvalid(_("日付は 2026-04-01 のように書いてください。"), where=where)
    _refuse_far_year(day.year, where=where)
    return day


def _refuse_far_year(year: int, *, where: str) -> None:
    if year not in YEARS:
        raise ConditionInvalid(_("年が正しくありません。"), where=where)


def place_of(value: Scalar) -> float:
    """Return where a number, or a moment, stands on its line; a date stands at the start of its day."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=ZONE).timestamp()
    return float(value)
