"""A contract from the accepted quotation to the sealed PDF: signed by both, once, and what follows from it."""

import base64
import hashlib
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from tests.sales.contracts.conftest import DRAWN, PNG, sent, signature

from ryorin.customers.purchases.actions import record_order
from ryorin.customers.purchases.models import Order
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock, vault
from ryorin.sales.contracts.actions import (
    decline_by_link,
    draft_from_quotation,
    make_link,
    new_version,
    send_contract,
    sign_by_link,
    sign_for_us,
    sign_on_paper,
    withdraw_contract,
)
from ryorin.sales.contracts.errors import (
    AlreadySigned,
    ChecksFailed,
    CodeWrong,
    ConsentMissing,
    DrawingWrong,
    LinkExpired,
    LinkUnknown,
    LinkWithdrawn,
    NotWaiting,
    QuotationUsed,
    ScanWrong,
    SignerMissing,
    TooManyCodes,
)
from ryorin.sales.contracts.models import Contract, ContractState, SigningKey
from ryorin.sales.contracts.queries import latest_version, opened
from ryorin.sales.contracts.queries.proving import Proof, prove
from ryorin.sales.deals.models import Deal, DealState
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.documents.queries import content, verify
from ryorin.sales.quotations.models import Quotation
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.organisation.models import Organisation


def concluded(contract: Contract, by: Member) -> Contract:
    """Return the contract, signed by Ada on her phone and by Sato at his desk."""
    link = sent(contract, by=by)
    sign_by_link(link.token, signature("安達 愛", drawing=DRAWN))
    sign_for_us(contract, signature("佐藤 健"), by=by, version=None)
    contract.refresh_from_db()
    return contract


def test_a_contract_says_to_the_yen_what_the_quotation_said(contract: Contract, accepted: Quotation) -> None:
    version = accepted.versions.get()
    assert (contract.net, contract.tax, contract.gross) == (version.net, version.tax, version.gross)
    assert [(line.description, line.amount) for line in contract.lines.all()] == [
        ("画像検査カメラ", 1_000_000),
        ("お茶", 10_000),
        ("出精値引", -100),
        ("出精値引", -1),
    ]
    assert contract.delivery_place == "貴社大阪工場"


def test_signed_by_both_it_is_sealed_and_the_deal_is_won_and_revenue_booked(
    contract: Contract, deal: Deal, sato: Member
) -> None:
    contract = concluded(contract, sato)
    assert (contract.state, contract.number) == (ContractState.SIGNED, "C-2026-0001")
    deal.refresh_from_db()
    assert (deal.state, deal.amount) == (DealState.WON, contract.net)
    order = Order.objects.get(number="C-2026-0001")
    assert (order.net, order.tax, order.total) == (contract.net, contract.tax, contract.gross)
    assert (order.channel, order.deal_id, sum(line.amount for line in order.lines.all())) == ("rep", deal.pk, order.net)
    kinds = list(InboxTouchpoint.objects.values_list("kind", flat=True))
    assert kinds.count("contract_sent") == kinds.count("contract_signed") == kinds.count("purchased") == 1
    document = IssuedDocument.objects.get(kind="contract")
    assert (document.amount, document.counterparty) == (contract.gross, "株式会社アクメ")
    assert verify().ok
    assert Notification.objects.filter(member=sato, kind="contract_concluded").exists()


def test_both_sign_the_exact_bytes_that_were_sent(contract: Contract, sato: Member) -> None:
    contract = concluded(contract, sato)
    version = latest_version(contract)
    assert hashlib.sha256(bytes(version.pdf or b"")).hexdigest() == version.sha256
    customer, us = version.signatures.order_by("side")
    assert customer.sha256 == us.sha256 == version.sha256
    assert (customer.name, customer.how, customer.address, us.how, us.member) == (
        "安達 愛",
        "drawn",
        "203.0.113.9",
        "typed",
        sato,
    )


