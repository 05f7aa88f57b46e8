"""Drafts: begun from a deal, written, continued as a new version, thrown away."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.customers.companies.models import Company
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.japanese import spell_out_legal_form
from ryorin.lib.postal import PREFECTURES
from ryorin.sales.deals.models import Deal, DealState
from ryorin.sales.deals.rules import checked
from ryorin.sales.quotations.actions.facts import index, locked, save
from ryorin.sales.quotations.errors import (
    AlreadyAccepted,
    AlreadySent,
    DealNotOpen,
    DraftStands,
    LineRefused,
    WaitsForApproval,
)
from ryorin.sales.quotations.models import LineKind, Quotation, QuotationLine, QuotationState, QuotationVersion
from ryorin.sales.quotations.queries import line_of, newest_version, offer_of, rounding_for, standing_of
from ryorin.sales.quotations.rules import VALID_DAYS, Line, Offer, Priced, Totals, digest_of
from ryorin.workspace.approvals.rules import Standing
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.search import actions as search


@transaction.atomic
def draft_quotation(
    deal: Deal, *, by: Member | None, title: str = "", lines: Iterable[Line] | None = None
) -> Quotation:
    """This function will begin a quotation for an open deal, with the deal's products unless other lines are given."""
    require(by, "quotations.change")
    deal = Deal.objects.select_for_update().select_related(None).get(pk=deal.pk)
    if deal.state != DealState.OPEN:
        raise DealNotOpen(state=deal.get_state_display())
    now = clock.now()
    offer = first_offer(deal, title=title)
    wanted = tuple(lines) if lines is not None else products_of(deal, offer)
    offer = replace(offer, lines=wanted)
    quotation = Quotation.objects.create(
        deal=deal,
        company=deal.company,
        person=deal.person,
        title=offer.title,
        currency=deal.currency,
        owner=deal.owner or by,
        created_at=now,
        updated_at=now,
    )
    version = QuotationVersion.objects.create(
        quotation=quotation, revision=1, title=offer.title, created_by=by, created_at=now
    )
    write(version, offer)
    show(quotation, version)
    quotation.save()
    index(quotation, fresh=True)
    audit.record("quotation_drafted", "quotation", quotation.pk, by=by, title=quotation.title, deal=deal.name)
    return quotation


@transaction.atomic
def save_draft(quotation: Quotation, offer: Offer, *, by: Member | None, version: int | None) -> Quotation:
    """This function will write what the draft says; a version that was sent or waits for approval does not change."""
    require(by, "quotations.change")
    quotation = locked(quotation, version)
    draft = drafted(quotation)
    was = draft.net
    if digest_of(offer_of(draft)) == digest_of(offer):
        return quotation
    write(draft, offer)
    show(quotation, draft)
    save(quotation, "title", "state", "revision", "amount", "net", "valid_until")
    index(quotation)
    audit.record("quotation_changed", "quotation", quotation.pk, by=by, revision=draft.revision, net=[was, draft.net])
    return quotation


@transaction.atomic
def new_version(quotation: Quotation, *, by: Member | None, version: int | None) -> Quotation:
    """This function will copy the last version into a new draft; the sent one stays as it is."""
    require(by, "quotations.change")
    quotation = locked(quotation, version)
    if quotation.state == QuotationState.ACCEPTED:
        raise AlreadyAccepted()
    last = newest_version(quotation)
    if last.sent_at is None:
        raise DraftStands(revision=last.revision)
    offer = offer_of(last)
    today = clock.today(current().time_zone)
    if offer.valid_until is None or offer.valid_until < today:
        offer = replace(offer, valid_until=today + timedelta(days=VALID_DAYS))
    draft = QuotationVersion.objects.create(
        quotation=quotation, revision=last.revision + 1, title=offer.title, created_by=by, created_at=clock.now()
    )
    write(draft, offer)
    quotation.state = QuotationState.DRAFT
    show(quotation, draft)
    save(quotation, "title", "state", "revision", "amount", "net", "valid_until")
    audit.record("quotation_revised", "quotation", quotation.pk, by=by, revision=draft.revision)
    return quotation


@transaction.atomic
def discard_draft(quotation: Quotation, *, by: Member | None, version: int | None) -> Quotation | None:
    """This function will throw the draft away and return what remains: the quotation as last sent, or None."""
    require(by, "quotations.change")
    quotation = locked(quotation, version)
    draft = drafted(quotation)
    audit.record(
        "quotation_discarded", "quotation", quotation.pk, by=by, title=quotation.title, revision=draft.revision
    )
    drop(draft)
    last = quotation.versions.last()
    if last is None:
        search.forget("quotation", [quotation.pk])
        quotation.negotiations.all().delete()
        quotation.delete()
        return None
    fall_back(quotation, last)
    return quotation


