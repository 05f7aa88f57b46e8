"""Writing a contract: from an accepted quotation or by hand, its terms, its lines, its wording."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.sales.contracts.actions.facts import locked, save
from ryorin.sales.contracts.errors import (
    FieldWrong,
    LineWrong,
    NoAcceptedQuotation,
    NotADraft,
    PartyMissing,
    QuotationUsed,
    WordingTooLong,
)
from ryorin.sales.contracts.models import (
    Contract,
    ContractKind,
    ContractLine,
    ContractState,
    ContractTemplate,
    ContractVersion,
)
from ryorin.sales.contracts.queries import latest_version, templates
from ryorin.sales.contracts.rules.money import Line, RateTotal, Totals, totals_of, with_discounts
from ryorin.sales.contracts.rules.time import last_day
from ryorin.sales.contracts.rules.wording import LONGEST_BODY, LONGEST_HEADING, MOST_CLAUSES, Clause
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.rules import LARGEST_AMOUNT
from ryorin.sales.quotations.models import LineKind, QuotationVersion
from ryorin.sales.quotations.queries import accepted_version, totals_in
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

SIGN_WITHIN_DAYS = 14
FIRST_TERM_MONTHS = 12
MOST_LINES = 200
TERMS = frozenset({
    "title", "kind", "language", "person", "billed", "starts_on", "ends_on", "renews", "renewal_months", "notice_days",
    "delivery", "delivery_place", "payment_terms", "sign_by", "owner",
})  # fmt: skip


def draft_from_quotation(deal: Deal, *, by: Member | None, kind: str = ContractKind.SALE) -> Contract:
    """This function will write a contract from the version that the deal's customer accepted, the same to the yen."""
    version = accepted_version(deal)
    if version is None:
        raise NoAcceptedQuotation()
    return draft_contract(by=by, kind=kind, quotation=version, deal=deal)


@transaction.atomic
def draft_contract(
    *,
    by: Member | None,
    kind: str = ContractKind.SALE,
    title: str = "",
    quotation: QuotationVersion | None = None,
    deal: Deal | None = None,
    company: Company | None = None,
    person: Person | None = None,
    language: str = "ja",
    lines: Sequence[Line] = (),
    template: ContractTemplate | None = None,
    **terms: Any,
) -> Contract:
    """This function will write a new contract; a quotation gives its parties, lines, tax and terms."""
    require(by, "contracts.change")
    offer = quotation.quotation if quotation else None
    deal = deal or (offer.deal if offer else None)
    company = company or (offer.company if offer else None) or (deal.company if deal else None)
    person = person or (offer.person if offer else None) or (deal.person if deal else None)
    if company is None and person is not None:
        company = person.company
    if company is None and person is None:
        raise PartyMissing()
    now, organisation = clock.now(), current()
    today = clock.today(organisation.time_zone)
    language = quotation.language if quotation else language
    contract = Contract(
        title=title or (quotation.title if quotation else "") or (deal.name if deal else "") or _("契約"),
        kind=kind,
        language=language,
        deal=deal,
        company=company,
        person=person,
        quotation=quotation,
        currency=offer.currency if offer else (deal.currency if deal else organisation.currency),
        is_inclusive=quotation.is_inclusive if quotation else False,
        rounding=quotation.rounding if quotation else (company and company.tax_rounding) or organisation.tax_rounding,
        sign_by=today + timedelta(days=SIGN_WITHIN_DAYS),
        owner=(deal.owner if deal else None) or by,
        created_at=now,
        updated_at=now,
    )
    _start(contract, quotation, today=today)
    _take(contract, _checked(terms))
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError:
        raise QuotationUsed(contract=str(_contract_of(quotation) or "")) from None
    _write_lines(contract, _lines_from(quotation) if quotation else list(lines))
    template = template or templates(kind=contract.kind, language=contract.language).first()
    _write_version(contract, template, by=by)
    audit.record("contract_drafted", "contract", contract.pk, by=by, name=contract.title, amount=contract.gross)
    return contract


