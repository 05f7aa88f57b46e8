"""Contracts of the demo company: one signed, one out to be signed, one declined, maintenance by the month; invoices of
what was delivered lately, some paid, some late."""

from datetime import date, datetime, timedelta

from ryorin.customers.companies.actions import change_company
from ryorin.customers.companies.models import Company
from ryorin.customers.purchases.models import Order
from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.sales.billing.actions import issue_bill, record_payment
from ryorin.sales.contracts.actions import (
    book_due_periods,
    decline_by_link,
    draft_contract,
    draft_from_quotation,
    make_link,
    note_opening,
    send_contract,
    sign_by_link,
    sign_for_us,
)
from ryorin.sales.contracts.actions.sending import NewLink
from ryorin.sales.contracts.actions.signing import Signed
from ryorin.sales.contracts.models import Contract
from ryorin.sales.contracts.rules.money import Line
from ryorin.sales.deals.models import Deal, DealState
from ryorin.sales.quotations.actions import accept_quotation
from ryorin.sales.quotations.actions import make_link as link_to
from ryorin.sales.quotations.models import Quotation, QuotationState
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.actions import change_organisation
from ryorin.workspace.organisation.queries import current

CORPORATE_NUMBER = "2020001099887"  # made up; only its check digit is right
BANK = "横浜銀行 川崎支店\n普通 0123456 メイワケイソク（カ"
STREETS = ("中央1-2-3", "本町4-5", "港町2-10", "緑が丘3-1-8")
PAYMENT = "月末締め翌月末払い"
MONTHLY = Line(description="校正・保守サービス", unit="月", unit_price=48_000, amount=48_000)
CHROME = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
CONTRACTS, MOST_INVOICES = 4, 4


def sign_contracts(staff: Staff, *, now: datetime) -> None:
    """This function will bring the deals whose quotation was accepted to a contract, and bill what was delivered."""
    tell_who_we_are(staff)
    deals = accepted_deals()
    if len(deals) < CONTRACTS:
        accept_quotations(CONTRACTS - len(deals), now=now)
        deals = accepted_deals()
    for place, deal in enumerate(deals[:CONTRACTS]):
        give_address(deal.company, place)
        with clock.frozen(now - timedelta(hours=4 - place)):
            contract = draft_from_quotation(deal, by=deal.owner)
            if place < 3:
                link = go_out(contract, by=deal.owner)
                answer(contract, link, place, by=deal.owner)
    maintain(now=now)
    book_due_periods()
    bill_deliveries(staff, now=now)


def accept_quotations(most: int, *, now: datetime) -> None:
    """This function will let customers accept some of the quotations that wait for their answer."""
    rows = Quotation.objects.awaiting_answer().filter(company__isnull=False, sent_at__lt=now - timedelta(hours=12))
    for quotation in rows.filter(valid_until__gt=now.date()).select_related("person", "owner").order_by("-pk")[:most]:
        with clock.frozen(now - timedelta(hours=8)):
            name = quotation.person.name if quotation.person else str(quotation.company)
            accept_quotation(link_to(quotation, by=quotation.owner), name=name, agreed=True, address="203.0.113.24")


def accepted_deals() -> list[Deal]:
    rows = Deal.objects.filter(state=DealState.OPEN, quotations__state=QuotationState.ACCEPTED, company__isnull=False)
    return list(rows.select_related("company", "person", "owner").order_by("pk"))


def answer(contract: Contract, link: NewLink, place: int, *, by: Member | None) -> None:
    """This function will let the customer sign, think about it, or decline."""
    note_opening(link.link)
    name = contract.person.name if contract.person else contract.counterparty
    if place == 0:
        sign_by_link(link.token, Signed(name=name, agrees=True, address="203.0.113.24", user_agent=CHROME))
        ours = Signed(name=by.name if by else current().name, agrees=True, address="203.0.113.2")
        sign_for_us(contract, ours, by=by, version=None)
    elif place == 2:
        decline_by_link(link.token, name=name, note="社内の決裁が下りず、来期に見送ることになりました。")


def maintain(*, now: datetime) -> None:
    """This function will conclude a maintenance contract half a year ago with the newest customer."""
    won = Deal.objects.filter(state=DealState.WON, company__isnull=False, owner__isnull=False)
    deal = won.select_related("company", "person", "owner").order_by("-closed_at", "pk").first()
    if deal is None:
        return
    give_address(deal.company, 3)
    begin = (now - timedelta(days=160)).astimezone(TOKYO).date().replace(day=1)
    with clock.frozen(datetime(begin.year, begin.month, 1, 10, tzinfo=TOKYO)):
        contract = draft_contract(
            by=deal.owner,
            kind="recurring",
            title="校正・保守サービス",
            company=deal.company,
            person=deal.person,
            lines=[MONTHLY],
            starts_on=begin,
            ends_on=ends_of(begin),
            notice_days=90,
            payment_terms=PAYMENT,
        )
        link = go_out(contract, by=deal.owner)
        answer(contract, link, 0, by=deal.owner)


def ends_of(begin: date) -> date:
    """Return the last day of the eight months that begin on a first of a month."""
    month = begin.month + 8
    year, month = begin.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1) - timedelta(days=1)


def bill_deliveries(staff: Staff, *, now: datetime) -> None:
    """This function will invoice the newest orders of companies: the older ones paid, one in part, one late."""
    since = now - timedelta(days=150)
    rows = Order.objects.filter(company__isnull=False, is_return=False, owner__isnull=False, ordered_at__gt=since)
    for place, order in enumerate(rows.select_related("owner").order_by("ordered_at")[:MOST_INVOICES]):
        day = order.ordered_at.astimezone(TOKYO).date()
        with clock.frozen(order.ordered_at):
            bill = issue_bill("invoice", [order], by=order.owner, issued_on=day)
        if place % 3 == 2 or bill.due_on is None:
            continue
        paid_at = min(datetime(bill.due_on.year, bill.due_on.month, bill.due_on.day, 10, tzinfo=TOKYO), now)
        amount = bill.gross if place % 3 == 0 else bill.gross // 2
        if amount > 0:
            with clock.frozen(paid_at):
                day = paid_at.astimezone(TOKYO).date()
                record_payment(bill, on=day, amount=amount, by=staff.administrator, version=None)


def tell_who_we_are(staff: Staff) -> None:
    """This function will fill in what contracts and invoices say about the company, where nothing stands yet."""
    known = current()
    wanted = {
        "corporate_number": CORPORATE_NUMBER,
        "registration_number": f"T{CORPORATE_NUMBER}",
        "bank_account": BANK,
    }
    missing = {name: value for name, value in wanted.items() if not getattr(known, name)}
    if missing:
        change_organisation(by=staff.administrator, version=None, **missing)


def give_address(company: Company | None, place: int) -> None:
    if company is not None and not company.street:
        street = STREETS[place % len(STREETS)]
        change_company(company, by=None, version=None, street=street)
        company.refresh_from_db()


def go_out(contract: Contract, *, by: Member | None) -> NewLink:
    """Return the link by which the customer signs the contract, which goes out now."""
    send_contract(contract, by=by, version=None)
    return make_link(contract, by=by)