def drafted(quotation: Quotation) -> QuotationVersion:
    """Return the draft; refuses where the last version was sent already, or waits for approval."""
    draft = newest_version(quotation)
    if draft.sent_at is not None:
        raise AlreadySent(revision=draft.revision)
    if quotation.state == QuotationState.WAITING:
        if standing_of(draft, by=quotation.owner) is Standing.WAITING:
            raise WaitsForApproval()
        quotation.state = QuotationState.DRAFT  # decided meanwhile
    return draft


def fall_back(quotation: Quotation, last: QuotationVersion) -> None:
    """This function will let the quotation stand where its last sent version left it."""
    today = clock.today(current().time_zone)
    is_over = last.valid_until is not None and last.valid_until < today
    quotation.state = last.outcome or (QuotationState.EXPIRED if is_over else QuotationState.SENT)
    show(quotation, last)
    save(quotation, "title", "state", "revision", "amount", "net", "valid_until")


def drop(draft: QuotationVersion) -> None:
    """This function will delete a version that was never sent; what was asked about it stays with the quotation."""
    draft.asked.update(about=None)
    draft.quotation.negotiations.filter(led_to=draft).update(led_to=None)
    draft.delete()


def write(draft: QuotationVersion, offer: Offer) -> Totals:
    """This function will put the offer into the draft's rows, with what it comes to; refuses what cannot be kept."""
    totals = offer.totals
    terms = checked(QuotationVersion, offer.terms)
    for name, value in (terms | summed(totals)).items():
        setattr(draft, name, value)
    draft.save()
    rows = [_row(draft, position, one) for position, one in enumerate(totals.lines, 1)]
    draft.lines.all().delete()
    QuotationLine.objects.bulk_create(rows)
    return totals


def summed(totals: Totals) -> dict[str, Any]:
    """Return the sums as a version keeps them."""
    by_rate = [
        {
            "rate": f"{one.rate.percent:f}",
            "is_reduced": one.rate.is_reduced,
            "net": one.net,
            "tax": one.tax,
            "gross": one.gross,
        }
        for one in totals.by_rate
    ]
    return {
        "totals": by_rate,
        "list_amount": totals.listed,
        "discount": totals.discount,
        "net": totals.net,
        "tax": totals.tax,
        "gross": totals.gross,
        "cost": totals.cost,
    }


def show(quotation: Quotation, version: QuotationVersion) -> None:
    """This function will let the quotation's own columns say what the version says."""
    quotation.title, quotation.revision = version.title, version.revision
    quotation.amount, quotation.net, quotation.valid_until = version.gross, version.net, version.valid_until


def first_offer(deal: Deal, *, title: str) -> Offer:
    """Return what a new quotation says before anybody types: whom it is for, the usual terms."""
    company, person = deal.company, deal.person
    days = timedelta(days=VALID_DAYS)
    return Offer(
        title=title or deal.name,
        to_company=spell_out_legal_form(company.name) if company else "",
        to_department=person.department if person else "",
        to_person=person.name if person else "",
        honorific=person.honorific if person else "",
        to_postal_code=company.postal_code if company else "",
        to_address=address_of(company) if company else "",
        rounding=rounding_for(company),
        valid_until=clock.today(current().time_zone) + days,
        payment_terms=usual_terms(company) if company else "",
    )


def address_of(company: Company) -> str:
    """Return the company's address on one line, large to small."""
    place = f"{PREFECTURES.get(company.prefecture, '')}{company.city}{company.street}"
    return " ".join(filter(None, (place, company.building)))


def usual_terms(company: Company) -> str:
    """Return how the company pays: "月末締め翌月末払い", or in the words of its record."""
    closing, paid = company.get_closing_day_display(), company.get_payment_site_display()
    return f"{closing}{paid}" if company.closing_day and company.payment_site else company.payment_terms


def products_of(deal: Deal, offer: Offer) -> tuple[Line, ...]:
    """Return the deal's products as lines, at the deal's prices."""
    on = clock.today(current().time_zone)
    return tuple(
        replace(
            line_of(row.product, quantity=row.quantity, on=on, company=deal.company, language=offer.language).line,
            unit_price=row.unit_price,
        )
        for row in deal.products.select_related("product").order_by("pk")
    )


def _row(draft: QuotationVersion, position: int, one: Priced) -> QuotationLine:
    line = one.line
    texts = {"code": line.code, "description": line.description, "note": line.note, "unit": line.unit}
    try:
        texts = checked(QuotationLine, texts)
    except Refusal as refusal:
        raise LineRefused(position=position, problem=str(refusal)) from None
    if not texts["description"] and line.kind in (LineKind.ITEM, LineKind.HEADING):
        raise LineRefused(position=position, problem=_("品名を入れてください。"))
    return QuotationLine(
        version=draft,
        position=position,
        kind=line.kind,
        product_id=line.product_id,
        **texts,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount_rate=line.discount_rate,
        discount=one.discount,
        amount=one.amount,
        tax_rate=line.tax_rate,
        is_reduced=line.is_reduced,
        cost=line.cost,
    )
