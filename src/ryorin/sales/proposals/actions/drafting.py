"""Beginning, writing and revising a proposal."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.sales.proposals.errors import NothingToRevise, ProposalSent, SectionsRefused
from ryorin.sales.proposals.models import Proposal, ProposalState, ProposalTemplate, ProposalVersion, SectionKind
from ryorin.sales.proposals.queries import Filled, fill, newest_version
from ryorin.sales.proposals.rules import checked_sections, moved_apart, with_names
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.search.actions import forget, index

LONGEST_TITLE = 160


@transaction.atomic
def start_proposal(deal: Deal, *, by: Member | None, template: ProposalTemplate) -> Proposal:
    """This function will begin a proposal: the template's sections, filled with what is known of the deal."""
    require(by, "proposals.change")
    deal = Deal.objects.select_related("company", "person", "owner").get(pk=deal.pk)
    now = clock.now()
    with translation.override(template.language):
        known = Filled.of(deal)
        names = names_in(deal)
        sections = [
            {**section, "text": moved_apart([with_names(section["text"], names), fill(section["kind"], known)])}
            for section in template.sections
        ]
        kept = checked_sections(
            {**one, "text": one["text"][:8000], "is_on": bool(_says(one, known))} for one in sections
        )
        title = _("%(name)sのご提案") % {"name": deal.name}
    proposal = Proposal.objects.create(
        deal=deal,
        company=deal.company,
        person=deal.person,
        title=title[:LONGEST_TITLE],
        language=template.language,
        amount=_amount(kept, known.prices),
        currency=deal.currency,
        owner=deal.owner or by,
        created_at=now,
        updated_at=now,
    )
    needs = [need.pk for need in known.needs]
    ProposalVersion.objects.create(
        proposal=proposal,
        revision=1,
        title=proposal.title,
        sections=kept,
        prices=known.prices,
        needs=needs,
        created_at=now,
    )
    index("proposal", [(proposal.pk, search_text(proposal))], fresh=True)
    audit.record("proposal_started", "proposal", proposal.pk, by=by, title=proposal.title, deal=deal.pk)
    return proposal


@transaction.atomic
def change_proposal(
    proposal: Proposal, *, by: Member | None, version: int | None, title: str, sections: Sequence[Mapping[str, Any]]
) -> Proposal:
    """This function will keep the title and the sections, in this order; refuses a version already handed over."""
    require(by, "proposals.change")
    proposal, draft = locked_draft(proposal, version=version)
    title = " ".join("".join(letter if letter.isprintable() else " " for letter in title).split())
    if not 0 < len(title) <= LONGEST_TITLE:
        raise SectionsRefused(problem=_("件名は1〜%(most)s字で入力してください。") % {"most": LONGEST_TITLE})
    kept = checked_sections(sections)
    if (draft.title, draft.sections) == (title, kept):
        return proposal
    draft.title, draft.sections = title, kept
    return _kept(proposal, draft, by=by)


@transaction.atomic
def refill_section(proposal: Proposal, place: int, *, by: Member | None, version: int | None) -> Proposal:
    """This function will write the section at this place anew from what is known of the deal now."""
    require(by, "proposals.change")
    proposal, draft = locked_draft(proposal, version=version)
    if not 0 <= place < len(draft.sections):
        raise StaleRecord()
    section = draft.sections[place]
    with translation.override(proposal.language):
        known = Filled.of(proposal.deal)
        text = fill(section["kind"], known)
    if section["kind"] == SectionKind.PRICES:
        draft.prices = known.prices
    elif text:
        section["text"] = text
    draft.needs = [need.pk for need in known.needs]
    return _kept(proposal, draft, by=by)


@transaction.atomic
def revise_proposal(proposal: Proposal, *, by: Member | None) -> Proposal:
    """This function will begin the next version, as the last one was handed over."""
    require(by, "proposals.change")
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    last = newest_version(proposal)
    if last.sent_at is None:
        raise NothingToRevise()
    proposal.revision, proposal.state = last.revision + 1, ProposalState.DRAFT
    ProposalVersion.objects.create(
        proposal=proposal,
        revision=proposal.revision,
        title=last.title,
        sections=last.sections,
        prices=last.prices,
        needs=last.needs,
        created_at=clock.now(),
    )
    proposal.version += 1
    proposal.updated_at = clock.now()
    proposal.save(update_fields=["revision", "state", "version", "updated_at"])
    audit.record("proposal_revised", "proposal", proposal.pk, by=by, revision=proposal.revision)
    return proposal


@transaction.atomic
def delete_proposal(proposal: Proposal, *, by: Member | None) -> AuditEntry:
    """This function will delete a proposal of which no version was ever handed over."""
    require(by, "proposals.change")
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.number:
        raise ProposalSent(_("提出した提案書は削除できません。"))
    forget("proposal", [proposal.pk])
    return delete(proposal, record_type="proposal", by=by)


@transaction.atomic
def restore_proposal(entry: AuditEntry, *, by: Member | None) -> Proposal:
    """This function will put a deleted draft back."""
    require(by, "proposals.change")
    proposal = cast(Proposal, restore(entry, by=by))
    index("proposal", [(proposal.pk, search_text(proposal))])
    return proposal


def locked_draft(proposal: Proposal, *, version: int | None) -> tuple[Proposal, ProposalVersion]:
    """Return the proposal, held until the end of the transaction, with its draft; refuse where it is none any more."""
    held = Proposal.objects.select_for_update(of=("self",)).select_related("deal").get(pk=proposal.pk)
    draft = newest_version(held)
    if draft.sent_at is not None:
        raise ProposalSent()
    if version is not None and held.version != version:
        raise StaleRecord()
    return held, draft


def names_in(deal: Deal) -> dict[str, str]:
    """Return what {会社名} and the like in a template stand for."""
    return {
        "会社名": deal.company.name if deal.company else _("貴社"),
        "氏名": deal.person.addressed if deal.person else "",
        "自社名": current().name,
        "担当": deal.owner.name if deal.owner else "",
        "商談名": deal.name,
    }


def search_text(proposal: Proposal) -> str:
    """Return the words under which the search box finds the proposal."""
    company = proposal.company.name if proposal.company else ""
    return " ".join(filter(None, (proposal.number, proposal.title, company)))


def _kept(proposal: Proposal, draft: ProposalVersion, *, by: Member | None) -> Proposal:
    """Return the proposal after its draft was written, with the fact."""
    draft.save(update_fields=["title", "sections", "prices", "needs"])
    proposal.title, proposal.amount = draft.title, _amount(draft.sections, draft.prices)
    proposal.version += 1
    proposal.updated_at = clock.now()
    proposal.save(update_fields=["title", "amount", "version", "updated_at"])
    index("proposal", [(proposal.pk, search_text(proposal))])
    audit.record("proposal_changed", "proposal", proposal.pk, by=by, revision=draft.revision, title=draft.title)
    return proposal


def _amount(sections: Sequence[Mapping[str, Any]], prices: Mapping[str, Any]) -> int:
    """Return the total with tax where the paper shows it, else 0."""
    shown = any(one["kind"] == SectionKind.PRICES and one["is_on"] for one in sections)
    return int(prices["gross"]) if shown and prices.get("lines") else 0


def _says(section: Mapping[str, Any], known: Filled) -> bool:
    """Return whether a section has something to say, so that it is on the paper at first."""
    return bool(known.prices["lines"]) if section["kind"] == SectionKind.PRICES else bool(section["text"].strip())
