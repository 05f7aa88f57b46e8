"""Contracts shaped for pages, for checks before signing, and for what comes after them."""

from datetime import date

from django.db.models import QuerySet

from ryorin.customers.companies.models import Company
from ryorin.lib import clock
from ryorin.lib.money import format_money
from ryorin.lib.postal import PREFECTURES
from ryorin.sales.contracts.errors import LinkExpired, LinkUnknown, LinkWithdrawn
from ryorin.sales.contracts.models import (
    Contract,
    ContractLine,
    ContractState,
    ContractTemplate,
    ContractVersion,
    Signature,
    SigningKey,
    SigningLink,
    TemplateRevision,
)
from ryorin.sales.contracts.rules.checks import BAD, Check, Subject, checks_of
from ryorin.sales.contracts.rules.defaults import DEFAULTS
from ryorin.sales.contracts.rules.money import Line, Totals, totals_in, totals_of
from ryorin.sales.contracts.rules.signing import token_hash
from ryorin.sales.contracts.rules.time import notice_by
from ryorin.sales.contracts.rules.wording import clauses_in
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.organisation.queries import current

__all__ = [
    "checks",
    "current_key",
    "facts_of",
    "is_ready",
    "latest_version",
    "lines_of",
    "notice_day",
    "of_company",
    "of_deal",
    "opened",
    "our_address",
    "signatures_of",
    "templates",
    "totals",
]


def latest_version(contract: Contract) -> ContractVersion:
    """Return the wording that counts: the contract's last version."""
    found = contract.versions.order_by("-revision").first()
    assert found is not None, "a contract has a version from its beginning"
    found.contract = contract
    return found


def signatures_of(version: ContractVersion) -> dict[str, Signature]:
    """Return who signed this version, by side."""
    return {one.side: one for one in version.signatures.select_related("member")}


def of_deal(deal: Deal, member: Member) -> list[Contract]:
    """Return the contracts of a deal that the member sees, newest first."""
    return list(Contract.objects.visible_to(member).filter(deal=deal).order_by("-pk")[:20])


def of_company(company: Company, member: Member) -> list[Contract]:
    """Return the contracts concluded with a company that the member sees, newest first."""
    concluded = (ContractState.SIGNED, ContractState.ENDED)
    rows = Contract.objects.visible_to(member).filter(company=company, state__in=concluded)
    return list(rows.select_related("document").order_by("-signed_at", "-pk")[:20])


def templates(*, kind: str = "", language: str = "") -> QuerySet[ContractTemplate]:
    """Return the templates in use, in order; a fresh installation is given its first ones."""
    if not ContractTemplate.objects.exists():
        _first_templates()
    rows = ContractTemplate.objects.filter(is_active=True)
    rows = rows.filter(kind=kind) if kind else rows
    return rows.filter(language=language) if language else rows


def _first_templates() -> None:
    for position, one in enumerate(DEFAULTS):
        values = {"kind": one.kind, "language": one.language, "title": one.title, "position": position}
        template, made = ContractTemplate.objects.get_or_create(name=one.name, defaults=values)
        if made:
            clauses = [{"heading": heading, "body": body} for heading, body in one.clauses]
            TemplateRevision.objects.create(template=template, revision=1, clauses=clauses, made_at=clock.now())


def opened(token: str) -> SigningLink:
    """Return the link of a token; refuses one that is unknown, too old or was withdrawn."""
    related = ("version__contract__company", "version__contract__person", "version__contract__owner")
    link = SigningLink.objects.select_related(*related).filter(token_hash=token_hash(token)).first()
    if link is None:
        raise LinkUnknown()
    if link.withdrawn_at is not None:
        raise LinkWithdrawn()
    if link.expires_at <= clock.now():
        raise LinkExpired()
    return link


def current_key() -> SigningKey | None:
    """Return the key that seals final PDFs, if there is one."""
    return SigningKey.objects.filter(is_current=True).first()


def lines_of(contract: Contract) -> list[Line]:
    """Return the contract's lines as money rules read them."""
    return [line_in(row) for row in contract.lines.all()]