@transaction.atomic
def change_contract(contract: Contract, *, by: Member | None, version: int | None, **terms: Any) -> Contract:
    """This function will change the named terms of a draft."""
    require(by, "contracts.change")
    contract = _draft(locked(contract, version))
    values = _checked(terms)
    changed = {name: value for name, value in values.items() if getattr(contract, name) != value}
    if not changed:
        return contract
    facts = {name: [str(getattr(contract, name) or ""), str(value or "")] for name, value in changed.items()}
    _take(contract, changed)
    save(contract, *changed)
    audit.record("contract_changed", "contract", contract.pk, by=by, name=str(contract), **facts)
    return contract


@transaction.atomic
def set_lines(
    contract: Contract,
    lines: Sequence[Line],
    *,
    by: Member | None,
    version: int | None,
    is_inclusive: bool | None = None,
) -> Contract:
    """This function will replace the lines of a draft and work out its totals anew."""
    require(by, "contracts.change")
    contract = _draft(locked(contract, version))
    if is_inclusive is not None:
        contract.is_inclusive = is_inclusive
    before = contract.gross
    _write_lines(contract, list(lines))
    save(contract, "is_inclusive", "totals", "net", "tax", "gross")
    audit.record("contract_changed", "contract", contract.pk, by=by, name=str(contract), gross=[before, contract.gross])
    return contract


@transaction.atomic
def reword(
    contract: Contract, clauses: Sequence[Clause], *, by: Member | None, version: int | None, title: str = ""
) -> ContractVersion:
    """This function will write the clauses of a draft: chosen, ordered, edited."""
    require(by, "contracts.change")
    contract = _draft(locked(contract, version))
    row = latest_version(contract)
    row.clauses = [clause.as_json() for clause in checked_clauses(clauses)]
    row.title = title.replace("\0", "").strip()[:80] or row.title
    row.made_by, row.made_at = by, clock.now()
    row.save(update_fields=["clauses", "title", "made_by", "made_at"])
    save(contract)
    audit.record("contract_reworded", "contract", contract.pk, by=by, name=str(contract), clauses=len(row.clauses))
    return row


@transaction.atomic
def use_template(
    contract: Contract, template: ContractTemplate, *, by: Member | None, version: int | None
) -> ContractVersion:
    """This function will put the clauses of a template into a draft, instead of its own."""
    revision = template.revisions.get(revision=template.revision)
    clauses = [Clause(one["heading"], one["body"]) for one in revision.clauses]
    contract.template = template
    Contract.objects.filter(pk=contract.pk, state=ContractState.DRAFT).update(template=template)
    return reword(contract, clauses, by=by, version=version, title=template.title)


def checked_clauses(clauses: Sequence[Clause]) -> list[Clause]:
    """Return the clauses tidied, empty ones left out; refuses what is too long."""
    tidy = [Clause(_tidy(one.heading), _tidy(one.body)) for one in clauses]
    tidy = [one for one in tidy if one.heading or one.body]
    too_long = any(len(one.body) > LONGEST_BODY or len(one.heading) > LONGEST_HEADING for one in tidy)
    if len(tidy) > MOST_CLAUSES or too_long:
        raise WordingTooLong(clauses=MOST_CLAUSES, letters=f"{LONGEST_BODY:,}")
    return tidy


def _start(contract: Contract, quotation: QuotationVersion | None, *, today: date) -> None:
    """This function will fill in what a new contract can know."""
    if quotation is not None:
        contract.delivery, contract.delivery_place = quotation.delivery, quotation.delivery_place
        contract.payment_terms = quotation.payment_terms
    if not contract.payment_terms and contract.company:
        contract.payment_terms = contract.company.payment_terms or ""
    if contract.is_recurring:
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        contract.starts_on, contract.ends_on = first, last_day(first, months=FIRST_TERM_MONTHS)
        contract.renews = True


def _lines_from(version: QuotationVersion) -> list[Line]:
    """Return the items of a quotation, and what was taken off the whole as a line for each tax rate."""
    items = [
        Line(
            description=row.description,
            amount=row.amount,
            quantity=row.quantity,
            unit=row.unit,
            unit_price=row.unit_price,
            tax_rate=row.tax_rate,
            is_reduced=row.is_reduced,
            product_id=row.product_id,
        )
        for row in version.lines.all()
        if row.kind == LineKind.ITEM
    ]
    quoted = totals_in(version)
    totals = Totals(
        tuple(RateTotal(one.rate.percent, one.rate.is_reduced, one.net, one.tax, one.gross) for one in quoted.by_rate)
    )
    with translation.override(version.language):
        return with_discounts(items, totals, is_inclusive=version.is_inclusive, name=_("出精値引"))


