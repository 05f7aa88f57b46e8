"""Leaks of personal data: who is affected, and the reports to the commission with their deadlines."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.conditions.parser import parse
from ryorin.conditions.to_orm import to_q
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.privacy.actions.requests import handlers
from ryorin.customers.privacy.errors import LeakIncomplete
from ryorin.customers.privacy.models import Leak, LeakCause
from ryorin.customers.privacy.rules import final_due_on, prompt_due_on
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify

CHANGEABLE = (
    "title", "cause", "known_on", "occurred_on", "outline", "items", "reason", "harm", "told_people", "made_public",
    "prevention", "people",
)  # fmt: skip


@transaction.atomic
def report_leak(*, title: str, cause: str, known_on: date, outline: str, by: Member | None, **fields: Any) -> Leak:
    """This function will take down a leak and set the deadlines of both reports from the day it was known."""
    require(by, "privacy.handle")
    now = clock.now()
    leak = Leak(title=title, cause=cause, known_on=known_on, outline=outline, owner=by, created_at=now, updated_at=now)
    for name in CHANGEABLE:
        if name in fields:
            setattr(leak, name, fields[name])
    _set_deadlines(leak)
    leak.save()
    record("leak_reported", "leak", leak.pk, by=by, cause=cause)
    told = [member for member in handlers() if by is None or member.pk != by.pk]
    text = _("個人データの漏えい等「%(title)s」が記録されました。速報の期限は%(day)sです。")
    notify(told, kind="leak", text=text % {"title": title, "day": leak.prompt_due_on}, url=f"/privacy/leaks/{leak.pk}/")
    return leak


@transaction.atomic
def change_leak(leak: Leak, *, by: Member | None, version: int | None, **fields: Any) -> Leak:
    """This function will change what is known about a leak; the deadlines follow."""
    leak = _held(leak, by=by, version=version)
    for name in CHANGEABLE:
        if name in fields:
            setattr(leak, name, fields[name])
    _set_deadlines(leak)
    return _kept(leak, "leak_changed", by=by)


@transaction.atomic
def count_people(leak: Leak, condition: dict[str, Any], *, by: Member | None, version: int | None) -> Leak:
    """This function will keep the condition that says who is affected, and how many that are now."""
    leak = _held(leak, by=by, version=version)
    now = clock.now()
    leak.people = Person.objects.filter(to_q(parse(condition, PERSON), PERSON, now=now)).count()
    leak.condition, leak.counted_at = condition, now
    return _kept(leak, "leak_counted", by=by)


@transaction.atomic
def state_report(leak: Leak, *, which: str, on: date, by: Member | None, version: int | None) -> Leak:
    """This function will note that the prompt or the full report was given to the commission."""
    leak = _held(leak, by=by, version=version)
    if on > clock.today() or on < leak.known_on:
        raise LeakIncomplete(what=_("報告した日は、知った日から今日までの日付にしてください。"))
    if which == "final" and leak.prompt_done_on is None and leak.cause != LeakCause.NONE:
        raise LeakIncomplete(what=_("先に速報を記録してください。"))
    setattr(leak, "final_done_on" if which == "final" else "prompt_done_on", on)
    return _kept(leak, "leak_final_given" if which == "final" else "leak_prompt_given", by=by)


def watch_leaks() -> int:
    """This function will remind, once each, of reports that are due within a day."""
    tomorrow, told = clock.today() + timedelta(days=1), 0
    for mark, due, done, name in (
        ("told_prompt", "prompt_due_on", "prompt_done_on", _("速報")),
        ("told_final", "final_due_on", "final_done_on", _("確報")),
    ):
        waiting = Leak.objects.exclude(cause=LeakCause.NONE)
        for leak in waiting.filter(**{mark: False, f"{due}__lte": tomorrow, f"{done}__isnull": True}):
            if Leak.objects.filter(pk=leak.pk, **{mark: False}).update(**{mark: True}):
                words = {"title": leak.title, "report": name, "day": getattr(leak, due)}
                text = _("「%(title)s」の%(report)sの期限は%(day)sです。") % words
                notify(handlers(), kind="leak", text=text, url=f"/privacy/leaks/{leak.pk}/")
                told += 1
    return told


def _set_deadlines(leak: Leak) -> None:
    if not leak.title.strip() or not leak.outline.strip() or leak.cause not in LeakCause.values:
        raise LeakIncomplete(what=_("件名、報告の理由、概要を入力してください。"))
    if leak.known_on > clock.today():
        raise LeakIncomplete(what=_("知った日は今日までの日付にしてください。"))
    leak.prompt_due_on = prompt_due_on(leak.known_on)
    leak.final_due_on = final_due_on(leak.known_on, is_malicious=leak.cause == LeakCause.MALICIOUS)


def _held(leak: Leak, *, by: Member | None, version: int | None) -> Leak:
    require(by, "privacy.handle")
    held = Leak.objects.select_for_update().get(pk=leak.pk)
    if version is not None and held.version != version:
        raise StaleRecord()
    return held


def _kept(leak: Leak, fact: str, *, by: Member | None) -> Leak:
    leak.version += 1
    leak.updated_at = clock.now()
    leak.save()
    record(fact, "leak", leak.pk, by=by)
    return leak
