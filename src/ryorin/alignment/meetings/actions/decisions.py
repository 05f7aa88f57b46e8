"""Decisions: each has an owner and a day, and is a task from the moment it was taken."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.meetings.actions.holding import held, trimmed
from ryorin.alignment.meetings.errors import DecisionInvalid
from ryorin.alignment.meetings.models import Decision, Meeting, Participant
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.tasks.actions import add_task, change_task, delete_task


@transaction.atomic
def decide(
    meeting: Meeting, *, text: str, owner: Member | None, due_on: date | None, by: Member | None, item_title: str = ""
) -> Decision:
    """This function will write down a decision and put it on its owner's list of tasks."""
    row = held(meeting, by=by)
    text = _checked(text, owner, due_on)
    assert due_on is not None
    why = _("「%(name)s」で決定") % {"name": row.name}
    task = add_task(
        title=text, owner=owner, by=by, due_at=_end_of(due_on), about=("meeting", row.pk, row.name), why=why
    )
    decision = Decision.objects.create(
        meeting=row,
        text=text,
        owner=owner,
        due_on=due_on,
        task=task,
        item_title=item_title[:160],
        created_by=by,
        created_at=clock.now(),
    )
    _brought_in(row, owner)
    told = {"owner": str(owner), "due_on": due_on.isoformat()}
    audit.record("decision_taken", "meeting", row.pk, by=by, name=row.name, decision=text, **told)
    return decision


@transaction.atomic
def change_decision(
    decision: Decision, *, text: str, owner: Member | None, due_on: date | None, by: Member | None, version: int
) -> Decision:
    """This function will reword a decision, give it to somebody else or another day; its task follows."""
    meeting = held(decision.meeting, by=by)
    row = Decision.objects.select_for_update().get(pk=decision.pk)
    if row.version != version:
        raise StaleRecord()
    moved = due_on != row.due_on or owner != row.owner
    text = _checked(text, owner, due_on, moved=moved)
    assert due_on is not None
    row.text, row.owner, row.due_on = text, owner, due_on
    row.version += 1
    row.save()
    _brought_in(meeting, owner)
    if row.task is not None:
        fields: dict[str, Any] = {"title": text, "owner": owner, "due_at": _end_of(due_on)}
        change_task(row.task, by=by, **fields)
    audit.record("decision_changed", "meeting", meeting.pk, by=by, name=meeting.name, decision=text)
    return row


@transaction.atomic
def drop_decision(decision: Decision, *, by: Member | None) -> None:
    """This function will take a decision back; its task goes where it is not done yet."""
    meeting = held(decision.meeting, by=by)
    row = Decision.objects.select_for_update().get(pk=decision.pk)
    text, task = row.text, row.task
    row.delete()
    if task is not None and task.done_at is None:
        delete_task(task, by=by)
    audit.record("decision_dropped", "meeting", meeting.pk, by=by, name=meeting.name, decision=text)


def _checked(text: str, owner: Member | None, due_on: date | None, *, moved: bool = True) -> str:
    """Return the decision's words; refuses one without words, without an owner who can do it, or without a day."""
    text = trimmed(text)
    if not text or len(text) > 200:
        raise DecisionInvalid(_("決定事項を200文字以内で入力してください。"))
    if owner is None:
        raise DecisionInvalid(_("担当者を選んでください。担当のない決定は、次回に確認できません。"))
    if not owner.is_active or owner.role == Role.READ_ONLY:
        raise DecisionInvalid(
            _("%(name)sさんはタスクを受け持てません。別の担当者を選んでください。") % {"name": owner.name}
        )
    if due_on is None:
        raise DecisionInvalid(_("期限の日を入力してください。"))
    if moved and due_on < clock.today(current().time_zone):
        raise DecisionInvalid(_("期限には今日以降の日を入力してください。"))
    return text


def _brought_in(meeting: Meeting, owner: Member | None) -> None:
    """This function will let who has something to do take part: they can read what led to it and get the minutes."""
    if owner is not None and owner != meeting.organiser:
        Participant.objects.get_or_create(meeting=meeting, member=owner)


def _end_of(day: date) -> datetime:
    """Return the end of business of the day."""
    company = current()
    hour = min(company.closes_hour, 23)
    return datetime.combine(day, time(hour), ZoneInfo(company.time_zone))
