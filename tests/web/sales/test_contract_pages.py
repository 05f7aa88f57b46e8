"""Contracts, bills and the archive as people see them: at the desk, and the customer on the phone."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.examples import contract_of, invoice_of, signing_token, with_addresses
from tests.web.sales.conftest import As
from tests.world import World

from ryorin.customers.purchases.models import Order
from ryorin.lib import clock
from ryorin.sales.billing.models import Bill
from ryorin.sales.contracts.models import Contract, ContractState
from ryorin.sales.contracts.queries import latest_version
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.documents.queries import content

FRAGMENT = {"HX-Request": "true"}
SIGNED = {"name": "安達 栄太", "title": "部長", "agrees": "on"}


def test_a_contract_goes_from_the_deal_to_both_signatures(as_: As, world: World) -> None:
    with_addresses(world)
    browser = as_(world.sato)
    assert "契約はまだありません" in browser.get(f"/deals/{world.deal.pk}").content.decode()
    assert "受諾された見積がない" in browser.get(f"/deals/{world.deal.pk}/contracts/new/").content.decode()
    browser.post(f"/deals/{world.deal.pk}/contracts/new/", {"kind": "sale"}, headers=FRAGMENT)
    contract = Contract.objects.get()
    here = f"/contracts/{contract.pk}/"
    page = browser.get(here).content.decode()
    assert "金額がありません" in page
    assert "差し込む内容が未入力" in page
    lines = {"description": "検査装置", "quantity": "2", "unit": "台", "unit_price": "1,900,000", "rate": "10"}
    assert browser.post(f"{here}lines/", lines | {"version": "1"}, headers=FRAGMENT).status_code == 204
    terms = {"title": "検査装置の売買", "kind": "sale", "language": "ja", "billed": "month", "renewal_months": "12"}
    terms |= {"notice_days": "60", "delivery": "1月末", "delivery_place": "大阪工場", "payment_terms": "翌月末"}
    contract.refresh_from_db()
    saved = browser.post(f"{here}terms/", terms | {"version": contract.version}, headers=FRAGMENT)
    assert saved.status_code == 204, saved.content.decode()
    contract.refresh_from_db()
    assert contract.gross == 4_180_000
    browser.post(f"{here}send/", {"version": contract.version}, headers=FRAGMENT)
    shown = browser.post(f"{here}link/", {}, headers=FRAGMENT).content.decode()
    found = re.search(r"/sign/([\w-]+)/", shown)
    assert found is not None
    ada = Client()
    phone = ada.get(f"/sign/{found[1]}/").content.decode()
    assert "金4,180,000円" in phone
    assert ada.get(f"/sign/{found[1]}/pdf/").content.startswith(b"%PDF")
    assert "署名を受け付けました" in ada.post(f"/sign/{found[1]}/take/", SIGNED).content.decode()
    contract.refresh_from_db()
    values = {"name": "佐藤 健", "agrees": "on", "version": contract.version}
    assert browser.post(f"{here}sign/", values, headers=FRAGMENT).status_code == 204
    contract.refresh_from_db()
    assert contract.state == ContractState.SIGNED
    assert Order.objects.get(number=contract.number).total == 4_180_000
    assert "締結されました" in ada.get(f"/sign/{found[1]}/").content.decode()
    assert contract.number in browser.get(f"/companies/{world.acme.pk}").content.decode()


def test_the_customer_is_told_what_is_missing_and_nothing_is_lost(world: World) -> None:
    token, ada = signing_token(world), Client()
    answer = ada.post(f"/sign/{token}/take/", {"name": "安達 栄太", "title": "部長"})
    assert answer.status_code == 400
    assert "同意する欄" in answer.content.decode()
    assert "部長" in answer.content.decode()
    assert ada.post(f"/sign/{token}/take/", {"agrees": "on"}).status_code == 422
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    twice = [ada.post(f"/sign/{token}/take/", SIGNED).status_code for _each in range(2)]
    assert twice == [200, 409]


def test_the_customer_declines_and_the_page_says_so(world: World) -> None:
    token, ada = signing_token(world), Client()
    page = ada.post(f"/sign/{token}/decline/", {"name": "安達 栄太", "note": "来期に"}).content.decode()
    assert "担当者よりご連絡" in page
    assert Contract.objects.get(state="declined").end_note == "来期に"
    assert ada.post(f"/sign/{token}/take/", SIGNED).status_code in (409, 410)


@pytest.mark.parametrize("token", ["x", "あ" * 50, "a" * 3_000])
def test_a_link_nobody_gave_out_says_so_plainly(world: World, token: str) -> None:
    answer = Client().get(f"/sign/{token}/")
    assert answer.status_code == 404
    assert "このリンクは使えません" in answer.content.decode()
    assert "見積" not in answer.content.decode()


def test_clauses_are_ordered_and_versions_compared(as_: As, world: World) -> None:
    contract, browser = contract_of(world), as_(world.sato)
    here = f"/contracts/{contract.pk}/"
    typed = {"version": contract.version, "title": "覚書", "heading": ["二", "一", ""], "body": ["b", "a", ""]}
    assert browser.post(f"{here}clauses/", typed).status_code == 302
    row = latest_version(contract)
    assert [one["heading"] for one in row.clauses] == ["二", "一"]
    stale = browser.post(f"{here}clauses/", typed | {"body": ["わたしの文", "", ""]})
    assert stale.status_code == 422
    assert "わたしの文" in stale.content.decode()
    assert browser.get(f"{here}compare/?a=1&b=1").status_code == 200
    assert browser.get(f"{here}compare/?a=99").status_code == 404


def test_an_invoice_is_written_paid_and_seen_in_the_archive(as_: As, world: World) -> None:
    with_addresses(world)
    browser = as_(world.sato)
    form = browser.get(f"/bills/new/?company={world.acme.pk}").content.decode()
    assert world.order.number in form
    today = clock.today()
    values = {"company": world.acme.pk, "kind": "invoice", "orders": [world.order.pk], "language": "ja"}
    answer = browser.post("/bills/new/", values | {"issued_on": today.isoformat()})
    bill = Bill.objects.get()
    assert answer.url == f"/bills/{bill.pk}/"  # type: ignore[attr-defined]
    too_much = browser.post(f"/bills/{bill.pk}/pay/", {"on": today, "amount": "99999999", "version": 1})
    assert "残り¥55,000まで" in too_much.content.decode()
    paid = {"on": today.isoformat(), "amount": "55,000", "version": bill.version}
    assert browser.post(f"/bills/{bill.pk}/pay/", paid, headers=FRAGMENT).status_code == 204
    assert "入金済み" in browser.get(f"/bills/{bill.pk}/").content.decode()
    found = browser.get(f"/documents/?counterparty=あくめ&least=50000&since={today:%Y-%m-%d}&kind=invoice")
    assert bill.number in found.content.decode()
    assert bill.number not in browser.get("/documents/?most=1000").content.decode()
    assert "日付" in browser.get("/documents/?since=abc").content.decode()
    download = browser.get(f"/bills/{bill.pk}/pdf/")
    assert download["Content-Disposition"].startswith("attachment")


def test_without_a_registration_number_it_is_told_before_anything_is_issued(as_: As, world: World) -> None:
    browser = as_(world.sato)
    page = browser.get(f"/bills/new/?company={world.acme.pk}").content.decode()
    assert "登録番号（T＋13桁）" in page
    values = {"company": world.acme.pk, "kind": "invoice", "orders": [world.order.pk], "language": "ja"}
    answer = browser.post("/bills/new/", values | {"issued_on": clock.today().isoformat()})
    assert answer.status_code == 422
    assert not Bill.objects.exists()


def test_a_part_of_an_invoice_is_given_back(as_: As, world: World) -> None:
    bill, browser = invoice_of(world), as_(world.sato)
    line = bill.lines.get()
    bill.refresh_from_db()
    wrong = browser.post(f"/bills/{bill.pk}/credit/", {f"line-{line.pk}": "abc", "version": bill.version})
    assert "明細ごとに" in wrong.content.decode()
    browser.post(f"/bills/{bill.pk}/credit/", {f"line-{line.pk}": "10,000", "version": bill.version})
    assert Bill.objects.get(kind="credit_note").gross == 11_000


def test_a_pdf_is_proved_genuine_or_not(as_: As, world: World) -> None:
    bill, browser = invoice_of(world), as_(world.sato)
    assert bill.document is not None
    for pdf, words in ((content(bill.document), "本物です"), (b"%PDF-1.4 x", "不明な文書です")):
        answer = browser.post("/documents/prove/", {"file": SimpleUploadedFile("x.pdf", pdf)})
        assert words in answer.content.decode()
    assert browser.post("/documents/prove/", {}).status_code == 422


def test_the_lists_cost_the_same_however_long(as_: As, world: World, django_assert_max_num_queries: object) -> None:
    invoice_of(world)
    browser = as_(world.sato)
    for path in ("/contracts/", "/bills/", "/documents/"):
        browser.get(path)
        with django_assert_max_num_queries(32):  # type: ignore[operator]
            assert browser.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/contracts/new/", {"kind": "sale", "title": "x" * 500, "language": "ja"}),
        ("/contracts/new/", {"kind": "なぞ", "title": "\0", "language": "xx"}),
        ("/bills/month/", {"company": "9" * 30}),
        ("/bills/new/", {"company": "x"}),
        ("/settings/contracts/new/", {"name": "", "heading": ["x"] * 300, "body": ["y"] * 300}),
    ],
)
def test_what_makes_no_sense_is_answered_calmly(as_: As, world: World, path: str, values: dict[str, object]) -> None:
    assert as_(world.kimura).post(path, values).status_code < 500


def test_old_documents_stay_when_their_day_is_past(as_: As, world: World) -> None:
    bill = invoice_of(world)
    with clock.frozen(clock.now() + timedelta(days=3_000)):
        assert "期限超過" in as_(world.sato).get(f"/bills/{bill.pk}/").content.decode()
    assert IssuedDocument.objects.filter(number=bill.number).exists()
