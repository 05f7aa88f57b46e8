"""The signed contract of Acme, from which Sato writes delivery notes and invoices."""

import pytest
from tests.sales.contracts.conftest import accepted, addresses, contract, recurring, sent, signature

from ryorin.customers.purchases.models import Order
from ryorin.sales.contracts.actions import sign_by_link, sign_for_us
from ryorin.sales.contracts.models import Contract
from ryorin.workspace.members.models import Member

__all__ = ["accepted", "addresses", "contract", "recurring"]


@pytest.fixture
def signed(contract: Contract, sato: Member) -> Contract:
    link = sent(contract, by=sato)
    sign_by_link(link.token, signature("安達 愛"))
    sign_for_us(contract, signature("佐藤 健"), by=sato, version=None)
    contract.refresh_from_db()
    return contract


@pytest.fixture
def order(signed: Contract) -> Order:
    return Order.objects.get(number=signed.number)
