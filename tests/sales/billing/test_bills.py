"""Delivery note and invoice from a signed contract: to the yen, complete, paid bit by bit, given back."""

import subprocess
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ryorin.customers.companies.models import Company
from ryorin.customers.purchases.actions import record_order
from ryorin.customers.purchases.models import Order
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.sales.billing.actions import (
    issue_bill,
    issue_credit_note,
    issue_for_month,
    record_payment,
    remove_payment,
    void_bill,
)
from ryorin.sales.billing.errors import (
    BillHasPayments,
    IssuerIncomplete,
    NothingToBill,
    OrderBilled,
    PaymentDayWrong,
    PaymentWrong,
    ReturnWrong,
)
from ryorin.sales.billing.models import Bill, BillState
from ryorin.sales.contracts.models import Contract
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.documents.queries import content, verify
from ryorin.sales.quotations.models import Quotation
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def invoice(order: Order, sato: Member) -> Bill:
    return issue_bill("invoice", [order], by=sato)


def text_of(bill: Bill, folder: Path) -> str:
    """Return what another program reads in the document of a bill."""
    assert bill.document is not None
    file = folder / f"{bill.number}.pdf"
    file.write_bytes(content(bill.document))
    return subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout


def test_quotation_contract_order_and_invoice_say_the_same_to_the_yen(
    invoice: Bill, order: Order, signed: Contract, accepted: Quotation
) -> None:
    version = accepted.versions.get()
    for said in (signed, invoice):
        assert (said.net, said.tax, said.gross) == (version.net, version.tax, version.gross)
    assert (order.net, order.tax, order.total) == (version.net, version.tax, version.gross)


def test_an_invoice_holds_the_six_items_and_the_bank_account(invoice: Bill, tmp_path: Path) -> None:
    text = text_of(invoice, tmp_path)
    day = invoice.issued_on
    for words in (
        "請求書",
        "両輪商事株式会社",  # 1 issuer and number
        "T7000012050002",
        f"{day.year}年{day.month}月{day.day}日",  # 2 date
        "画像検査カメラ",  # 3 content, reduced tax marked
        "お茶 ※",
        "軽減税率（8％）",
        "10％対象",  # 4 and 5 total and tax by rate
        "8％対象 ※",
        "¥999,900",
        "¥99,990",
        "¥9,999",
        "¥799",
        "株式会社アクメ",  # 6 recipient
        "御中",
        "¥1,110,688",
        "みずほ銀行 丸の内支店",
        "お支払期限",
    ):
        assert words in text, words


def test_a_delivery_note_tells_what_was_delivered_and_is_a_touchpoint(
    order: Order, sato: Member, tmp_path: Path
) -> None:
    note = issue_bill("delivery_note", [order], by=sato)
    text = text_of(note, tmp_path)
    assert all(words in text for words in ("納品書", "D-2026-0001", "画像検査カメラ", "¥1,110,688"))
    assert (note.due_on, note.state) == (None, BillState.ISSUED)
    assert InboxTouchpoint.objects.filter(kind="delivered").count() == 1


def test_an_invoice_in_english_says_so(order: Order, sato: Member, tmp_path: Path) -> None:
    text = text_of(issue_bill("invoice", [order], by=sato, language="en"), tmp_path)
    assert "T7000012050002" in text
    assert "1,110,688" in text


def test_without_what_an_invoice_needs_none_is_issued_and_it_is_told_what(order: Order, sato: Member) -> None:
    Organisation.objects.update(registration_number="", bank_account="")
    with pytest.raises(IssuerIncomplete, match="登録番号（T＋13桁）、振込先"):
        issue_bill("invoice", [order], by=sato)
    Organisation.objects.update(bank_account="みずほ銀行")
    assert issue_bill("invoice", [order], by=sato, without_registration=True).number == "I-2026-0001"


@pytest.mark.parametrize("number", ["T123", "T1234567890123"])
def test_a_registration_number_that_is_none_is_refused(order: Order, sato: Member, number: str) -> None:
    Organisation.objects.update(registration_number=number)
    with pytest.raises(IssuerIncomplete, match="登録番号"):
        issue_bill("invoice", [order], by=sato, without_registration=True)


def test_an_order_is_invoiced_once_until_the_invoice_is_voided(order: Order, invoice: Bill, sato: Member) -> None:
    with pytest.raises(OrderBilled, match=order.number):
        issue_bill("invoice", [order], by=sato)
    void_bill(invoice, by=sato, version=None)
    assert issue_bill("invoice", [order], by=sato).number == "I-2026-0002"
    assert IssuedDocument.objects.filter(kind="invoice").count() == 2
    assert verify().ok


