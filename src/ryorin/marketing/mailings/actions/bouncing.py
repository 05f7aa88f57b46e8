"""Reports about mails that were taken and came back, or were called unwanted: each counts once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from ryorin.customers.consent import actions as consent
from ryorin.customers.consent.models import SuppressionReason
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import write_inbox
from ryorin.lib import clock
from ryorin.marketing.mailings.actions.settling import touchpoint
from ryorin.marketing.mailings.actions.tallying import outdate
from ryorin.marketing.mailings.models import Bounce, BounceReport, Recipient, RecipientState

SOFT_LIMIT = 3
SOFT_DAYS = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a bounce or complaint says. `uid` names it: the same report told twice is one."""

    uid: str
    bounce: str  # a Bounce
    recipient: int | None = None  # from the return path or the provider's metadata
    message_uid: str = ""
    address: str = ""
    status: str = ""
    detail: str = ""
    at: datetime | None = None


@transaction.atomic
def take_report(report: Report, *, source: str) -> BounceReport | None:
    """This function will write a report down and act on it; None for one that is about no mail of ours, or known.

    A hard bounce closes the address; the third soft one within thirty days does, too; a complaint is a refusal.
    """
    row = mail_of(report)
    if row is None:
        return None
    if row.person_id is not None:  # whoever changes both takes the person first
        Person.objects.select_for_update().filter(pk=row.person_id).first()
    row = (
        Recipient.objects.select_for_update(of=("self",)).select_related("mailing", "variant", "person").get(pk=row.pk)
    )
    at = min(report.at or clock.now(), clock.now())
    made, is_new = BounceReport.objects.get_or_create(
        uid=report.uid[:64],
        defaults={
            "recipient": row,
            "address": row.address,
            "bounce": report.bounce,
            "status": report.status[:12],
            "detail": report.detail.replace("\0", "")[:300],
            "source": source[:20],
            "at": at,
        },
    )
    if not is_new:
        return None
    _mark(row, made)
    outdate([row.mailing_id])
    if report.bounce == Bounce.COMPLAINT:
        _refuse(row)
    elif report.bounce == Bounce.HARD or _is_soft_too_often(row.address, at):
        consent.suppress(row.address, reason=SuppressionReason.BOUNCED, at=at, source=f"mailing:{row.mailing_id}")
    kind = "mail_refused" if report.bounce == Bounce.COMPLAINT else "mail_bounced"
    if row.person_id is not None:
        write_inbox([touchpoint(kind, row, at=at, name=made.uid, bounce=report.bounce, answer=made.detail)])
    return made


def mail_of(report: Report) -> Recipient | None:
    """Return the mail a report is about: by its return path, its Message-ID, or the newest to its address."""
    rows = Recipient.objects.all()
    if report.recipient is not None and report.recipient < 2**63:
        return rows.filter(pk=report.recipient).first()
    if report.message_uid:
        return rows.filter(message_uid=report.message_uid[:120]).first()
    if report.address:
        sent = rows.filter(address__in={report.address, report.address.lower()}, sent_at__isnull=False)
        return sent.order_by("-sent_at").first()
    return None


def _mark(row: Recipient, report: BounceReport) -> None:
    weight = {"": 0, Bounce.SOFT: 1, Bounce.HARD: 2, Bounce.COMPLAINT: 3}
    if weight[report.bounce] > weight.get(row.bounce, 0):
        row.bounce, row.bounced_at, row.answer = report.bounce, report.at, report.detail
    if row.state == RecipientState.UNCERTAIN:  # whatever it says, the mail had left
        row.state = RecipientState.SENT
    row.save(update_fields=["bounce", "bounced_at", "answer", "state"])


def _refuse(row: Recipient) -> None:
    evidence = f"ARF mailing:{row.mailing_id}"
    reason = SuppressionReason.COMPLAINED
    consent.suppress(row.address, reason=reason, source=f"mailing:{row.mailing_id}")
    if row.person is not None:
        consent.refuse(row.person, evidence=evidence, reason=reason, source=f"mailing:{row.mailing_id}")


def _is_soft_too_often(address: str, at: datetime) -> bool:
    soft = BounceReport.objects.filter(address=address, bounce=Bounce.SOFT, at__gt=at - SOFT_DAYS, at__lte=at)
    return soft.count() >= SOFT_LIMIT
