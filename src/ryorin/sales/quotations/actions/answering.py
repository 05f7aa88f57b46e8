"""What the customer does with a quotation: opens it, accepts, declines, asks."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.lib.fiscal import add_business_days
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.activities.models import ActivityKind
from ryorin.sales.deals.actions import change_deal
from ryorin.sales.deals.models import DealState
from ryorin.sales.deals.rules import checked
from ryorin.sales.quotations.actions.drafting import drop, show
from ryorin.sales.quotations.actions.facts import locked_with_deal, save, tell
from ryorin.sales.quotations.errors import (
    AnsweredAlready,
    ConsentMissing,
    NameMissing,
    QuestionMissing,
    QuotationExpired,
    ReasonMissing,
    Superseded,
)
from ryorin.sales.quotations.models import QuotationLink, QuotationState, QuotationVersion
from ryorin.sales.quotations.queries import last_sent_revision, newest_version, opened
from ryorin.workspace.approvals.actions import withdraw_of
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.queries import closed_days, current
from ryorin.workspace.tasks.actions import add_task

END_OF_WORK = time(18)


@transaction.atomic
def note_opening(token: str) -> None:
    """This function will note that a person opened the link for the first time, and tell the owner."""
    link = opened(token)
    if link.opened_at is not None:
        return
    if not QuotationLink.objects.filter(pk=link.pk, opened_at__isnull=True).update(opened_at=clock.now()):
        return
    version = link.version
    if QuotationVersion.objects.filter(pk=version.pk, opened_at__isnull=True).update(opened_at=clock.now()):
        audit.record("quotation_opened", "quotation", version.quotation_id, by=None, revision=version.revision)
        tell("quotation_opened", version, by=None)
        _notify(version, kind="quotation_opened", text=_("お客様が見積を開きました：%(name)s"))


@transaction.atomic
def accept_quotation(token: str, *, name: str, agreed: bool, address: str | None, note: str = "") -> QuotationVersion:
    """This function will keep the customer's acceptance; the deal's amount follows, a newer draft is thrown away."""
    version = answerable(token)
    values = _answer(name=name, note=note)
    if not agreed:
        raise ConsentMissing()
    quotation = version.quotation
    draft = newest_version(quotation)
    if draft.sent_at is None:
        drop(draft)
        withdraw_of("quotation", quotation.pk, by=None, why=_("お客様が前の版を受諾したため"))
    _close(version, QuotationState.ACCEPTED, address=address, **values)
    if quotation.deal.state == DealState.OPEN:
        change_deal(quotation.deal, by=None, version=None, amount=version.net)
    _tell_owner_to(version, what=_("受諾された見積の契約・手配を進める：%(name)s"))
    _notify(version, kind="quotation_accepted", text=_("お客様が見積を受諾しました：%(name)s"))
    return version


@transaction.atomic
def decline_quotation(token: str, *, name: str, reason: str, address: str | None) -> QuotationVersion:
    """This function will keep that the customer declined, and why."""
    version = answerable(token)
    values = _answer(name=name, note=reason)
    if not values["answer_note"]:
        raise ReasonMissing()
    _close(version, QuotationState.DECLINED, address=address, **values)
    _tell_owner_to(version, what=_("辞退の理由を確かめて次の手を決める：%(name)s"))
    _notify(version, kind="quotation_declined", text=_("お客様が見積を辞退しました：%(name)s"))
    return version


@transaction.atomic
def ask_about_quotation(token: str, *, name: str, question: str) -> QuotationVersion:
    """This function will keep the customer's question as an activity, with a task for the owner to answer it."""
    version = opened(token).version
    quotation = locked_with_deal(version.quotation, None)
    version.quotation = quotation
    who = checked(QuotationVersion, {"answered_name": name})["answered_name"]
    words = checked(QuotationVersion, {"answer_note": question})["answer_note"]
    if not words:
        raise QuestionMissing()
    if not who:
        raise NameMissing()
    log_activity(
        ActivityKind.NOTE,
        by=None,
        person=quotation.person,
        company=quotation.company,
        deal=quotation.deal,
        subject=_("見積 %(number)s への質問") % {"number": quotation.number},
        body=f"{who}\n\n{words}",
        owner=_responsible(version),
    )
    audit.record("quotation_asked", "quotation", quotation.pk, by=None, revision=version.revision, name=who)
    tell("quotation_asked", version, by=None, name=who, question=words)
    _tell_owner_to(version, what=_("見積への質問に回答する：%(name)s"), note=words)
    _notify(version, kind="quotation_asked", text=_("見積に質問が届きました：%(name)s"))
    return version


