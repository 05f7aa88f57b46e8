"""Several people at the same moment: numbers without gaps, one signature a side, one conclusion, one invoice."""

from datetime import date

import pytest
from tests.sales.contracts.conftest import sent, signature
from tests.sales.deals.test_two_at_once import at_once

from ryorin.customers.purchases.models import Order
from ryorin.lib.errors import Refusal
from ryorin.sales.billing.actions import issue_bill
from ryorin.sales.billing.models import Bill
from ryorin.sales.contracts.actions import keep_running, sign_by_link, sign_for_us
from ryorin.sales.contracts.actions.keys import make_key
from ryorin.sales.contracts.models import Contract, ContractState
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.actions import next_number
from ryorin.sales.documents.models import IssuedDocument
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.models import Member

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_who_ask_for_a_number_get_eight_in_a_row(our_company: object) -> None:
    found = at_once(*[lambda: next_number("invoice", on=date(2026, 11, 22))] * 8)
    assert sorted(found) == [f"I-2026-{place:04}" for place in range(1, 9)]


def test_both_sides_and_a_second_device_sign_at_once(contract: Contract, deal: Deal, sato: Member) -> None:
    make_key(by=None)
    link = sent(contract, by=sato)
    found = at_once(
        lambda: sign_by_link(link.token, signature("安達 愛")),
        lambda: sign_by_link(link.token, signature("安達 愛")),
        lambda: sign_for_us(contract, signature("佐藤 健"), by=sato, version=None),
    )
    assert sum(isinstance(each, Refusal) for each in found) == 1
    contract.refresh_from_db()
    assert contract.state == ContractState.SIGNED
    assert Order.objects.filter(deal_id=deal.pk).count() == 1
    assert IssuedDocument.objects.filter(kind="contract").count() == 1
    assert verify().ok


def test_two_invoices_of_one_order_and_two_workers_make_one_each(
    contract: Contract, sato: Member, kimura: Member
) -> None:
    link = sent(contract, by=sato)
    sign_by_link(link.token, signature("安達 愛"))
    sign_for_us(contract, signature("佐藤 健"), by=sato, version=None)
    order = Order.objects.get(number__startswith="C-")
    found = at_once(
        lambda: issue_bill("invoice", [order], by=sato),
        lambda: issue_bill("invoice", [order], by=kimura),
        keep_running,
        keep_running,
    )
    assert sum(isinstance(each, Refusal) for each in found) == 1
    assert Bill.objects.get().number == "I-2026-0001"
    assert Order.objects.count() == 1
