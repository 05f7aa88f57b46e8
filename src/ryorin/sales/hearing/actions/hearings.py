"""Hearings: begun with a sheet, finished with a fact on the timeline, opened again, deleted."""

from typing import Any, cast

from django.db import transaction

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.timeline import actions as timeline
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.sales.hearing.errors import AnswersMissing, HearingFinished, HearingGone, NobodyHeard, SheetRetired
from ryorin.sales.hearing.models import Answer, Hearing, HearingState, Sheet
from ryorin.sales.hearing.rules.follow_ups import asked
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

TOLD_AT_MOST = 12


@transaction.atomic
def start_hearing(
    sheet: Sheet,
    *,
    by: Member | None,
    deal: Deal | None = None,
    person: Person | None = None,
    company: Company | None = None,
) -> Hearing:
    """This function will begin to fill in the newest version of a sheet for a deal, a person or a company."""
    require(by, "hearings.change")
    person = person or (deal.person if deal else None)
    company = company or (deal.company if deal else None) or (person.company if person else None)
    if deal is None and person is None and company is None:
        raise NobodyHeard()
    if not sheet.is_active:
        raise SheetRetired()
    now = clock.now()
    hearing = Hearing.objects.create(
        sheet=sheet,
        sheet_version=sheet.newest,
        deal=deal,
        person=person,
        company=company,
        owner=by,
        started_at=now,
        created_at=now,
        updated_at=now,
    )
    audit.record("hearing_started", "hearing", hearing.pk, by=by, name=str(hearing), sheet=sheet.name)
    return hearing


@transaction.atomic
def finish_hearing(hearing: Hearing, *, by: Member | None) -> Hearing:
    """This function will close a hearing and tell the timeline; refuses while a required question is open."""
    require(by, "hearings.change")
    hearing = locked(hearing)
    if hearing.state == HearingState.DONE:
        raise HearingFinished()
    answers = {answer.question: answer for answer in hearing.answers.exclude(value=None)}
    if missing := required_missing(hearing, answers):
        raise AnswersMissing(labels="、".join(missing))
    hearing.state, hearing.finished_at = HearingState.DONE, clock.now()
    if hearing.touchpoint is None and (hearing.person_id or hearing.company_id):
        hearing.touchpoint = timeline.record(
            "heard",
            source="hearing",
            by=by,
            person_id=hearing.person_id,
            company_id=hearing.company_id,
            channel="rep",
            properties=_told(hearing, answers),
        )
    save(hearing, "state", "finished_at", "touchpoint")
    audit.record("hearing_finished", "hearing", hearing.pk, by=by, name=str(hearing), answers=len(answers))
    return hearing


@transaction.atomic
def reopen_hearing(hearing: Hearing, *, by: Member | None) -> Hearing:
    """This function will let a finished hearing be filled in further."""
    require(by, "hearings.change")
    hearing = locked(hearing)
    if hearing.state == HearingState.OPEN:
        return hearing
    hearing.state, hearing.finished_at = HearingState.OPEN, None
    save(hearing, "state", "finished_at")
    audit.record("hearing_reopened", "hearing", hearing.pk, by=by, name=str(hearing))
    return hearing


@transaction.atomic
def delete_hearing(hearing: Hearing, *, by: Member | None) -> AuditEntry:
    """This function will delete a hearing with its answers and return the entry it can come back from.

    Needs it brought to light stay: they are the customer's words.
    """
    require(by, "hearings.change")
    return delete(locked(hearing), record_type="hearing", by=by)


@transaction.atomic
def restore_hearing(entry: AuditEntry, *, by: Member | None) -> Hearing:
    """This function will bring a deleted hearing back with its answers."""
    require(by, "hearings.change")
    if entry.action != "hearing_deleted":
        raise HearingGone()
    return cast(Hearing, restore(entry, by=by))


def locked(hearing: Hearing) -> Hearing:
    """Return the hearing's row, held until the transaction ends."""
    rows = Hearing.objects.select_for_update(of=("self",)).select_related("sheet_version", "sheet")
    row = rows.filter(pk=hearing.pk).first()
    if row is None:
        raise HearingGone()
    return row


def save(hearing: Hearing, *columns: str) -> None:
    hearing.version += 1
    hearing.updated_at = clock.now()
    hearing.save(update_fields=[*columns, "version", "updated_at"])


def required_missing(hearing: Hearing, answers: dict[str, Answer]) -> list[str]:
    """Return the labels of required questions that are asked and not answered."""
    questions = hearing.sheet_version.questions
    shown = asked(questions, {key: answer.value for key, answer in answers.items()})
    return [
        question["label"]
        for question in questions
        if question["required"] and question["key"] in shown and question["key"] not in answers
    ]


def _told(hearing: Hearing, answers: dict[str, Answer]) -> dict[str, Any]:
    """Return what the timeline shows of a hearing: the sheet, and the first answers."""
    order = [question["key"] for question in hearing.sheet_version.questions]
    known = [answers[key] for key in order if key in answers][:TOLD_AT_MOST]
    note = "\n".join(f"{answer.label}：{answer.said[:200]}" for answer in known)
    said = {"hearing_id": hearing.pk, "deal_id": hearing.deal_id, "subject": hearing.sheet.name, "note": note}
    return {name: value for name, value in said.items() if value not in (None, "")}
