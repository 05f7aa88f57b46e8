"""Answers of a form as lines of a page or of a file."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ryorin.customers.people.models import Person
from ryorin.marketing.campaigns.models import Channel
from ryorin.marketing.pages.models import Form, FormAnswer
from ryorin.web.answers import member_of
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class AnswerLine:
    answer: FormAnswer
    channel: str
    values: list[tuple[str, str]]
    sees_person: bool


def answer_lines(answers: Iterable[FormAnswer], form: Form, member: Member) -> list[AnswerLine]:
    """Return the answers with the questions' labels; who answered is linked when the member may see the person."""
    answers = list(answers)
    ids = {answer.person_id for answer in answers if answer.person_id}
    seen = set(Person.objects.visible_to(member).filter(pk__in=ids).values_list("pk", flat=True))
    channels = {value: str(label) for value, label in Channel.choices}
    return [
        AnswerLine(
            answer,
            channels.get(answer.channel, answer.channel),
            [(label, text) for label, text in values_of(answer, form) if text] if may_read(answer, seen) else [],
            answer.person_id in seen,
        )
        for answer in answers
    ]


def may_read(answer: FormAnswer, seen: set[int]) -> bool:
    """Return whether the words may be shown: what belongs to a person of another team is that team's."""
    return answer.person_id is None or answer.person_id in seen


def values_of(answer: FormAnswer, form: Form) -> list[tuple[str, str]]:
    """Return each answer beside its question's label, in the form's order; then those of questions taken out since."""
    labels = {field["name"]: field["label"] for field in form.fields}
    names = [*labels, *(name for name in answer.values if name not in labels)]
    return [(labels.get(name, name), text_of(answer.values.get(name, ""))) for name in names]


def text_of(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


@require_GET
def form_answers_file(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Answer with all answers the member may read, as a CSV file that Excel opens."""
    require(member_of(request), "records.export")
    form = get_object_or_404(Form.objects.visible_to(member_of(request)), pk=pk)
    record("records_exported", "form", form.pk, by=member_of(request), format="csv", rows=form.answers.count())
    answer = StreamingHttpResponse(file_lines(form, member_of(request)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{form.slug}.csv"'
    return answer


def file_lines(form: Form, member: Member) -> Iterator[str]:
    head = [str(field["label"]) for field in form.fields]
    yield "\ufeff" + line([_("日時"), *head, _("チャネル")])
    people = Person.objects.visible_to(member)
    rows = form.answers.filter(is_spam=False, person__in=people) | form.answers.filter(is_spam=False, person=None)
    for answer in rows.distinct().iterator(chunk_size=500):
        values = [text_of(answer.values.get(field["name"], "")) for field in form.fields]
        yield line([answer.at.astimezone().isoformat(timespec="minutes"), *values, answer.channel])


def line(values: list[str]) -> str:
    """Return one line; what a spreadsheet would take for a formula is marked as text."""
    file = io.StringIO()
    csv.writer(file).writerow([f"'{value}" if value.startswith(FORMULA) else value for value in values])
    return file.getvalue()