def _write_lines(contract: Contract, lines: list[Line]) -> None:
    """This function will replace the contract's lines and its totals."""
    if len(lines) > MOST_LINES:
        raise LineWrong(position=MOST_LINES + 1, problem=_("明細は%(limit)s行までです。") % {"limit": MOST_LINES})
    for position, line in enumerate(lines, 1):
        _refuse_wrong(line, position)
    totals = totals_of(lines, rounding=contract.rounding, is_inclusive=contract.is_inclusive)
    if abs(totals.gross) > LARGEST_AMOUNT:
        raise LineWrong(position=len(lines), problem=_("合計が大きすぎます。"))
    contract.totals = totals.as_json()
    contract.net, contract.tax, contract.gross = totals.net, totals.tax, totals.gross
    contract.lines.all().delete()
    ContractLine.objects.bulk_create(
        ContractLine(contract=contract, position=position, **asdict(line)) for position, line in enumerate(lines, 1)
    )
    contract.save(update_fields=["totals", "net", "tax", "gross"])


def _refuse_wrong(line: Line, position: int) -> None:
    if not line.description.strip():
        raise LineWrong(position=position, problem=_("品名を入力してください。"))
    if len(line.description) > 300 or len(line.unit) > 10:
        raise LineWrong(position=position, problem=_("品名か単位が長すぎます。"))
    if abs(line.amount) > LARGEST_AMOUNT or abs(line.unit_price) > LARGEST_AMOUNT:
        raise LineWrong(position=position, problem=_("金額が大きすぎます。"))
    if not 0 <= line.quantity <= 999_999_999:
        raise LineWrong(position=position, problem=_("数量は0以上、9億9999万9999以下にしてください。"))
    if not 0 <= line.tax_rate <= 100:
        raise LineWrong(position=position, problem=_("税率は0から100までで入れてください。"))


def _write_version(contract: Contract, template: ContractTemplate | None, *, by: Member | None) -> None:
    revision = template.revisions.filter(revision=template.revision).first() if template else None
    if template is not None:
        Contract.objects.filter(pk=contract.pk).update(template=template)
        contract.template = template
    ContractVersion.objects.create(
        contract=contract,
        revision=1,
        title=template.title if template else contract.title[:80],
        clauses=revision.clauses if revision else [],
        made_by=by,
        made_at=clock.now(),
    )


def _draft(contract: Contract) -> Contract:
    if contract.state != ContractState.DRAFT:
        raise NotADraft(state=contract.get_state_display())
    return contract


def _checked(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return the terms tidied; refuses what the row cannot hold, naming the field."""
    if unknown := set(terms) - TERMS:
        raise TypeError(f"not terms of a contract: {', '.join(sorted(unknown))}")
    values = {name: _tidy(value) if isinstance(value, str) else value for name, value in terms.items()}
    for name, value in values.items():
        column = Contract._meta.get_field(name)
        if name in ("person", "owner"):
            continue
        try:
            column.clean(value, None)  # type: ignore[union-attr]
        except ValidationError:
            raise FieldWrong(field=column.verbose_name) from None  # type: ignore[union-attr]
        if isinstance(value, date) and not 1970 <= value.year <= 2199:
            raise FieldWrong(field=column.verbose_name)  # type: ignore[union-attr]
        if name in ("renewal_months", "notice_days") and int(value) > 1_200:
            raise FieldWrong(field=column.verbose_name)  # type: ignore[union-attr]
    return values


def _take(contract: Contract, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(contract, name, value)


def _contract_of(quotation: QuotationVersion | None) -> Contract | None:
    dropped = (ContractState.DECLINED, ContractState.EXPIRED, ContractState.WITHDRAWN)
    return Contract.objects.filter(quotation=quotation).exclude(state__in=dropped).first() if quotation else None


def _tidy(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()
