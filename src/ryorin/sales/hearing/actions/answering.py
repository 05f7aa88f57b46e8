"""One answer saved, as one types: what it fills elsewhere is written in the same breath."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from ryorin.customers.people.models import Person
from ryorin.customers.voice.actions import drop_needs, keep_need
from ryorin.customers.voice.models import NeedSource
from ryorin.lib import clock
from ryorin.sales.deals.actions import add_person, change_deal, keep_answers
from ryorin.sales.deals.actions.facts import locked as locked_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.hearing.actions.hearings import locked
from ryorin.sales.hearing.actions.sheets import rule_key
from ryorin.sales.hearing.errors import AnswerStale, HearingFinished, QuestionUnknown
from ryorin.sales.hearing.models import Answer, AnswerChange, Hearing, HearingState
from ryorin.sales.hearing.rules.answers import checked_value, day_of, number_of, said_of
from ryorin.sales.hearing.rules.follow_ups import asked, not_applicable
from ryorin.sales.hearing.rules.sheets import Question, QuestionType
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

DECIDER = "決裁"
ONE_SITTING = timedelta(seconds=60)


@transaction.atomic
def save_answer(
    hearing: Hearing, key: str, raw: Any, *, by: Member | None, version: int, client_id: UUID
) -> Answer | None:
    """This function will keep the answer to one question, and what it fills: needs, the deal's fields and people.

    The same `client_id` counts once. Refuses with AnswerStale when somebody answered since `version` (0: no answer).
    """
    require(by, "hearings.change")
    deal = _held_deal(hearing)
    hearing = locked(hearing)
    question = hearing.sheet_version.question(key)
    if question is None:
        raise QuestionUnknown()
    answer = Answer.objects.filter(hearing=hearing, question=key).select_related("by").first()
    if AnswerChange.objects.filter(client_id=client_id, hearing=hearing).exists():
        return answer
    if hearing.state == HearingState.DONE:
        raise HearingFinished()
    value = checked_value(question, raw, currency=current().currency)
    if value == (answer.value if answer else None):
        return answer
    if answer is not None and answer.version != version:
        raise AnswerStale(name=answer.by.name if answer.by else "", said=answer.said[:60])
    before = answer.value if answer else None
    answer, is_new_turn = _kept(hearing, question, value, answer, by=by, client_id=client_id)
    _fill(hearing, question, value, before, deal=deal, by=by)
    _tell_stages(hearing, question, deal)
    if is_new_turn:
        audit.record(
            "hearing_answered", "hearing", hearing.pk, by=by, name=str(hearing), **{question["label"]: answer.said}
        )
    return answer


def _held_deal(hearing: Hearing) -> Deal | None:
    """Return the hearing's deal with its row held, as deals are held before what hangs on them."""
    deal = Deal.objects.filter(hearings=hearing.pk).first()
    return locked_deal(deal, None) if deal is not None else None


def _kept(
    hearing: Hearing, question: Question, value: Any, answer: Answer | None, *, by: Member | None, client_id: UUID
) -> tuple[Answer, bool]:
    """Return the answer written with its history, and whether somebody new, or after a pause, has taken it up."""
    now, currency = clock.now(), current().currency
    is_new_turn = answer is None or answer.by_id != (by.pk if by else None) or now - answer.at > ONE_SITTING
    written = {
        "label": question["label"],
        "type": question["type"],
        "value": value,
        "said": said_of(question, value, currency=currency)[:1000],
        "number": number_of(question, value),
        "day": day_of(question, value),
        "version": answer.version + 1 if answer else 1,
        "at": now,
        "by": by,
        "updated_at": now,
    }
    kept, _made = Answer.objects.update_or_create(hearing=hearing, question=question["key"], defaults=written)
    AnswerChange.objects.create(
        hearing=hearing,
        question=question["key"],
        label=question["label"],
        said=kept.said,
        value=value,
        version=kept.version,
        client_id=client_id,
        at=now,
        by=by,
    )
    hearing.answered = hearing.answers.exclude(value=None).count()
    hearing.updated_at = now
    hearing.save(update_fields=["answered", "updated_at"])
    return kept, is_new_turn


def _fill(
    hearing: Hearing, question: Question, value: Any, before: Any, *, deal: Deal | None, by: Member | None
) -> None:
    """This function will write what an answer fills elsewhere; an answer taken back empties nothing but its needs."""
    if question["type"] == QuestionType.NEED:
        _fill_needs(hearing, question, value or [], before or [], by=by)
    elif value is None or deal is None:
        return
    elif question["type"] == QuestionType.AUTHORITY:
        if person := Person.objects.filter(pk=value["person"]).first():
            part = deal.people.filter(person=person).values_list("part", flat=True).first() or ""
            add_person(deal, person, by=by, part=part if DECIDER in part else DECIDER)
    elif target := question.get("maps_to"):
        change_deal(deal, by=by, version=None, **{target: _fitting(target, question, value)})


def _fitting(target: str, question: Question, value: Any) -> Any:
    """Return an answer as the deal's field takes it: a day as such, a text cut to what fits."""
    if question["type"] == QuestionType.DATE:
        return date.fromisoformat(value)
    limit = Deal._meta.get_field(target).max_length  # type: ignore[union-attr]
    return value[:limit] if isinstance(value, str) and limit else value


def _fill_needs(
    hearing: Hearing,
    question: Question,
    needs: list[dict[str, Any]],
    before: list[dict[str, Any]],
    *,
    by: Member | None,
) -> None:
    """This function will keep each need as the customer's voice, and drop those taken back."""

    def key_of(need: dict[str, Any]) -> str:
        return f"{hearing.pk}:{question['key']}:{need['id'][:36]}"[:80]

    kept = {need["id"] for need in needs}
    drop_needs([key_of(need) for need in before if need["id"] not in kept], by=by)
    for need in needs:
        keep_need(
            key_of(need),
            by=by,
            person=hearing.person,
            company=hearing.company,
            deal_id=hearing.deal_id,
            source=NeedSource.HEARING,
            kind=question["kind"],
            area=question["area"],
            what=need["what"],
            words=need["words"],
            strength=need["strength"],
            competitor=need["competitor"],
            budget=need["budget"],
            wanted_on=date.fromisoformat(need["wanted_on"]) if need["wanted_on"] else None,
        )


def _tell_stages(hearing: Hearing, question: Question, deal: Deal | None) -> None:
    """This function will let the stages of the deal know what is known now.

    A follow-up that is not asked because an answer rules it out counts as known; one whose turn has not come does not.
    """
    if deal is None:
        return
    questions = hearing.sheet_version.questions
    answers = {answer.question: answer for answer in hearing.answers.exclude(value=None)}
    shown = asked(questions, {key: answer.value for key, answer in answers.items()})
    ruled_out = not_applicable(questions, shown, answers)
    known: dict[str, tuple[str, str]] = {}
    forget = []
    for one in questions:
        key, name = one["key"], rule_key(hearing.sheet, one["key"])
        if key in shown and key in answers:
            known[name] = (one["label"], answers[key].said)
        elif key in ruled_out:
            known[name] = (one["label"], "–")
        elif key == question["key"] or one["when"]:
            forget.append(name)
    keep_answers(deal, known, forget=forget)
