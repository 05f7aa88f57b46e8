"""What a hearing sheet may ask."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from ryorin.customers.voice.models import NeedKind
from ryorin.sales.hearing.errors import SheetInvalid

MOST_SECTIONS = 20
MOST_QUESTIONS = 100
MOST_CHOICES = 40
LONGEST_LABEL = 200
LONGEST_SCRIPT = 2_000
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

Question = dict[str, Any]
Section = dict[str, Any]


class QuestionType(StrEnum):
    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    ONE = "one"
    SEVERAL = "several"
    YES = "yes"
    SCALE = "scale"
    NEED = "need"
    AUTHORITY = "authority"

    @property
    def has_choices(self) -> bool:
        return self in (QuestionType.ONE, QuestionType.SEVERAL)


class Op(StrEnum):
    """How a follow-up question looks at an earlier answer."""

    ANSWERED = "answered"
    IS = "is"
    IS_NOT = "is_not"
    INCLUDES = "includes"
    AT_LEAST = "gte"
    AT_MOST = "lte"


WORDS = frozenset({QuestionType.TEXT, QuestionType.LONG})
NUMBERS = frozenset({QuestionType.NUMBER, QuestionType.MONEY, QuestionType.SCALE})
OPS_FOR: Mapping[QuestionType, tuple[Op, ...]] = {
    QuestionType.TEXT: (Op.ANSWERED, Op.IS, Op.IS_NOT, Op.INCLUDES),
    QuestionType.LONG: (Op.ANSWERED, Op.INCLUDES),
    QuestionType.NUMBER: (Op.ANSWERED, Op.AT_LEAST, Op.AT_MOST, Op.IS),
    QuestionType.MONEY: (Op.ANSWERED, Op.AT_LEAST, Op.AT_MOST),
    QuestionType.DATE: (Op.ANSWERED,),
    QuestionType.ONE: (Op.IS, Op.IS_NOT, Op.ANSWERED),
    QuestionType.SEVERAL: (Op.INCLUDES, Op.ANSWERED),
    QuestionType.YES: (Op.IS, Op.ANSWERED),
    QuestionType.SCALE: (Op.AT_LEAST, Op.AT_MOST, Op.ANSWERED),
    QuestionType.NEED: (Op.ANSWERED,),
    QuestionType.AUTHORITY: (Op.ANSWERED,),
}
# Which field of the deal an answer may fill, by the type of the question.
DEAL_FIELDS: Mapping[QuestionType, tuple[str, ...]] = {
    QuestionType.MONEY: ("budget", "amount", "problem_cost"),
    QuestionType.DATE: ("expected_close_on", "next_action_on"),
    QuestionType.TEXT: ("competitor", "next_action", "problem", "solution", "effect"),
    QuestionType.LONG: ("problem", "solution", "effect"),
    QuestionType.ONE: ("competitor",),
}


def checked_sections(data: Any) -> list[Section]:
    """Return the sections of a sheet with their questions; raise SheetInvalid saying what is wrong and where."""
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise SheetInvalid(_("シートを読み取れません。"))
    sections = [_section(entry, place) for place, entry in enumerate(data[: MOST_SECTIONS + 1], start=1)]
    if len(sections) > MOST_SECTIONS:
        raise SheetInvalid(_("セクションは%(limit)s個までです。") % {"limit": MOST_SECTIONS})
    questions = [question for section in sections for question in section["questions"]]
    if not questions:
        raise SheetInvalid(_("質問を1つ以上置いてください。"))
    if len(questions) > MOST_QUESTIONS:
        raise SheetInvalid(_("質問は%(limit)s個までです。") % {"limit": MOST_QUESTIONS})
    earlier: dict[str, Question] = {}
    for question in questions:
        if question["key"] in earlier:
            raise SheetInvalid(_("質問「%(label)s」が2回入っています。") % {"label": question["label"]})
        _check_condition(question, earlier)
        earlier[question["key"]] = question
    return sections


def _section(entry: Any, place: int) -> Section:
    if not isinstance(entry, Mapping):
        raise SheetInvalid(_("%(place)s番目のセクションを読み取れません。") % {"place": place})
    questions = entry.get("questions") or []
    if not isinstance(questions, Sequence) or isinstance(questions, str):
        raise SheetInvalid(_("%(place)s番目のセクションを読み取れません。") % {"place": place})
    return {
        "title": _text(entry.get("title"), LONGEST_LABEL),
        "script": _text(entry.get("script"), LONGEST_SCRIPT),
        "questions": [checked_question(question) for question in questions[: MOST_QUESTIONS + 1]],
    }


def checked_question(entry: Any) -> Question:
    """Return one question with only what its type needs; raise SheetInvalid naming it."""
    if not isinstance(entry, Mapping):
        raise SheetInvalid(_("質問を読み取れません。"))
    label = _text(entry.get("label"), LONGEST_LABEL)
    if not label:
        raise SheetInvalid(_("質問文が空の質問があります。質問文を入力するか、その質問を外してください。"))
    key = str(entry.get("key", ""))
    if not KEY.fullmatch(key) or entry.get("type") not in list(QuestionType):
        raise SheetInvalid(_("質問「%(label)s」の種類が正しくありません。") % {"label": label})
    kind = QuestionType(entry["type"])
    question: Question = {
        "key": key,
        "label": label,
        "type": kind.value,
        "help": _text(entry.get("help"), LONGEST_LABEL),
        "script": _text(entry.get("script"), LONGEST_SCRIPT),
        "required": bool(entry.get("required")),
        "when": _when(entry.get("when")),
    }
    if kind.has_choices:
        question["choices"] = _choices(entry.get("choices"), label)
    if kind is QuestionType.NEED:
        need = str(entry.get("kind") or NeedKind.PROBLEM)
        question["kind"] = need if need in NeedKind.values else NeedKind.PROBLEM.value
        question["area"] = _text(entry.get("area"), 80)
    if maps_to := str(entry.get("maps_to") or ""):
        if maps_to not in DEAL_FIELDS.get(kind, ()):
            raise SheetInvalid(_("質問「%(label)s」の答えは、選んだ商談の項目に入りません。") % {"label": label})
        question["maps_to"] = maps_to
    return question


def _choices(data: Any, label: str) -> list[str]:
    raw = data if isinstance(data, Sequence) and not isinstance(data, str) else ()
    choices = list(dict.fromkeys(text for choice in raw if (text := _text(choice, LONGEST_LABEL))))
    if not choices:
        raise SheetInvalid(_("質問「%(label)s」に選択肢を入れてください。") % {"label": label})
    if len(choices) > MOST_CHOICES:
        raise SheetInvalid(
            _("質問「%(label)s」の選択肢は%(limit)s個までです。") % {"label": label, "limit": MOST_CHOICES}
        )
    return choices


def _when(data: Any) -> dict[str, str] | None:
    if not isinstance(data, Mapping) or not data.get("question"):
        return None
    return {
        "question": str(data["question"])[:40],
        "op": str(data.get("op") or Op.ANSWERED),
        "value": _text(data.get("value"), LONGEST_LABEL),
    }


def _check_condition(question: Question, earlier: Mapping[str, Question]) -> None:
    """This function will refuse a follow-up to an unknown or later question, or with a comparison it does not have."""
    when = question["when"]
    if when is None:
        return
    other = earlier.get(when["question"])
    label = question["label"]
    if other is None:
        raise SheetInvalid(_("質問「%(label)s」を出す条件は、それより前の質問から選んでください。") % {"label": label})
    if when["op"] not in OPS_FOR[QuestionType(other["type"])]:
        raise SheetInvalid(_("質問「%(label)s」を出す条件が、もとの質問に合いません。") % {"label": label})
    if when["op"] != Op.ANSWERED and not when["value"]:
        raise SheetInvalid(_("質問「%(label)s」を出す条件の値を入れてください。") % {"label": label})
    if other["type"] in NUMBERS and when["op"] != Op.ANSWERED and number_in(when["value"]) is None:
        raise SheetInvalid(_("質問「%(label)s」を出す条件は数字で入力してください。") % {"label": label})


def number_in(text: str) -> float | None:
    """Return the number a condition compares with, None where the text is none."""
    try:
        number = float(str(text).replace(",", ""))
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None


def _text(value: Any, limit: int) -> str:
    return str(value if value is not None else "").replace("\0", "").strip()[:limit]
