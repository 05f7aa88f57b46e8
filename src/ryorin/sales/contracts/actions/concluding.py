"""What follows when both sides have signed: the final PDF into the archive, the deal won, revenue booked."""

from datetime import datetime
from itertools import chain, count
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from ryorin.customers.purchases.actions import record_order
from ryorin.customers.purchases.models import Order, OrderChannel
from ryorin.customers.purchases.rules import Sums
from ryorin.lib import clock
from ryorin.lib.pdf import render
from ryorin.products.catalogue.models import Product
from ryorin.sales.contracts.actions.facts import plan_reminder, save, tell
from ryorin.sales.contracts.actions.keys import seal
from ryorin.sales.contracts.models import (
    BookedPeriod,
    Contract,
    ContractState,
    ContractVersion,
    Term,
    TermOrigin,
)
from ryorin.sales.contracts.queries import lines_of, totals
from ryorin.sales.contracts.queries.approving import worth
from ryorin.sales.contracts.queries.paper import final_pdf
from ryorin.sales.contracts.rules.money import net_lines
from ryorin.sales.deals.actions import reopen_deal, win_deal
from ryorin.sales.deals.models import Deal, DealState
from ryorin.sales.documents.actions import issue
from ryorin.sales.documents.models import DocumentKind
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.queries import current

SCAN_TEMPLATE = Path(__file__).parents[1] / "documents" / "scan.typ"


def conclude(contract: Contract, version: ContractVersion, *, by: Member | None, scan: bytes = b"") -> None:
    """This function will conclude a contract that both sides have signed. Called inside the signer's transaction."""
    moment = clock.now()
    today = timezone.localdate(moment)
    contract.state, contract.signed_at = ContractState.SIGNED, moment
    pdf = _as_pdf(scan, contract) if scan else final_pdf(contract, version, list(version.signatures.all()))
    contract.document = issue(
        DocumentKind.CONTRACT,
        number=contract.number,
        revision=version.revision,
        issued_on=today,
        company=contract.company,
        counterparty=contract.counterparty,
        amount=contract.gross,
        currency=contract.currency,
        deal=contract.deal,
        pdf=seal(pdf, reason=_("契約の締結 %(number)s") % {"number": contract.number}),
        owner=contract.owner,
        by=by,
    )
    plan_reminder(contract)
    save(contract, "state", "signed_at", "document", "remind_on")
    audit.record("contract_concluded", "contract", contract.pk, by=by, name=str(contract), amount=contract.gross)
    tell("contract_signed", contract, by=by, revision=version.revision)
    _win(contract, by=by)
    _book(contract)
    if contract.owner:
        text = _("「%(contract)s」が締結されました。") % {"contract": contract}
        notify([contract.owner], kind="contract_concluded", text=text, url=f"/contracts/{contract.pk}/")


def book_order(contract: Contract, *, number: str, day: datetime) -> Order:
    """This function will book what the contract is worth, or one period of it, to the yen."""
    sums, products = totals(contract), _products(contract)
    lines = net_lines(lines_of(contract), sums, is_inclusive=contract.is_inclusive)
    return record_order(
        number=unused(number),
        ordered_at=day,
        channel=OrderChannel.REP,
        person=contract.person,
        company=contract.company,
        currency=contract.currency,
        deal_id=contract.deal_id,
        campaign_id=contract.deal.source_campaign_id if contract.deal else None,
        owner=contract.owner,
        by=None,
        sums=Sums(net=sums.net, tax=sums.tax, total=sums.gross),
        lines=[
            {
                "description": line.description,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "amount": line.amount,
                "tax_rate": line.tax_rate,
                "product": products.get(line.product_id),
            }
            for line in lines
        ],
    )


def unused(number: str) -> str:
    """Return the number, or where somebody brought an order with it along, the next one like it."""
    taken = set(Order.objects.filter(number__startswith=number).values_list("number", flat=True))
    names = chain([number], (f"{number}-{place}" for place in count(2)))
    return next(name for name in names if name not in taken)


def _win(contract: Contract, *, by: Member | None) -> None:
    """This function will close the contract's deal as won at what was signed, whoever may change deals."""
    if contract.deal_id is None:
        return
    deal = Deal.objects.get(pk=contract.deal_id)
    if deal.state == DealState.WON:
        return
    if deal.state == DealState.LOST:
        deal = reopen_deal(deal, by=None)
    win_deal(deal, by=None, amount=worth(contract))


def _book(contract: Contract) -> None:
    """This function will book the sale, or begin the first term; its periods are booked as their days come."""
    if not contract.is_recurring:
        order = book_order(contract, number=contract.number, day=clock.now())
        today = clock.today(current().time_zone)
        BookedPeriod.objects.create(contract=contract, starts_on=today, order=order, booked_at=clock.now())
        return
    assert contract.starts_on is not None, "a recurring contract without a first day is not sent"
    Term.objects.get_or_create(
        contract=contract,
        starts_on=contract.starts_on,
        defaults={"origin": TermOrigin.FIRST, "ends_on": contract.ends_on, "made_at": clock.now()},
    )


def _products(contract: Contract) -> dict[int | None, Product]:
    rows = contract.lines.select_related("product").exclude(product=None)
    return {row.product_id: row.product for row in rows if row.product}


def _as_pdf(scan: bytes, contract: Contract) -> bytes:
    """Return the scan as a PDF, a picture on a page of its own."""
    if scan.startswith(b"%PDF-"):
        return scan
    name = "scan.png" if scan.startswith(b"\x89PNG") else "scan.jpg"
    return render(SCAN_TEMPLATE, {"file": name, "number": contract.number}, files={name: scan})
