"""What counts as an answer to a question, and how it reads."""

import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ryorin.lib.dates import parse_date
from ryorin.lib.money import format_money, to_minor
from ryorin.sales.hearing.errors import AnswerNotUnderstood
from ryorin.sales.hearing.rules.sheets import Question, QuestionType

LONGEST = {QuestionType.TEXT: 200, QuestionType.LONG: 4_000}
LARGEST_NUMBER = Decimal(10) ** 15
MOST_NEEDS = 20
YEARS = (1970, 2199)
T = QuestionType


def checked_value(question: Question, raw: Any, *, currency: str = "JPY") -> Any:
    """Return the answer as it is kept (JSON), None for no answer; raise AnswerNotUnderstood saying what to do."""
    kind = QuestionType(question["type"])
    if kind is T.YES:
        return _yes(raw)
    if kind is T.NEED:
        return _needs(raw, currency=currency)
    if kind is T.SEVERAL:
        return _several(question, raw)
    if kind is T.AUTHORITY:
        return _authority(raw)
    text = _clean(raw)
    if not text:
        return None
    if kind in (T.TEXT, T.LONG):
        return _fitting(text, LONGEST[kind])
    if kind is T.ONE:
        return _one(question, text)
    readers = {T.NUMBER: _number, T.SCALE: _scale, T.DATE: _day}
    return _money(text, currency) if kind is T.MONEY else readers[kind](text)


def said_of(question: Question, value: Any, *, currency: str = "JPY", language: str = "ja") -> str:
    """Return the answer as one reads it aloud; empty for none."""
    if value is None:
        return ""
    match QuestionType(question["type"]):
        case T.YES:
            return _("はい") if value else _("いいえ")
        case T.MONEY:
            return format_money(int(value), currency, language=language)
        case T.SEVERAL:
            return "、".join(value)
        case T.NEED:
            return "、".join(need["what"] for need in value)[:1000]
        case T.AUTHORITY:
            return str(value.get("name", ""))
        case T.SCALE:
            return f"{value}/5"
        case _:
            return str(value)[:1000]


def number_of(question: Question, value: Any) -> Decimal | None:
    """Return the answer as a number to be compared with others, where it is one."""
    if value is None:
        return None
    match QuestionType(question["type"]):
        case T.NUMBER | T.MONEY | T.SCALE:
            return Decimal(str(value))
        case T.YES:
            return Decimal(int(value))
        case _:
            return None


def day_of(question: Question, value: Any) -> date | None:
    return date.fromisoformat(value) if value and question["type"] == T.DATE else None


def _clean(raw: Any) -> str:
    if raw is None or isinstance(raw, dict | list):
        return ""
    return str(raw)[:20_000].replace("\0", "").strip()


def _fitting(text: str, limit: int) -> str:
    if len(text) > limit:
        raise AnswerNotUnderstood(_("%(limit)s文字以内で入力してください。") % {"limit": limit})
    return text


def _yes(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    return {"yes": True, "no": False}.get(_clean(raw))


def _one(question: Question, text: str) -> str:
    if text not in question["choices"]:
        raise AnswerNotUnderstood(_("選択肢から選んでください。"))
    return text


def _several(question: Question, raw: Any) -> list[str] | None:
    chosen = {str(one) for one in raw} if isinstance(raw, list) else set()
    if chosen - set(question["choices"]):
        raise AnswerNotUnderstood(_("選択肢から選んでください。"))
    return [choice for choice in question["choices"] if choice in chosen] or None


def _number(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise AnswerNotUnderstood(_("数字で入力してください。")) from None
    if not number.is_finite() or abs(number) > LARGEST_NUMBER:
        raise AnswerNotUnderstood(_("数字が大きすぎます。"))
    return f"{number.quantize(Decimal('0.001')).normalize():f}"


def _scale(text: str) -> int:
    if text not in ("1", "2", "3", "4", "5"):
        raise AnswerNotUnderstood(_("1から5の間で選んでください。"))
    return int(text)


def _day(text: str) -> str:
    try:
        day = parse_date(text[:40])
    except ValueError:
        raise AnswerNotUnderstood(_("日付を入力してください（例：2026/4/1）。")) from None
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise AnswerNotUnderstood(_("年を確かめてください。"))
    return day.isoformat()


def _money(text: str, currency: str) -> int:
    try:
        amount = to_minor(text[:60], currency)
    except ValueError:
        raise AnswerNotUnderstood(_("金額を数字で入力してください（例：3,000,000）。")) from None
    if amount < 0:
        raise AnswerNotUnderstood(_("0円以上の金額を入力してください。"))
    return amount


def _authority(raw: Any) -> dict[str, Any] | None:
    """Return who decides: a person's id, with the name as it read."""
    if not isinstance(raw, dict) or not raw.get("person"):
        return None
    text = str(raw["person"])
    if not text.isdecimal() or len(text) > 18:
        raise AnswerNotUnderstood(_("一覧から選んでください。"))
    return {"person": int(text), "name": _clean(raw.get("name"))[:120]}


def _needs(raw: Any, *, currency: str) -> list[dict[str, Any]] | None:
    entries = raw if isinstance(raw, list) else []
    if len(entries) > MOST_NEEDS:
        raise AnswerNotUnderstood(_("1つの質問に書けるのは%(limit)s件までです。") % {"limit": MOST_NEEDS})
    needs = [need for entry in entries if isinstance(entry, dict) and (need := _need(entry, currency))]
    return needs or None


def _need(entry: dict[str, Any], currency: str) -> dict[str, Any] | None:
    what = _fitting(_clean(entry.get("what")), 200)
    if not what:
        return None
    try:
        uid = str(UUID(str(entry.get("id"))))
    except ValueError:
        raise AnswerNotUnderstood(_("ページを読み込み直してください。")) from None
    strength = _clean(entry.get("strength")) or "3"
    budget, wanted = _clean(entry.get("budget")), _clean(entry.get("wanted_on"))
    return {
        "id": uid,
        "what": what,
        "words": _fitting(_clean(entry.get("words")), 4_000),
        "strength": _scale(strength),
        "competitor": _fitting(_clean(entry.get("competitor")), 80),
        "budget": _money(budget, currency) if budget else None,
        "wanted_on": _day(wanted) if wanted else None,
    }