def test_it_is_paid_bit_by_bit_and_never_more_than_is_owed(invoice: Bill, sato: Member) -> None:
    today = clock.today()
    record_payment(invoice, on=today, amount=1_000_000, by=sato, version=1)
    invoice.refresh_from_db()
    assert (invoice.state, invoice.remaining) == (BillState.PARTIAL, 110_688)
    for amount in (0, -1, 110_689, 10**30):
        with pytest.raises(PaymentWrong, match="110,688"):
            record_payment(invoice, on=today, amount=amount, by=sato, version=None)
    with pytest.raises(PaymentDayWrong):
        record_payment(invoice, on=today + timedelta(days=1), amount=1, by=sato, version=None)
    with pytest.raises(StaleRecord):
        record_payment(invoice, on=today, amount=1, by=sato, version=1)
    last = record_payment(invoice, on=today, amount=110_688, by=sato, version=None)
    invoice.refresh_from_db()
    assert invoice.state == BillState.PAID
    with pytest.raises(BillHasPayments):
        void_bill(invoice, by=sato, version=None)
    assert remove_payment(last, by=sato).state == BillState.PARTIAL


def test_unpaid_after_its_day_it_is_overdue(invoice: Bill, sato: Member) -> None:
    assert invoice.due_on is not None
    assert not Bill.objects.overdue(invoice.due_on).exists()
    assert list(Bill.objects.overdue(invoice.due_on + timedelta(days=1))) == [invoice]


def test_goods_given_back_get_a_credit_note_that_names_the_invoice(
    invoice: Bill, order: Order, sato: Member, tmp_path: Path
) -> None:
    tea = invoice.lines.get(description="お茶")
    with pytest.raises(ReturnWrong):
        issue_credit_note(invoice, {tea.pk: tea.amount + 1}, by=sato, version=None)
    note = issue_credit_note(invoice, {tea.pk: 5_000}, by=sato, version=None)
    assert (note.net, note.tax, note.gross) == (5_000, 400, 5_400)
    text = text_of(note, tmp_path)
    assert all(words in text for words in ("返還請求書", invoice.number, "T7000012050002", "▲¥5,400"))
    back = Order.objects.get(number=note.number)
    assert (back.is_return, back.total, back.returns) == (True, -5_400, order)
    invoice.refresh_from_db()
    assert (invoice.credited, invoice.remaining) == (5_400, 1_105_288)
    with pytest.raises(ReturnWrong):
        issue_credit_note(invoice, {tea.pk: 5_001}, by=sato, version=None)


def test_everything_given_back_leaves_nothing_to_pay(invoice: Bill, sato: Member) -> None:
    amounts = {line.pk: line.amount for line in invoice.lines.all()}
    assert issue_credit_note(invoice, amounts, by=sato, version=None).gross == invoice.gross
    invoice.refresh_from_db()
    assert (invoice.remaining, invoice.state) == (0, BillState.PAID)


def test_a_months_deliveries_stand_on_one_invoice_with_tax_once_per_rate(acme: Company, sato: Member) -> None:
    Company.objects.update(closing_day="20", payment_site="next_end")
    acme.refresh_from_db()
    for number, day, price in (("A-1", 1, 111), ("A-2", 20, 111), ("A-3", 21, 999)):
        at = datetime(2026, 11, day, 12, tzinfo=TOKYO)
        line = {"description": "部品", "unit_price": price, "amount": price, "tax_rate": Decimal(10)}
        record_order(number=number, ordered_at=at, channel="rep", lines=[line], company=acme, by=sato)
    bill = issue_for_month(acme, closing=date(2026, 11, 20), by=sato)
    assert (bill.since, bill.until) == (date(2026, 10, 21), date(2026, 11, 20))
    assert (bill.net, bill.tax, bill.gross) == (222, 22, 244)  # 11 + 11 where each line were rounded
    assert bill.due_on == date(2026, 12, 31)
    with pytest.raises(NothingToBill):
        issue_for_month(acme, closing=date(2026, 11, 20), by=sato)


def test_who_only_markets_bills_nobody(order: Order, mei: Member) -> None:
    with pytest.raises(NotAllowed):
        issue_bill("invoice", [order], by=mei)