def answerable(token: str) -> QuotationVersion:
    """Return the version of a link with its rows held; refuses one that can no longer be answered, saying why."""
    version = opened(token).version
    quotation = locked_with_deal(version.quotation, None)
    version.refresh_from_db()
    version.quotation = quotation
    refuse_answered(version)
    last = last_sent_revision(quotation)
    if version.revision < last:
        raise Superseded(revision=last)
    if version.valid_until is not None and version.valid_until < clock.today(current().time_zone):
        raise QuotationExpired(day=f"{version.valid_until:%Y/%m/%d}")
    return version


def refuse_answered(version: QuotationVersion) -> None:
    """This function will refuse when this version, or another of the quotation, was answered for good already."""
    accepted = version.quotation.versions.filter(outcome=QuotationState.ACCEPTED).first()
    answered = accepted or (version if version.outcome else None)
    if answered is not None:
        raise AnsweredAlready(outcome=answered.get_outcome_display())


def _answer(*, name: str, note: str) -> dict[str, str]:
    values = checked(QuotationVersion, {"answered_name": name, "answer_note": note})
    if not values["answered_name"]:
        raise NameMissing()
    return values


def _close(version: QuotationVersion, outcome: QuotationState, *, address: str | None, **values: str) -> None:
    """This function will write the answer into the version and its quotation, and the facts."""
    quotation, now = version.quotation, clock.now()
    version.outcome, version.answered_at, version.answered_from = outcome, now, address
    version.answered_name, version.answer_note = values["answered_name"], values["answer_note"]
    version.save(update_fields=["outcome", "answered_at", "answered_from", "answered_name", "answer_note"])
    quotation.answered_at = now
    if newest_version(quotation).pk == version.pk:  # else a newer draft stands: the quotation goes on with it
        quotation.state = outcome
        show(quotation, version)
    save(quotation, "state", "answered_at", "title", "revision", "amount", "net", "valid_until")
    kind = f"quotation_{outcome}"
    said = {"revision": version.revision, "name": version.answered_name, "note": version.answer_note}
    audit.record(kind, "quotation", quotation.pk, by=None, net=version.net, **said)
    tell(kind, version, by=None, at=now, name=version.answered_name, note=version.answer_note)


def _tell_owner_to(version: QuotationVersion, *, what: str, note: str = "") -> None:
    """This function will put a task for the next business day on the owner's list."""
    quotation = version.quotation
    zone = current().time_zone
    day = add_business_days(clock.today(zone), 1, closed=closed_days())
    add_task(
        title=(what % {"name": quotation.title})[:200],
        owner=_responsible(version),
        by=None,
        due_at=datetime.combine(day, END_OF_WORK, ZoneInfo(zone)),
        note=note,
        about=("deal", quotation.deal_id, quotation.deal.name),
        why=str(quotation),
    )


def _notify(version: QuotationVersion, *, kind: str, text: str) -> None:
    owner = _responsible(version)
    if owner is not None:
        quotation = version.quotation
        notify([owner], kind=kind, text=text % {"name": str(quotation)}, url=f"/quotations/{quotation.pk}/")


def _responsible(version: QuotationVersion) -> Member | None:
    """Return who looks after the quotation: its owner, else the deal's, else who sent it."""
    return version.quotation.owner or version.quotation.deal.owner or version.sent_by
