"""Requests of people about their data: taken, the person made sure of, answered in time, every step in the log."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.customers.consent.actions import refuse
from ryorin.customers.consent.models import SuppressionReason
from ryorin.customers.people.models import Person
from ryorin.customers.privacy.errors import IdentityUnchecked, PersonUnknown, RequestClosed, RequestIncomplete
from ryorin.customers.privacy.models import (
    HANDLERS,
    OPEN,
    IdentityCheck,
    Outcome,
    PrivacyRequest,
    RequestEvent,
    RequestKind,
    RequestState,
    Way,
)
from ryorin.customers.privacy.rules import SOON_DAYS, due_on
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify

LONGEST = {"name": 120, "email": 254, "phone": 40, "text": 4_000}


@transaction.atomic
def take_request(
    *,
    uid: UUID,
    kind: str,
    way: str,
    name: str,
    email: str = "",
    phone: str = "",
    text: str = "",
    is_agent: bool = False,
    doubt: str = "",
    person: Person | None = None,
    by: Member | None = None,
) -> PrivacyRequest:
    """This function will take a request and tell those who handle it; the same `uid` again is the same request."""
    require(by, "privacy.handle")
    before = PrivacyRequest.objects.filter(uid=uid).first()
    if before is not None:
        return before
    given = {"name": name, "email": email, "phone": phone, "text": text}
    given = {part: value.replace("\x00", "").strip()[: LONGEST[part]] for part, value in given.items()}
    if kind not in RequestKind.values or way not in Way.values:
        raise RequestIncomplete(what=_("請求の種類を選んでください。"))
    if not given["name"]:
        raise RequestIncomplete(what=_("お名前を入力してください。"))
    if not (given["email"] or given["phone"] or way in (Way.LETTER, Way.VISIT)):
        raise RequestIncomplete(what=_("連絡先のメールアドレスか電話番号を入力してください。"))
    now = clock.now()
    request = PrivacyRequest.objects.create(
        uid=uid,
        kind=kind,
        way=way,
        is_agent=is_agent,
        is_doubtful=bool(doubt),
        person=person or _likely_person(given["email"]),
        owner=by,
        received_at=now,
        due_on=due_on(clock.today()),
        updated_at=now,
        **given,
    )
    _log(request, "received", by=by, note=doubt)
    record("privacy_request_taken", "privacy_request", request.pk, by=by, kind=kind, way=way)
    if by is None and not doubt:
        words = _("%(kind)sの請求を受け付けました。回答期限は%(day)sです。")
        _tell(handlers(), request, words % {"kind": request.get_kind_display(), "day": request.due_on})
    return request


@transaction.atomic
def name_person(request: PrivacyRequest, person: Person, *, by: Member | None, version: int | None) -> PrivacyRequest:
    """This function will say which customer the request is about; what was made sure of about another is void."""
    request = _held(request, by=by, version=version)
    if request.person_id != person.pk:
        request.state, request.checked_by_way, request.checked_at = RequestState.RECEIVED, "", None
    request.person = person
    return _kept(request, "person_named", by=by)


@transaction.atomic
def assign_request(request: PrivacyRequest, *, owner: Member, by: Member | None, version: int | None) -> PrivacyRequest:
    """This function will give the request to somebody."""
    request = _held(request, by=by, version=version)
    request.owner = owner
    kept = _kept(request, "assigned", by=by, note=owner.name)
    if by is None or owner.pk != by.pk:
        _tell([owner], kept, _("個人情報の請求への対応が割り当てられました。"))
    return kept


@transaction.atomic
def check_identity(
    request: PrivacyRequest, *, how: str, note: str = "", by: Member | None, version: int | None
) -> PrivacyRequest:
    """This function will note how it was made sure that the person asks; copies of papers are not kept."""
    request = _held(request, by=by, version=version)
    if how not in IdentityCheck.values:
        raise RequestIncomplete(what=_("本人確認の方法を選んでください。"))
    request.state, request.checked_by_way, request.checked_note = RequestState.VERIFIED, how, note.strip()[:300]
    request.checked_at, request.checked_by = clock.now(), by
    return _kept(request, "identity_checked", by=by, note=str(IdentityCheck(how).label))


@transaction.atomic
def answer_request(
    request: PrivacyRequest, *, outcome: str, answer: str, by: Member | None, version: int | None
) -> PrivacyRequest:
    """This function will close the request with an answer; granting a stop of use closes all mail to the person."""
    require(by, "privacy.handle")
    if request.person_id:
        Person.objects.select_for_update().filter(pk=request.person_id).first()
    request = _held(request, by=by, version=version)
    if outcome not in Outcome.values or not answer.strip():
        raise RequestIncomplete(what=_("対応の結果と回答の文面を入力してください。"))
    if outcome != Outcome.REFUSED and request.state != RequestState.VERIFIED:
        raise IdentityUnchecked()
    stops = request.kind == RequestKind.STOP and outcome != Outcome.REFUSED
    if stops and request.person is None and not request.erasures.exists():
        raise PersonUnknown()
    if stops and request.person is not None:
        evidence = _("利用停止の請求（%(day)s受付）") % {"day": request.received_at.date()}
        for medium in ("mail", "phone", "post"):
            refuse(request.person, medium=medium, evidence=evidence, reason=SuppressionReason.STOPPED, by=by)
    request.state, request.outcome, request.answer = RequestState.ANSWERED, outcome, answer.strip()[:10_000]
    request.answered_at, request.answered_by = clock.now(), by
    return _kept(request, "answered", by=by, note=str(Outcome(outcome).label))


@transaction.atomic
def withdraw_request(request: PrivacyRequest, *, note: str, by: Member | None, version: int | None) -> PrivacyRequest:
    """This function will close a request that was taken back, or that no person sent."""
    request = _held(request, by=by, version=version)
    request.state = RequestState.WITHDRAWN
    return _kept(request, "withdrawn", by=by, note=note.strip()[:300])


def watch_requests() -> int:
    """This function will remind of requests due in three days, and tell managers of those that are overdue, once."""
    today, told = clock.today(), 0
    soon = PrivacyRequest.objects.open().filter(told_soon=False, due_on__lte=today + timedelta(days=SOON_DAYS))
    for request in soon.filter(is_doubtful=False):
        told += _tell_once(request, "told_soon")
    late = PrivacyRequest.objects.overdue(today).filter(told_late=False, is_doubtful=False)
    for request in late:
        told += _tell_once(request, "told_late")
    return told


def handlers() -> list[Member]:
    """Return who handles requests: administrators and managers, else whoever may."""
    members = Member.objects.filter(is_active=True)
    leaders = list(members.filter(role__in=(Role.ADMINISTRATOR, Role.MANAGER)))
    return leaders or list(members.filter(role__in=HANDLERS))


@transaction.atomic
def _tell_once(request: PrivacyRequest, mark: str) -> int:
    if not PrivacyRequest.objects.filter(pk=request.pk, **{mark: False}).update(**{mark: True}):
        return 0
    late = mark == "told_late"
    words = _("%(kind)sの請求の回答期限（%(day)s）を過ぎています。") if late else ""
    words = words or _("%(kind)sの請求の回答期限は%(day)sです。")
    members = handlers() if late or request.owner is None else [request.owner]
    _tell(members, request, words % {"kind": request.get_kind_display(), "day": request.due_on})
    _log(request, "overdue_told" if late else "reminded", by=None)
    return 1


def _held(request: PrivacyRequest, *, by: Member | None, version: int | None) -> PrivacyRequest:
    require(by, "privacy.handle")
    held = PrivacyRequest.objects.select_for_update().get(pk=request.pk)
    if version is not None and held.version != version:
        raise StaleRecord()
    if held.state not in OPEN:
        raise RequestClosed()
    return held


def _kept(request: PrivacyRequest, what: str, *, by: Member | None, note: str = "") -> PrivacyRequest:
    request.version += 1
    request.updated_at = clock.now()
    request.save()
    _log(request, what, by=by, note=note)
    record(f"privacy_request_{what}", "privacy_request", request.pk, by=by)
    return request


def _log(request: PrivacyRequest, what: str, *, by: Member | None, note: str = "") -> None:
    RequestEvent.objects.create(request=request, at=clock.now(), what=what, note=note, by=by)


def _likely_person(email: str) -> Person | None:
    found: Any = Person.objects.filter(email=email.lower()).order_by("pk").first() if email else None
    return found


def _tell(members: list[Member], request: PrivacyRequest, text: str) -> None:
    notify(members, kind="privacy_request", text=text, url=f"/privacy/requests/{request.pk}/")
