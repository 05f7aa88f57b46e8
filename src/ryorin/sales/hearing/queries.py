"""Hearings shaped for pages: a sheet with its answers, the history, what hangs on a deal."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Count

from ryorin.lib.money import to_decimal
from ryorin.sales.deals.models import RuleKind, StageRule
from ryorin.sales.hearing.models import Answer, AnswerChange, Hearing, Sheet
from ryorin.sales.hearing.rules.follow_ups import asked
from ryorin.workspace.members.models import Member

MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question as the page shows it: with its answer, and whether it is asked now."""

    question: dict[str, Any]
    answer: Answer | None
    is_asked: bool
    currency: str = "JPY"

    @property
    def value(self) -> Any:
        return self.answer.value if self.answer else None

    @property
    def version(self) -> int:
        return self.answer.version if self.answer else 0

    @property
    def typed(self) -> str:
        """An amount as one types it: "3,000,000"."""
        return f"{to_decimal(self.value, self.currency):,}" if self.value is not None else ""

    @property
    def when_json(self) -> str:
        return json.dumps(self.question["when"], ensure_ascii=False)

    @property
    def value_json(self) -> str:
        return json.dumps(self.value or [], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class AskedSection:
    title: str
    script: str
    questions: list[AskedQuestion]

    @property
    def answered(self) -> int:
        return sum(one.value is not None and one.is_asked for one in self.questions)

    @property
    def asked(self) -> int:
        return sum(one.is_asked for one in self.questions)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one member answered to one question in one go, the last wording of it."""

    label: str
    said: str
    by: Member | None
    at: datetime


def sections_of(hearing: Hearing, *, currency: str = "JPY") -> list[AskedSection]:
    """Return the sheet the hearing was begun with, each question with its answer."""
    answers = {answer.question: answer for answer in hearing.answers.select_related("by")}
    version = hearing.sheet_version
    shown = asked(version.questions, {key: answer.value for key, answer in answers.items()})
    return [
        AskedSection(
            section["title"],
            section["script"],
            [
                AskedQuestion(question, answers.get(question["key"]), question["key"] in shown, currency)
                for question in section["questions"]
            ],
        )
        for section in version.sections
    ]


def history_of(hearing: Hearing) -> list[Turn]:
    """Return who answered what and when, the newest first; what one member typed on and on is one turn."""
    changes = hearing.changes.select_related("by")[:MOST_CHANGES]
    return list(_turns(changes))


def hearings_of_deal(deal_id: int, member: Member) -> list[Hearing]:
    """Return the hearings of a deal that the member sees, the newest first."""
    rows = Hearing.objects.visible_to(member).filter(deal_id=deal_id).select_related("sheet", "owner")
    return list(rows.order_by("-started_at", "-pk")[:20])


def sheets() -> list[Sheet]:
    """Return all sheets with how many hearings were held with each; those in use first."""
    return list(Sheet.objects.annotate(held=Count("hearings")))


def stages_asking(sheet: Sheet) -> dict[str, int]:
    """Return by a question's key the stage (id) that asks for its answer."""
    prefix = f"{sheet.pk}:"
    rules = StageRule.objects.filter(kind=RuleKind.ANSWER, name__startswith=prefix).order_by("-pk")
    return {name.removeprefix(prefix): stage for name, stage in rules.values_list("name", "stage_id")}


def _turns(changes: Iterable[AnswerChange]) -> Iterable[Turn]:
    for _key, group in groupby(changes, key=lambda change: (change.question, change.by_id)):
        first = next(iter(group))
        yield Turn(first.label, first.said, first.by, first.at)
