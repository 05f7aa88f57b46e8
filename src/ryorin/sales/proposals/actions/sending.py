"""Handing a proposal over: into the archive, on the timeline, and the needs it answers are proposed for."""

from django.db import transaction

from ryorin.customers.timeline import actions as timeline
from ryorin.customers.voice.actions import change_need
from ryorin.customers.voice.models import Need, NeedState
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.actions import issue, next_number
from ryorin.sales.documents.models import DocumentKind
from ryorin.sales.proposals.actions.drafting import locked_draft, search_text
from ryorin.sales.proposals.errors import NobodyToPropose, ProposalEmpty
from ryorin.sales.proposals.models import Proposal, ProposalState, ProposalVersion
from ryorin.sales.proposals.queries import pdf_of
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.search.actions import index


@transaction.atomic
def send_proposal(proposal: Proposal, *, by: Member | None, version: int | None) -> Proposal:
    """This function will hand over the draft: it gets its number, goes into the archive and never changes again."""
    require(by, "proposals.change")
    deal = Deal.objects.select_for_update(of=("self",)).get(pk=proposal.deal_id)
    proposal, draft = locked_draft(proposal, version=version)
    if not draft.shown:
        raise ProposalEmpty()
    counterparty = proposal.company.name if proposal.company else proposal.person.name if proposal.person else ""
    if not counterparty:
        raise NobodyToPropose()
    now, today = clock.now(), clock.today(current().time_zone)
    number = proposal.number or next_number(DocumentKind.PROPOSAL, on=today)
    document = issue(
        DocumentKind.PROPOSAL,
        number=number,
        revision=draft.revision,
        issued_on=today,
        company=proposal.company,
        counterparty=counterparty,
        amount=proposal.amount,
        currency=proposal.currency,
        deal=deal,
        pdf=pdf_of(draft, number=number),
        by=by,
        owner=proposal.owner,
    )
    draft.sent_at, draft.sent_by, draft.document_id = now, by, document.pk
    draft.save(update_fields=["sent_at", "sent_by", "document_id"])
    proposal.number, proposal.state, proposal.sent_at = number, ProposalState.SENT, now
    proposal.version += 1
    proposal.updated_at = now
    proposal.save(update_fields=["number", "state", "sent_at", "version", "updated_at"])
    index("proposal", [(proposal.pk, search_text(proposal))])
    propose_for_needs(draft, by=by)
    tell(proposal, draft, by=by)
    return proposal


def propose_for_needs(draft: ProposalVersion, *, by: Member | None) -> None:
    """This function will mark the needs that were open as proposed for."""
    for need in Need.objects.filter(pk__in=draft.needs, state=NeedState.OPEN).order_by("pk"):
        change_need(need, by=by, version=None, state=NeedState.PROPOSED)


def tell(proposal: Proposal, draft: ProposalVersion, *, by: Member | None) -> None:
    """This function will write what was done into the trail and onto the customer's timeline."""
    facts = {"number": proposal.number, "revision": draft.revision, "amount": proposal.amount}
    audit.record("proposal_sent", "proposal", proposal.pk, by=by, document=draft.document_id, **facts)
    if proposal.person_id or proposal.company_id:
        timeline.record(
            "proposed",
            source="proposals",
            by=by,
            person_id=proposal.person_id,
            company_id=proposal.company_id,
            channel="rep",
            value=proposal.amount or None,
            properties={"proposal_id": proposal.pk, "deal_id": proposal.deal_id, "subject": draft.title, **facts},
        )
