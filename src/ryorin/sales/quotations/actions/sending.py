"""Asking for approval, sending a version, and the links by which the customer opens it."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from ryorin.lib import clock
from ryorin.sales.deals.actions import change_deal
from ryorin.sales.deals.models import DealState
from ryorin.sales.documents.actions import issue, next_number
from ryorin.sales.documents.models import DocumentKind
from ryorin.sales.quotations.actions.drafting import drafted
from ryorin.sales.quotations.actions.facts import index, locked, locked_with_deal, save, tell
from ryorin.sales.quotations.errors import (
    AddresseeMissing,
    ApprovalMissing,
    NothingOffered,
    NotSentYet,
    ValidityMissing,
    ValidityPassed,
)
from ryorin.sales.quotations.models import (
    LineKind,
    Quotation,
    QuotationLink,
    QuotationState,
    QuotationVersion,
    SentBy,
)
from ryorin.sales.quotations.queries import (
    approval_facts,
    newest_version,
    offer_of,
    pdf_of,
    sent_version,
    standing_of,
)
from ryorin.sales.quotations.rules import digest_of, token_hash
from ryorin.workspace.approvals import actions as approvals
from ryorin.workspace.approvals.models import ApprovalState
from ryorin.workspace.approvals.rules import Standing
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

LINK_DAYS = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """A quotation that was sent, and the token of its link, which is told only now."""

    quotation: Quotation
    token: str = ""


@transaction.atomic
def request_approval(quotation: Quotation, *, by: Member, version: int | None, note: str = "") -> Quotation:
    """This function will ask for approval of the draft as it stands; where no route asks for it nothing changes."""
    require(by, "quotations.change")
    quotation = locked(quotation, version)
    draft = ready(drafted(quotation))
    asked = approvals.request(
        "quotation",
        quotation.pk,
        title=f"{quotation.title} v{draft.revision}",
        url=f"/quotations/{quotation.pk}/",
        facts=approval_facts(draft),
        digest=digest_of(offer_of(draft)),
        by=by,
        note=note,
    )
    if asked is not None and asked.state == ApprovalState.WAITING:
        quotation.state = QuotationState.WAITING
        save(quotation, "state")
    return quotation


@transaction.atomic
def send_quotation(
    quotation: Quotation,
    *,
    by: Member | None,
    version: int | None,
    how: str = SentBy.LINK,
    follow_deal: bool = False,
    with_seal: bool = True,
) -> Sent:
    """This function will issue the draft: number, PDF into the archive, a link where it is sent by one.

    From then on the version never changes. `follow_deal` sets the deal's amount to the offered one.
    """
    require(by, "quotations.change")
    quotation = locked_with_deal(quotation, version)
    draft = ready(drafted(quotation))
    if not standing_of(draft, by=quotation.owner or by).allows:
        raise ApprovalMissing()
    now, today = clock.now(), clock.today(current().time_zone)
    quotation.number = quotation.number or next_number(DocumentKind.QUOTATION, on=today)
    draft.digest, draft.issued_on = digest_of(offer_of(draft)), today
    document = issue(
        DocumentKind.QUOTATION,
        number=quotation.number,
        revision=draft.revision,
        issued_on=today,
        company=quotation.company,
        counterparty=draft.to_company or draft.to_person,
        amount=draft.gross,
        currency=quotation.currency,
        deal=quotation.deal,
        pdf=pdf_of(draft, with_seal=with_seal),
        by=by,
    )
    draft.sent_at, draft.sent_by, draft.sent_how, draft.document_id = now, by, SentBy(how), document.pk
    draft.save()
    quotation.state, quotation.sent_at = QuotationState.SENT, now
    save(quotation, "number", "state", "sent_at")
    index(quotation)
    if follow_deal and quotation.deal.state == DealState.OPEN:
        change_deal(quotation.deal, by=by, version=None, amount=draft.net)
    audit.record(
        "quotation_sent",
        "quotation",
        quotation.pk,
        by=by,
        name=str(quotation),
        revision=draft.revision,
        how=draft.sent_how,
        net=draft.net,
        gross=draft.gross,
        digest=draft.digest,
    )
    tell("quoted", draft, by=by, at=now)
    return Sent(quotation, linked(draft, by=by) if how == SentBy.LINK else "")


@transaction.atomic
def make_link(quotation: Quotation, *, by: Member | None, days: int = LINK_DAYS) -> str:
    """This function will make another link to the version last sent and return its token, told only now."""
    require(by, "quotations.change")
    quotation = locked(quotation, None)
    sent = sent_version(quotation)
    if sent is None:
        raise NotSentYet()
    audit.record("quotation_link_made", "quotation", quotation.pk, by=by, revision=sent.revision)
    return linked(sent, by=by, days=days)


@transaction.atomic
def withdraw_links(quotation: Quotation, *, by: Member | None) -> int:
    """This function will end every open link of the quotation and return how many there were."""
    require(by, "quotations.change")
    quotation = locked(quotation, None)
    open_links = QuotationLink.objects.filter(version__quotation=quotation, withdrawn_at__isnull=True)
    count = open_links.update(withdrawn_at=clock.now())
    if count:
        audit.record("quotation_links_withdrawn", "quotation", quotation.pk, by=by, links=count)
    return count


@transaction.atomic
def settle_waiting(quotation: Quotation) -> Quotation:
    """This function will let a quotation wait no longer once its approval was decided or taken back."""
    quotation = quotation if quotation.state == QuotationState.WAITING else locked(quotation, None)
    if quotation.state == QuotationState.WAITING:
        draft = newest_version(quotation)
        if standing_of(draft, by=quotation.owner) is not Standing.WAITING:
            quotation.state = QuotationState.DRAFT
            save(quotation, "state")
    return quotation


def ready(draft: QuotationVersion) -> QuotationVersion:
    """Return the draft; refuses one that cannot go out as it is, with what to do."""
    if not any(line.kind == LineKind.ITEM for line in draft.lines.all()) or not draft.gross:
        raise NothingOffered()
    if not (draft.to_company or draft.to_person):
        raise AddresseeMissing()
    if draft.valid_until is None:
        raise ValidityMissing()
    if draft.valid_until < clock.today(current().time_zone):
        raise ValidityPassed(day=f"{draft.valid_until:%Y/%m/%d}")
    return draft


def linked(version: QuotationVersion, *, by: Member | None, days: int = LINK_DAYS) -> str:
    """This function will keep the hash of a new token and return the token."""
    token, now = secrets.token_urlsafe(32), clock.now()
    QuotationLink.objects.create(
        version=version,
        token_hash=token_hash(token),
        expires_at=now + timedelta(days=days),
        created_by=by,
        created_at=now,
    )
    return token