def test_another_program_verifies_the_seal_and_one_changed_byte_breaks_it(
    contract: Contract, sato: Member, tmp_path: Path
) -> None:
    contract = concluded(contract, sato)
    assert contract.document is not None
    pdf = content(contract.document)
    assert "Signature is Valid" in pdfsig(pdf, tmp_path)
    assert "Total document signed" in pdfsig(pdf, tmp_path)
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    assert "Signature is Valid" not in pdfsig(bytes(changed), tmp_path)
    assert prove(pdf).verdict == Proof.GENUINE
    assert prove(bytes(changed)).verdict == Proof.TAMPERED
    assert prove(pdf + b"\n%").verdict == Proof.TAMPERED
    assert prove(bytes(latest_version(contract).pdf or b"")).verdict == Proof.GENUINE
    assert prove(b"%PDF-1.4 from elsewhere").verdict == Proof.UNKNOWN


def test_the_final_document_names_parties_terms_and_signatures(
    contract: Contract, sato: Member, tmp_path: Path
) -> None:
    contract = concluded(contract, sato)
    assert contract.document is not None
    file = tmp_path / "final.pdf"
    file.write_bytes(content(contract.document))
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    for words in (
        "売買契約書",
        "C-2026-0001",
        "株式会社アクメ",
        "両輪商事株式会社",
        "千代田区丸の内1-1-1",
        "大阪市北区梅田1-2-3",
        "金1,110,688円",
        "2027年1月末",
        "出精値引",
        "署名の記録",
        "安達 愛",
        "佐藤 健",
        "203.0.113.9",
        latest_version(contract).sha256,
    ):
        assert words in text, words
    attached = subprocess.run(["pdfdetach", "-list", file], capture_output=True, text=True, check=True).stdout
    assert "signed.pdf" in attached


def test_signing_twice_from_two_devices_counts_once(contract: Contract, sato: Member) -> None:
    link = sent(contract, by=sato)
    sign_by_link(link.token, signature("安達 愛"))
    with pytest.raises(AlreadySigned):
        sign_by_link(link.token, signature("安達 愛"))
    sign_for_us(contract, signature("佐藤 健"), by=sato, version=None)
    with pytest.raises(AlreadySigned):
        sign_for_us(contract, signature("佐藤 健"), by=sato, version=None)
    assert Order.objects.filter(number=contract.number).count() == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": "  "}, SignerMissing),
        ({"agrees": False}, ConsentMissing),
        ({"drawing": "data:image/svg+xml;base64,PHN2Zz4="}, DrawingWrong),
    ],
)
def test_a_signature_without_name_consent_or_picture_is_refused(
    contract: Contract, sato: Member, change: dict[str, object], refusal: type[Exception]
) -> None:
    link = sent(contract, by=sato)
    with pytest.raises(refusal):
        sign_by_link(link.token, signature(**({"name": "安達 愛"} | change)))  # type: ignore[arg-type]
    assert not latest_version(contract).signatures.exists()


def test_a_one_time_code_is_asked_for_and_cannot_be_guessed(contract: Contract, sato: Member) -> None:
    link = sent(contract, by=sato, with_code=True)
    for _each in range(4):
        with pytest.raises(CodeWrong):
            sign_by_link(link.token, signature("安達 愛"), code="x")
    with pytest.raises(TooManyCodes):
        sign_by_link(link.token, signature("安達 愛"), code="x")
    with pytest.raises(TooManyCodes):
        sign_by_link(link.token, signature("安達 愛"), code=link.code)
    fresh = make_link(contract, by=sato, with_code=True)
    sign_by_link(fresh.token, signature("安達 愛"), code=fresh.code)
    assert latest_version(contract).signatures.get().with_code