def line_in(row: ContractLine) -> Line:
    return Line(
        description=row.description,
        amount=row.amount,
        quantity=row.quantity,
        unit=row.unit,
        unit_price=row.unit_price,
        tax_rate=row.tax_rate,
        is_reduced=row.is_reduced,
        product_id=row.product_id,
    )


def totals(contract: Contract) -> Totals:
    """Return what the contract comes to, as its row says."""
    return totals_in(contract.totals)


def notice_day(contract: Contract) -> date | None:
    """Return the last day on which notice is in time, None where the contract has no end."""
    return notice_by(contract.ends_on, days=contract.notice_days) if contract.ends_on else None


def checks(contract: Contract) -> list[Check]:
    """Return everything that is looked at before the contract goes out."""
    organisation = current()
    company, quotation = contract.company, contract.quotation
    recomputed = totals_of(lines_of(contract), rounding=contract.rounding, is_inclusive=contract.is_inclusive)
    return checks_of(
        Subject(
            us=organisation.name,
            our_address=our_address(organisation),
            our_number=organisation.corporate_number,
            our_registration=organisation.registration_number,
            customer=contract.counterparty,
            customer_address=customer_address(contract),
            customer_number=(company.corporate_number or "") if company else "",
            is_recurring=contract.is_recurring,
            starts_on=contract.starts_on,
            ends_on=contract.ends_on,
            renews=contract.renews,
            renewal_months=contract.renewal_months,
            notice_days=contract.notice_days,
            sign_by=contract.sign_by,
            today=clock.today(organisation.time_zone),
            totals=totals(contract),
            recomputed=recomputed,
            quoted=(quotation.net, quotation.tax, quotation.gross) if quotation else None,
            clauses=clauses_in(latest_version(contract).clauses),
            facts=facts_of(contract, organisation),
        )
    )


def is_ready(contract: Contract) -> bool:
    """Return whether nothing keeps the contract from going out."""
    return all(check.state != BAD for check in checks(contract))


def our_address(organisation: Organisation) -> str:
    """Return our address on one line, the prefecture once, empty where none is known."""
    prefecture = PREFECTURES.get(organisation.prefecture, "")
    return f"{prefecture}{organisation.address.removeprefix(prefecture)}" if organisation.address else ""


def customer_address(contract: Contract) -> str:
    """Return the other party's address on one line, empty where it is not known as far as the street."""
    party = contract.company or contract.person
    if party is None or not (party.city and party.street):
        return ""
    return f"{PREFECTURES.get(party.prefecture, '')}{party.city}{party.street}{party.building}"


def facts_of(contract: Contract, organisation: Organisation | None = None) -> dict[str, str]:
    """Return what stands for the placeholders, in the contract's language."""
    japanese = contract.language == "ja"
    money = {name: _amount(getattr(contract, name), contract) for name in ("gross", "net", "tax")}
    per = {"month": ("月額", "per month"), "year": ("年額", "per year")}[contract.billed][not japanese]
    return money | {
        "customer": contract.counterparty,
        "company": (organisation or current()).name,
        "deal": contract.title,
        "period": per if contract.is_recurring else "",
        "starts_on": _day(contract.starts_on, japanese),
        "ends_on": _day(contract.ends_on, japanese),
        "renewal": f"{contract.renewal_months}か月間" if japanese else f"{contract.renewal_months} months",
        "notice": f"{contract.notice_days}日" if japanese else f"{contract.notice_days} days",
        "payment_terms": contract.payment_terms,
        "delivery": contract.delivery,
        "delivery_place": contract.delivery_place,
    }


def _amount(minor: int, contract: Contract) -> str:
    if contract.language == "ja" and contract.currency == "JPY":
        return f"{minor:,}円"
    return format_money(minor, contract.currency, language=contract.language)


def _day(day: date | None, japanese: bool) -> str:
    if day is None:
        return ""
    return f"{day.year}年{day.month}月{day.day}日" if japanese else f"{day.day} {day:%B %Y}"
