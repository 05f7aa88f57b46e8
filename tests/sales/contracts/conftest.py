"""Two companies with addresses; Ada accepts a quotation of cameras (10 %) and tea for the fitters (8 %)."""

import base64
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.sales.contracts.actions import draft_contract, draft_from_quotation, make_link, send_contract
from ryorin.sales.contracts.actions.sending import NewLink
from ryorin.sales.contracts.actions.signing import Signed
from ryorin.sales.contracts.models import Contract
from ryorin.sales.contracts.rules.money import Line
from ryorin.sales.deals.models import Deal
from ryorin.sales.quotations.actions import accept_quotation, draft_quotation, save_draft, send_quotation
from ryorin.sales.quotations.models import Quotation
from ryorin.sales.quotations.queries import newest_version, offer_of
from ryorin.sales.quotations.rules import Line as Offered
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


# A picture of 20 x 10 black points.
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 20, 10, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0" * 210))
    + chunk(b"IEND", b"")
)
DRAWN = "data:image/png;base64," + base64.b64encode(PNG).decode()
Draft = Callable[..., Contract]


@pytest.fixture(autouse=True)
def addresses(our_company: Organisation, acme: Company) -> None:
    Organisation.objects.update(
        postal_code="100-0005",
        prefecture="13",
        address="千代田区丸の内1-1-1",
        registration_number="T7000012050002",
        corporate_number="7000012050002",
        bank_account="みずほ銀行 丸の内支店 普通 1234567",
    )
    Company.objects.update(postal_code="530-0001", prefecture="27", city="大阪市北区", street="梅田1-2-3")
    acme.refresh_from_db()


@pytest.fixture
def accepted(deal: Deal, sato: Member) -> Quotation:
    """A quotation that Ada accepted: 1,000,000 at 10 %, 10,000 at 8 %, and 101 taken off the whole."""
    quotation = draft_quotation(deal, by=sato)
    lines = (
        Offered(description="画像検査カメラ", quantity=Decimal(2), unit="台", unit_price=500_000),
        Offered(description="お茶", unit="箱", unit_price=10_000, tax_rate=Decimal(8), is_reduced=True),
        Offered(kind="discount", description="出精値引", discount=101),
    )
    return accept(quotation, by=sato, lines=lines, delivery="2027年1月末", delivery_place="貴社大阪工場")


def accept(quotation: Quotation, *, by: Member, **changes: Any) -> Quotation:
    """Return the quotation, offered so and accepted by the customer."""
    values = {"payment_terms": "月末締め翌月末払い"} | changes
    save_draft(quotation, replace(offer_of(newest_version(quotation)), **values), by=by, version=None)
    sent = send_quotation(quotation, by=by, version=None)
    accept_quotation(sent.token, name="安達 愛", agreed=True, address="203.0.113.5")
    quotation.refresh_from_db()
    return quotation


@pytest.fixture
def contract(deal: Deal, accepted: Quotation, sato: Member) -> Contract:
    return draft_from_quotation(deal, by=sato)


@pytest.fixture
def recurring(acme: Company, ada: Person, deal: Deal, sato: Member) -> Contract:
    """Maintenance at 50,000 a month."""
    return draft_contract(
        by=sato,
        kind="recurring",
        title="保守サービス",
        deal=deal,
        company=acme,
        person=ada,
        lines=[Line(description="保守サービス", amount=50_000, unit_price=50_000, unit="月")],
        payment_terms="月末締め翌月末払い",
    )


def sent(contract: Contract, *, by: Member, **wish: Any) -> NewLink:
    """Return the link by which the customer signs the contract, which goes out now."""
    send_contract(contract, by=by, version=None)
    contract.refresh_from_db()
    return make_link(contract, by=by, **wish)


def signature(name: str, **change: Any) -> Signed:
    values = {"title": "代表取締役", "agrees": True, "address": "203.0.113.9", "user_agent": "Mozilla/5.0 (iPhone)"}
    return Signed(name=name, **(values | change))