def test_links_are_unknown_withdrawn_or_too_old_in_words(contract: Contract, sato: Member) -> None:
    with pytest.raises(LinkUnknown):
        opened("guessed")
    old = sent(contract, by=sato)
    new = make_link(contract, by=sato)
    with pytest.raises(LinkWithdrawn):
        opened(old.token)
    with clock.frozen(clock.now() + timedelta(days=15)), pytest.raises(LinkExpired):
        opened(new.token)
    withdraw_contract(contract, by=sato, version=None)
    with pytest.raises(LinkWithdrawn):
        sign_by_link(new.token, signature("安達 愛"))


def test_a_declined_contract_says_why_and_comes_back_as_a_new_version(contract: Contract, sato: Member) -> None:
    link = sent(contract, by=sato)
    decline_by_link(link.token, name="安達 愛", note="第3条を見直したい")
    contract.refresh_from_db()
    assert (contract.state, contract.end_note) == (ContractState.DECLINED, "第3条を見直したい")
    with pytest.raises(NotWaiting):
        sign_for_us(contract, signature("佐藤 健"), by=sato, version=None)
    assert new_version(contract, by=sato, version=None).revision == 2
    contract.refresh_from_db()
    contract = concluded(contract, sato)
    assert (contract.number, contract.document and contract.document.revision) == ("C-2026-0001", 2)


def test_a_paper_contract_is_scanned_instead(contract: Contract, sato: Member) -> None:
    sent(contract, by=sato)
    today = clock.today()
    with pytest.raises(ScanWrong):
        sign_on_paper(contract, scan=b"MZ", name="安達 愛", on=today, by=sato, version=None)
    sign_on_paper(contract, scan=PNG, name="安達 愛", on=today, by=sato, version=None)
    contract.refresh_from_db()
    assert contract.state == ContractState.SIGNED
    assert {one.how for one in latest_version(contract).signatures.all()} == {"paper"}


def test_what_is_wrong_is_listed_before_anything_goes_out(contract: Contract, sato: Member) -> None:
    Organisation.objects.update(address="")
    with pytest.raises(ChecksFailed, match="自社の住所がありません"):
        send_contract(contract, by=sato, version=None)
    contract.refresh_from_db()
    assert (contract.state, contract.number) == (ContractState.DRAFT, "")


def test_one_quotation_gives_one_contract(contract: Contract, deal: Deal, sato: Member) -> None:
    with pytest.raises(QuotationUsed):
        draft_from_quotation(deal, by=sato)
    withdraw_contract(contract, by=sato, version=None)
    assert draft_from_quotation(deal, by=sato).gross == contract.gross
    with pytest.raises(QuotationUsed):
        new_version(contract, by=sato, version=None)


def test_an_order_that_has_the_number_already_keeps_nobody_from_signing(contract: Contract, sato: Member) -> None:
    line = {"description": "x", "unit_price": 1, "tax_rate": 10}
    record_order(number="C-2026-0001", ordered_at=clock.now(), channel="rep", lines=[line], by=None)
    assert concluded(contract, sato).number == "C-2026-0001"
    assert Order.objects.get(number="C-2026-0001-2").total == contract.gross


def test_the_key_never_stands_readable_in_the_database(contract: Contract, sato: Member) -> None:
    concluded(contract, sato)
    key = SigningKey.objects.get()
    assert key.is_self_made
    with pytest.raises(ValueError):
        pkcs12.load_pkcs12(base64.urlsafe_b64decode(key.locked), None)
    opened = base64.b64decode(vault.unlock(key.locked, key=settings.SECRET_KEY))
    assert pkcs12.load_pkcs12(opened, None).key is not None


def test_who_only_reads_signs_nothing(contract: Contract, sato: Member, mei: Member) -> None:
    sent(contract, by=sato)
    with pytest.raises(NotAllowed):
        sign_for_us(contract, signature("林 芽衣"), by=mei, version=None)


def pdfsig(pdf: bytes, folder: Path) -> str:
    """Return what poppler's pdfsig says of the signatures in a PDF."""
    file = folder / "checked.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True).stdout
