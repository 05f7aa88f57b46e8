"""A quotation in a real browser: written by keyboard, sent, bargained about, accepted by the customer on a phone."""

from collections.abc import Callable
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Page, expect

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.products.catalogue.actions import create_product
from ryorin.sales.deals.actions import open_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.quotations.actions import draft_quotation, log_negotiation, new_version, send_quotation
from ryorin.sales.quotations.models import Quotation, QuotationVersion
from ryorin.sales.quotations.rules import Line
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
LOOKS = [("wide", "light"), ("narrow", "dark")]


@pytest.fixture
def deal(transactional_db: None, sato: Member) -> Deal:
    acme = create_company(by=None, name="株式会社アクメ")
    ada = create_person(by=None, family_name="安達", given_name="亜耶", company=acme, email="ada@acme.example")
    create_product(by=None, code="KM-100", name="画像検査カメラ", unit="台", price=480_000, cost=300_000)
    return open_deal(by=sato, name="検査ラインの更新", company=acme, person=ada, amount=1, owner=sato)


@pytest.fixture
def quoted(deal: Deal, sato: Member) -> Quotation:
    lines = [
        Line(kind="heading", description="機器"),
        Line(description="検査装置", unit="台", unit_price=3_000_000, cost=2_000_000),
        Line(kind="subtotal"),
        Line(kind="discount", discount=100_000),
    ]
    return draft_quotation(deal, by=sato, lines=lines)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_quotation_goes_from_the_deal_to_the_customer_s_acceptance(
    open_page: Open, deal: Deal, sato: Member, width: str
) -> None:
    page = open_page(f"/deals/{deal.pk}", by=sato, width=width)
    page.get_by_role("button", name="見積を作成").click()
    page.wait_for_url("**/edit/")
    page.get_by_label("商品を探して追加").fill("カメラ")
    page.get_by_role("button", name="画像検査カメラ").click()
    page.get_by_label("数量").fill("2")
    expect(page.locator("#totals")).to_contain_text("¥1,056,000")
    page.get_by_label("値引", exact=True).fill("10%")
    expect(page.locator("#totals")).to_contain_text("¥950,400")
    expect(page.locator(".q-amount")).to_have_text("¥864,000")
    page.get_by_label("値引", exact=True).press("Enter")
    page.locator(".q-line").nth(1).get_by_placeholder("品名").fill("設置費")
    page.locator(".q-line").nth(1).get_by_label("単価").fill("40000")
    page.locator(".q-line").nth(1).get_by_label("単価").press("Alt+ArrowUp")
    expect(page.locator(".q-line").nth(0).get_by_placeholder("品名")).to_have_value("設置費")
    expect(page.locator("#totals")).to_contain_text("¥994,400")
    page.get_by_role("button", name="下書きを保存").last.click()
    expect(page.locator("main")).to_contain_text("¥994,400")

    page.get_by_role("button", name="送付する").click()
    page.locator("dialog").get_by_role("button", name="送付する").click()
    link = page.get_by_label("リンク", exact=True)
    expect(link).to_be_visible()
    path = urlparse(link.input_value()).path

    customer = open_page(path, width="narrow")
    expect(customer.locator("main")).to_contain_text("安達 亜耶 様")
    customer.get_by_label("お名前").first.fill("安達 亜耶")
    customer.get_by_label("内容を確認し、受諾します").check()
    customer.get_by_role("button", name="受諾する").click()
    expect(customer.locator("main")).to_contain_text("受諾いただきました")
    deal.refresh_from_db()
    assert (Quotation.objects.get().state, deal.amount) == ("accepted", 904_000)


def test_a_wish_is_worked_out_and_put_into_a_new_version(open_page: Open, quoted: Quotation, sato: Member) -> None:
    send_quotation(quoted, by=sato, version=None)
    page = open_page(f"/quotations/{quoted.pk}/", by=sato)
    page.get_by_role("button", name="記録する").click()
    page.get_by_label("申し入れの内容").fill("270万円にしてほしい")
    page.locator("dialog").get_by_role("button", name="記録する").click()
    expect(page.locator("main")).to_contain_text("270万円にしてほしい")
    page.get_by_role("button", name="値引の試算").last.click()
    page.get_by_label("値", exact=True).fill("2700000")
    page.get_by_role("button", name="新しい版をつくる").click()
    expect(page.locator("#totals")).to_contain_text("¥2,700,000")
    assert QuotationVersion.objects.get(revision=2).net == 2_700_000


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_pages_of_quotations_are_accessible(
    open_page: Open, accessible: Callable[[Page], None], quoted: Quotation, sato: Member, width: str, scheme: str
) -> None:
    sent = send_quotation(quoted, by=sato, version=None)
    log_negotiation(sent.quotation, by=sato, request="5%引き", wished_amount=2_755_000)
    new_version(sent.quotation, by=sato, version=None)
    for path in (
        "/quotations/",
        f"/quotations/{quoted.pk}/",
        f"/quotations/{quoted.pk}/edit/",
        f"/quotations/{quoted.pk}/compare/",
    ):
        accessible(open_page(path, by=sato, width=width, scheme=scheme))
    accessible(open_page(f"/offers/{sent.token}/", width=width, scheme=scheme))
    accessible(open_page("/offers/unknown/", width=width, scheme=scheme))
    for name in ("送付する", "値引の試算", "記録する"):
        page = open_page(f"/quotations/{quoted.pk}/", by=sato, width=width, scheme=scheme)
        page.get_by_role("button", name=name).last.click()
        expect(page.locator("dialog#drawer h2")).to_be_visible()
        accessible(page)
