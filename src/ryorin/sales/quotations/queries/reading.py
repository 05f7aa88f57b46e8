"""Quotations shaped for the pages and for what comes after them."""

from datetime import timedelta

from django.db.models import Max

from ryorin.customers.companies.models import Company
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.sales.quotations.errors import LinkExpired, LinkUnknown, LinkWithdrawn
from ryorin.sales.quotations.models import (
    Negotiation,
    Quotation,
    QuotationLine,
    QuotationLink,
    QuotationQuerySet,
    QuotationState,
    QuotationVersion,
)
from ryorin.sales.quotations.rules import Line, Offer, Totals, token_hash
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

SOON_DAYS = 7


def accepted_version(deal: Deal) -> QuotationVersion | None:
    """Return the version that the customer of the deal accepted, the last one where there are several."""
    accepted = QuotationVersion.objects.filter(quotation__deal=deal, outcome=QuotationState.ACCEPTED)
    return accepted.select_related("quotation").order_by("-answered_at", "-pk").first()


def newest_version(quotation: Quotation) -> QuotationVersion:
    """Return the last version, draft or sent."""
    found = quotation.versions.order_by("-revision").first()
    assert found is not None, "a quotation has a version from its beginning"
    found.quotation = quotation
    return found


def sent_version(quotation: Quotation) -> QuotationVersion | None:
    """Return the version that counts for the customer: the last one that was sent."""
    found = quotation.versions.filter(sent_at__isnull=False).order_by("-revision").first()
    if found is not None:
        found.quotation = quotation
    return found


def last_sent_revision(quotation: Quotation) -> int:
    """Return the number of the last version that was sent, 0 for none."""
    sent = quotation.versions.filter(sent_at__isnull=False)
    return int(sent.aggregate(last=Max("revision"))["last"] or 0)


def offer_of(version: QuotationVersion) -> Offer:
    """Return what a version says, as it can be priced again or written into another."""
    names = [name for name in Offer.__dataclass_fields__ if name != "lines"]
    terms = {name: getattr(version, name) for name in names}
    return Offer(**terms, lines=tuple(line_in(row) for row in version.lines.all()))


def totals_in(version: QuotationVersion) -> Totals:
    """Return what a version comes to, worked out anew from its lines."""
    return offer_of(version).totals


def line_in(row: QuotationLine) -> Line:
    """Return the line that a row holds."""
    return Line(
        kind=row.kind,
        description=row.description,
        product_id=row.product_id,
        code=row.code,
        note=row.note,
        quantity=row.quantity,
        unit=row.unit,
        unit_price=row.unit_price,
        discount_rate=row.discount_rate,
        discount=0 if row.discount_rate is not None else row.discount,
        tax_rate=row.tax_rate,
        is_reduced=row.is_reduced,
        cost=row.cost,
    )


def rounding_for(company: Company | None) -> str:
    """Return how tax is rounded for the company: its own way where it has one, else ours."""
    return (company.tax_rounding if company else "") or current().tax_rounding


def of_deal(deal: Deal, member: Member) -> list[Quotation]:
    """Return the quotations of a deal that the member sees, newest first."""
    return list(Quotation.objects.visible_to(member).filter(deal=deal).order_by("-pk")[:20])


def expiring(member: Member, *, days: int = SOON_DAYS) -> QuotationQuerySet:
    """Return the member's own quotations that wait for an answer and lose their validity soon, the first one first."""
    today = clock.today(current().time_zone)
    rows = Quotation.objects.awaiting_answer().filter(owner=member, valid_until__lte=today + timedelta(days=days))
    return rows.filter(valid_until__gte=today).order_by("valid_until", "pk")


def opened(token: str) -> QuotationLink:
    """Return the link of a token; refuses one that is unknown, too old or was withdrawn."""
    related = ("version__quotation__deal", "version__quotation__owner", "version__quotation__company")
    link = QuotationLink.objects.select_related(*related).filter(token_hash=token_hash(token)).first()
    if link is None:
        raise LinkUnknown()
    if link.withdrawn_at is not None:
        raise LinkWithdrawn()
    if link.expires_at <= clock.now():
        raise LinkExpired()
    return link


def negotiations_of(deal: Deal, member: Member) -> list[Negotiation]:
    """Return what was bargained about in a deal, over all its quotations that the member sees, in order."""
    seen = Quotation.objects.visible_to(member).filter(deal=deal)
    rows = Negotiation.objects.filter(quotation__in=seen)
    return list(rows.select_related("quotation", "about", "led_to", "answered_by", "recorded_by"))
